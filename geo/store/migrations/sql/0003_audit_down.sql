DROP FUNCTION diaban.first_broken_audit();
DROP FUNCTION diaban.append_audit(int, text, text, text, text, jsonb);
DROP FUNCTION diaban.audit_hash(bytea, bigint, timestamptz, int, text, text, text, text, jsonb);
DROP FUNCTION diaban.refuse_change() CASCADE;
