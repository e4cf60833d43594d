-- What every unit is called, for whoever brings in a file.
--
-- Row-level security hides the wards of others. To a planner of one ward a name that two wards share looked
-- like the name of his own, and the rows of the other came in as his. What units are called and went into is
-- public; their borders and all that lies in them stay hidden.

CREATE FUNCTION diaban.unit_names()
RETURNS TABLE (id int, code text, level text, name text, full_name text, parent_id int, valid daterange)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT u.id, u.code, u.level, u.name, u.full_name, u.parent_id, u.valid FROM admin_unit u
    WHERE has_role('admin', 'planner')
$$;

CREATE FUNCTION diaban.unit_successors()
RETURNS TABLE (from_unit_id int, to_unit_id int, on_date date, decision text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT l.from_unit_id, l.to_unit_id, l.on_date, d.number
    FROM unit_lineage l LEFT JOIN legal_document d ON d.id = l.document_id
    WHERE has_role('admin', 'planner')
$$;

REVOKE ALL ON FUNCTION diaban.unit_names(), diaban.unit_successors() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION diaban.unit_names(), diaban.unit_successors() TO diaban_app;
