-- Who may see and change what, decided in the database.
--
-- diaban_app reads and writes data under row-level security; it owns nothing and cannot read accounts.
-- diaban_auth reads accounts and opens sessions; it sees no data. Neither can become the other.
--
-- The scope of a query comes from the session row that the token in diaban.session names. The token is a
-- secret of 256 bits: setting the variable to something else gains nothing, unlike a variable that
-- holds the scope itself.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['diaban_app', 'diaban_auth'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', role_name);
        END IF;
    END LOOP;
END $$;

REVOKE ALL ON SCHEMA diaban FROM PUBLIC;
GRANT USAGE ON SCHEMA diaban TO diaban_app, diaban_auth;

CREATE FUNCTION diaban.current_session() RETURNS TABLE (account_id int, account_name text, role text, all_units boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT a.id, a.name, a.role, a.all_units
    FROM session s JOIN account a ON a.id = s.account_id
    WHERE s.token_hash = sha256(convert_to(nullif(current_setting('diaban.session', true), ''), 'UTF8'))
      AND s.revoked_at IS NULL AND s.expires_at > now() AND s.idle_until > now() AND NOT a.disabled
$$;

CREATE FUNCTION diaban.signed_in() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT EXISTS (SELECT FROM current_session())
$$;

CREATE FUNCTION diaban.has_role(VARIADIC roles text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT EXISTS (SELECT FROM current_session() s WHERE s.role = ANY (roles))
$$;

CREATE FUNCTION diaban.account_is(id int) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT EXISTS (SELECT FROM current_session() s WHERE s.account_id = account_is.id)
$$;

CREATE FUNCTION diaban.sees_all() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT coalesce((SELECT s.all_units FROM current_session() s), false)
$$;

-- Ids of the units in scope: the account's units, everything below them, and the former units that
-- went into these as a whole (what a merged ward did belongs to the ward that took it over).
CREATE FUNCTION diaban.visible_units() RETURNS int[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    WITH RECURSIVE scope(id) AS (
        SELECT x.unit_id FROM account_scope x JOIN current_session() s ON s.account_id = x.account_id
        UNION
        SELECT u.id
        FROM scope c
        CROSS JOIN LATERAL (
            SELECT a.id FROM admin_unit a WHERE a.parent_id = c.id
            UNION ALL
            SELECT l.from_unit_id FROM unit_lineage l WHERE l.to_unit_id = c.id AND l.share > 0.999999
        ) u
    )
    SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM scope
$$;

-- The policy of officer in the form of a function: policies that ask for each other's tables recurse.
CREATE FUNCTION diaban.sees_officer(id int) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT sees_all() OR EXISTS (SELECT FROM officer o WHERE o.id = sees_officer.id AND o.unit_id = ANY (visible_units()))
        OR EXISTS (SELECT FROM assignment a JOIN beat b ON b.id = a.beat_id
                   WHERE a.officer_id = sees_officer.id AND b.unit_id = ANY (visible_units()))
$$;

CREATE FUNCTION diaban.write_audit(action text, object_kind text, object_key text, detail jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
DECLARE
    who record;
BEGIN
    SELECT * INTO who FROM current_session();
    IF NOT FOUND THEN
        RAISE insufficient_privilege USING MESSAGE = 'no valid session';
    END IF;
    RETURN append_audit(who.account_id, who.account_name, write_audit.action, write_audit.object_kind,
        write_audit.object_key, write_audit.detail);
END $$;

CREATE FUNCTION diaban.log_export(kind text, purpose text, query jsonb, row_count int, sha256 text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
DECLARE
    who record;
    new_id int;
BEGIN
    SELECT * INTO who FROM current_session();
    IF NOT FOUND THEN
        RAISE insufficient_privilege USING MESSAGE = 'no valid session';
    END IF;
    INSERT INTO export_log (account_id, actor, kind, purpose, query, rows, sha256)
    VALUES (who.account_id, who.account_name, log_export.kind, log_export.purpose, log_export.query,
        log_export.row_count, log_export.sha256) RETURNING id INTO new_id;
    PERFORM append_audit(who.account_id, who.account_name, 'export', log_export.kind, new_id::text,
        jsonb_build_object('purpose', log_export.purpose, 'sha256', log_export.sha256));
    RETURN new_id;
END $$;

-- After all of them are made: a new function may be called by everybody.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA diaban FROM PUBLIC;
GRANT EXECUTE ON FUNCTION diaban.signed_in(), diaban.has_role(text[]), diaban.account_is(int), diaban.sees_all(),
    diaban.visible_units(), diaban.sees_officer(int), diaban.write_audit(text, text, text, jsonb),
    diaban.log_export(text, text, jsonb, int, text), diaban.first_broken_audit(), diaban.batch_exists(int)
    TO diaban_app;
GRANT EXECUTE ON FUNCTION diaban.append_audit(int, text, text, text, text, jsonb) TO diaban_auth;

-- The authenticating role: accounts, scopes, sessions, attempts; unit codes for the form of an account.
GRANT SELECT, INSERT, UPDATE ON diaban.account TO diaban_auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON diaban.account_scope, diaban.session, diaban.sign_in_attempt TO diaban_auth;
GRANT SELECT (id, code, level, name, synthetic, valid) ON diaban.admin_unit TO diaban_auth;
GRANT SELECT (id, synthetic, undone_at) ON diaban.import_batch TO diaban_auth;
GRANT USAGE ON SEQUENCE diaban.account_id_seq, diaban.sign_in_attempt_id_seq TO diaban_auth;

-- The application role.
GRANT SELECT ON diaban.admin_unit, diaban.unit_lineage, diaban.block, diaban.household, diaban.post,
    diaban.street, diaban.water, diaban.legal_document, diaban.officer, diaban.beat, diaban.beat_block,
    diaban.assignment, diaban.category, diaban.incident, diaban.report_calendar, diaban.plan,
    diaban.plan_move, diaban.plan_decision, diaban.import_batch, diaban.import_reject, diaban.import_change,
    diaban.audit_event, diaban.export_log, diaban.setting, diaban.data_change TO diaban_app;
GRANT INSERT, UPDATE, DELETE ON diaban.admin_unit, diaban.unit_lineage, diaban.block, diaban.household,
    diaban.post, diaban.street, diaban.water, diaban.legal_document, diaban.officer, diaban.beat,
    diaban.beat_block, diaban.assignment, diaban.incident, diaban.plan, diaban.plan_move,
    diaban.import_reject, diaban.import_change, diaban.setting TO diaban_app;
GRANT INSERT, UPDATE ON diaban.import_batch TO diaban_app;
GRANT INSERT ON diaban.plan_decision TO diaban_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA diaban TO diaban_app;
REVOKE USAGE ON SEQUENCE diaban.account_id_seq, diaban.sign_in_attempt_id_seq, diaban.audit_event_id_seq,
    diaban.export_log_id_seq, diaban.data_change_id_seq FROM diaban_app;

-- Policies. (SELECT f()) is worked out once a query, not once a row.
DO $$
DECLARE
    t text;
    in_scope text := '((SELECT diaban.sees_all()) OR %s = ANY ((SELECT diaban.visible_units())::int[]))';
    importers text := '(SELECT diaban.has_role(''admin'', ''planner''))';
    writers text;
BEGIN
    -- Rows that carry their unit.
    FOREACH t IN ARRAY ARRAY['admin_unit', 'block', 'household', 'post', 'beat', 'incident', 'plan'] LOOP
        writers := CASE t
            WHEN 'household' THEN '(SELECT diaban.has_role(''admin'', ''planner'', ''ward_officer''))'
            WHEN 'incident' THEN '(SELECT diaban.has_role(''admin'', ''planner'', ''ward_officer''))'
            WHEN 'plan' THEN '(SELECT diaban.has_role(''planner'', ''commander''))'
            ELSE importers END;
        EXECUTE format('ALTER TABLE diaban.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY read ON diaban.%I FOR SELECT TO diaban_app USING ' || in_scope, t,
            CASE t WHEN 'admin_unit' THEN 'id' ELSE 'unit_id' END);
        EXECUTE format('CREATE POLICY change ON diaban.%I FOR UPDATE TO diaban_app USING (' || writers || ' AND '
            || in_scope || ')', t, CASE t WHEN 'admin_unit' THEN 'id' ELSE 'unit_id' END);
        EXECUTE format('CREATE POLICY remove ON diaban.%I FOR DELETE TO diaban_app USING (' || writers || ' AND '
            || in_scope || ')', t, CASE t WHEN 'admin_unit' THEN 'id' ELSE 'unit_id' END);
        -- A new unit is in nobody's scope by its id: it belongs where its parent does.
        EXECUTE format('CREATE POLICY add ON diaban.%I FOR INSERT TO diaban_app WITH CHECK (' || writers || ' AND '
            || in_scope || ')', t, CASE t WHEN 'admin_unit' THEN 'parent_id' ELSE 'unit_id' END);
    END LOOP;

    -- Rows that belong to a beat: as visible as the beat. What is put into it must be in scope as well: the
    -- block of another ward is not taken from there, the officer of another ward not looked up by number.
    FOREACH t IN ARRAY ARRAY['beat_block', 'assignment'] LOOP
        EXECUTE format('ALTER TABLE diaban.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY read ON diaban.%I FOR SELECT TO diaban_app '
            'USING (EXISTS (SELECT FROM diaban.beat b WHERE b.id = beat_id))', t);
        EXECUTE format('CREATE POLICY write ON diaban.%1$I FOR ALL TO diaban_app '
            'USING (%2$s AND EXISTS (SELECT FROM diaban.beat b WHERE b.id = beat_id)) '
            'WITH CHECK (%2$s AND EXISTS (SELECT FROM diaban.beat b WHERE b.id = beat_id) '
            'AND %3$s)', t, importers,
            CASE t WHEN 'beat_block' THEN 'EXISTS (SELECT FROM diaban.block x WHERE x.id = block_id)'
                   ELSE 'diaban.sees_officer(officer_id)' END);
    END LOOP;

    -- Rows that belong to a plan: as visible as the plan.
    FOREACH t IN ARRAY ARRAY['plan_move', 'plan_decision'] LOOP
        EXECUTE format('ALTER TABLE diaban.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY read ON diaban.%I FOR SELECT TO diaban_app '
            'USING (EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id))', t);
    END LOOP;
    CREATE POLICY write ON diaban.plan_move FOR ALL TO diaban_app
        USING ((SELECT diaban.has_role('planner')) AND EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id))
        WITH CHECK ((SELECT diaban.has_role('planner'))
            AND EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id)
            AND EXISTS (SELECT FROM diaban.block b WHERE b.id = block_id));
    -- A decision is signed by the one who takes it; approval and rejection are the commander's.
    CREATE POLICY add ON diaban.plan_decision FOR INSERT TO diaban_app
        WITH CHECK (diaban.account_is(decided_by) AND EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id)
            AND CASE WHEN decision IN ('approved', 'rejected') THEN (SELECT diaban.has_role('commander'))
                     WHEN decision = 'submitted' THEN (SELECT diaban.has_role('planner'))
                     ELSE (SELECT diaban.has_role('planner', 'commander')) END);

    -- Reference and base-map rows: for everybody who is signed in; changed by those who import.
    FOREACH t IN ARRAY ARRAY['street', 'water', 'legal_document', 'category', 'report_calendar', 'setting',
                             'data_change'] LOOP
        EXECUTE format('ALTER TABLE diaban.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY read ON diaban.%I FOR SELECT TO diaban_app '
            'USING ((SELECT diaban.signed_in()))', t);
        EXECUTE format('CREATE POLICY write ON diaban.%I FOR ALL TO diaban_app USING (%s)', t, importers);
    END LOOP;

    -- Rows that belong to a batch: they hold what the file held and what stood before, exact points among
    -- it, so they are for those who import.
    FOREACH t IN ARRAY ARRAY['import_reject', 'import_change'] LOOP
        EXECUTE format('ALTER TABLE diaban.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY write ON diaban.%I FOR ALL TO diaban_app '
            'USING (%s AND EXISTS (SELECT FROM diaban.import_batch b WHERE b.id = batch_id))', t, importers);
    END LOOP;
END $$;

-- A batch is its sender's, and everybody's who sees all. It is sent in the sender's name.
ALTER TABLE diaban.import_batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON diaban.import_batch FOR SELECT TO diaban_app
    USING ((SELECT diaban.sees_all()) OR diaban.account_is(account_id));
CREATE POLICY add ON diaban.import_batch FOR INSERT TO diaban_app
    WITH CHECK ((SELECT diaban.has_role('admin', 'planner')) AND diaban.account_is(account_id));
CREATE POLICY change ON diaban.import_batch FOR UPDATE TO diaban_app
    USING ((SELECT diaban.has_role('admin', 'planner'))
        AND ((SELECT diaban.sees_all()) OR diaban.account_is(account_id)));

ALTER TABLE diaban.unit_lineage ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON diaban.unit_lineage FOR SELECT TO diaban_app USING (
    (SELECT diaban.sees_all()) OR to_unit_id = ANY ((SELECT diaban.visible_units())::int[])
    OR from_unit_id = ANY ((SELECT diaban.visible_units())::int[]));
-- Lineage brings former units into a scope. Who could write it for one unit could make any other unit a
-- former part of it and see everything there: only those write it who see all already.
CREATE POLICY write ON diaban.unit_lineage FOR ALL TO diaban_app USING (
    (SELECT diaban.has_role('admin', 'planner')) AND (SELECT diaban.sees_all()));

-- An officer is seen in the own unit, and where he or she holds a beat.
ALTER TABLE diaban.officer ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON diaban.officer FOR SELECT TO diaban_app USING (
    (SELECT diaban.sees_all()) OR unit_id = ANY ((SELECT diaban.visible_units())::int[])
    OR EXISTS (SELECT FROM diaban.assignment a WHERE a.officer_id = officer.id));
CREATE POLICY write ON diaban.officer FOR ALL TO diaban_app USING (
    (SELECT diaban.has_role('admin', 'planner'))
    AND ((SELECT diaban.sees_all()) OR unit_id = ANY ((SELECT diaban.visible_units())::int[])));

ALTER TABLE diaban.audit_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON diaban.audit_event FOR SELECT TO diaban_app USING (
    ((SELECT diaban.has_role('admin', 'commander')) AND (SELECT diaban.sees_all())) OR diaban.account_is(account_id));
ALTER TABLE diaban.export_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON diaban.export_log FOR SELECT TO diaban_app USING (
    ((SELECT diaban.has_role('admin', 'commander')) AND (SELECT diaban.sees_all())) OR diaban.account_is(account_id));

-- diaban_auth reads the few columns it was granted of these two.
CREATE POLICY auth_read ON diaban.admin_unit FOR SELECT TO diaban_auth USING (true);
CREATE POLICY auth_read ON diaban.import_batch FOR SELECT TO diaban_auth USING (true);
