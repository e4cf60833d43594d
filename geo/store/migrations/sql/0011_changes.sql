-- Which units a change of households or incidents touched, so that a reader who has added up two million rows
-- reads those of the changed units again and no others. And the change counters stay short: what is old is
-- folded into one row a topic, which leaves every table's version as it was.

ALTER TABLE diaban.data_change ADD COLUMN units INTEGER[];

CREATE TABLE diaban.data_change_past (
    topic TEXT NOT NULL,
    total BIGINT NOT NULL,
    changes BIGINT NOT NULL,
    CONSTRAINT pk_data_change_past PRIMARY KEY (topic)
);
GRANT SELECT ON diaban.data_change_past TO diaban_app;
ALTER TABLE diaban.data_change_past ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON diaban.data_change_past FOR SELECT TO diaban_app USING ((SELECT diaban.signed_in()));

-- One writer in a thousand folds; nobody waits for it, because who cannot have the lock goes on without, and
-- no other transaction writes the rows it deletes. A row not committed yet is left for the next time.
CREATE FUNCTION diaban.fold_changes(newest bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
BEGIN
    IF newest % 1000 = 0 AND pg_try_advisory_xact_lock(4915226013) THEN
        WITH old AS (DELETE FROM data_change WHERE id <= newest - 4000 RETURNING topic, id)
        INSERT INTO data_change_past AS p (topic, total, changes)
        SELECT topic, sum(id), count(*) FROM old GROUP BY topic
        ON CONFLICT (topic) DO UPDATE SET total = p.total + EXCLUDED.total, changes = p.changes + EXCLUDED.changes;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION diaban.note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
DECLARE
    noted bigint;
BEGIN
    INSERT INTO data_change (topic) VALUES (TG_TABLE_NAME) RETURNING id INTO noted;
    PERFORM fold_changes(noted);
    RETURN NULL;
END $$;

-- Of a table whose rows carry their unit; 0 stands for those in none.
CREATE FUNCTION diaban.note_units() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
DECLARE
    touched int[];
    noted bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT coalesce(unit_id, 0)) INTO touched FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT coalesce(unit_id, 0)) INTO touched FROM old_rows;
    ELSE
        SELECT array_agg(unit_id) INTO touched FROM (
            SELECT coalesce(unit_id, 0) AS unit_id FROM old_rows UNION SELECT coalesce(unit_id, 0) FROM new_rows
        ) both_sides;
    END IF;
    INSERT INTO data_change (topic, units) VALUES (TG_TABLE_NAME, coalesce(touched, '{}')) RETURNING id INTO noted;
    PERFORM fold_changes(noted);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION diaban.fold_changes(bigint), diaban.note_units() FROM PUBLIC;

DO $$
DECLARE
    topic text;
BEGIN
    FOREACH topic IN ARRAY ARRAY['household', 'incident'] LOOP
        EXECUTE format('DROP TRIGGER note_change ON diaban.%I', topic);
        EXECUTE format('CREATE TRIGGER note_change AFTER TRUNCATE ON diaban.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_change()', topic);
        EXECUTE format('CREATE TRIGGER note_inserted AFTER INSERT ON diaban.%I REFERENCING NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_units()', topic);
        EXECUTE format('CREATE TRIGGER note_updated AFTER UPDATE ON diaban.%I '
            'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_units()', topic);
        EXECUTE format('CREATE TRIGGER note_deleted AFTER DELETE ON diaban.%I REFERENCING OLD TABLE AS old_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_units()', topic);
    END LOOP;
END $$;
