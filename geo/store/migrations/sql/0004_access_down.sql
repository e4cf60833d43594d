-- The roles stay: they belong to the whole server and another database may use them.
DO $$
DECLARE
    p record;
BEGIN
    FOR p IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'diaban' LOOP
        EXECUTE format('DROP POLICY %I ON diaban.%I', p.policyname, p.tablename);
        EXECUTE format('ALTER TABLE diaban.%I DISABLE ROW LEVEL SECURITY', p.tablename);
    END LOOP;
END $$;
REVOKE ALL ON ALL TABLES IN SCHEMA diaban FROM diaban_app, diaban_auth;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA diaban FROM diaban_app, diaban_auth;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA diaban FROM diaban_app, diaban_auth;
REVOKE ALL ON SCHEMA diaban FROM diaban_app, diaban_auth;
REVOKE SELECT (id, code, level, name, synthetic, valid) ON diaban.admin_unit FROM diaban_auth;
REVOKE SELECT (id, synthetic, undone_at) ON diaban.import_batch FROM diaban_auth;
DROP FUNCTION diaban.log_export(text, text, jsonb, int, text);
DROP FUNCTION diaban.write_audit(text, text, text, jsonb);
DROP FUNCTION diaban.sees_officer(int);
DROP FUNCTION diaban.visible_units();
DROP FUNCTION diaban.sees_all();
DROP FUNCTION diaban.account_is(int);
DROP FUNCTION diaban.has_role(text[]);
DROP FUNCTION diaban.signed_in();
DROP FUNCTION diaban.current_session();
