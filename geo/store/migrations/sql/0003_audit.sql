-- The audit chain. Rows are added by one function, each with the hash of the row before it; nobody
-- updates or deletes them, the owner included, short of removing the triggers, which the chain shows.

CREATE FUNCTION diaban.audit_hash(prev bytea, id bigint, at timestamptz, account_id int, actor text,
    action text, object_kind text, object_key text, detail jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    -- jsonb_build_array quotes every part, so that no two different rows give the same text.
    SELECT sha256(prev || convert_to(jsonb_build_array(id, extract(epoch FROM at)::text, account_id, actor,
        action, object_kind, object_key, detail)::text, 'UTF8'))
$$;

CREATE FUNCTION diaban.append_audit(account_id int, actor text, action text, object_kind text,
    object_key text, detail jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
DECLARE
    new_id bigint;
    prev bytea;
    stamp timestamptz;
BEGIN
    -- Writers queue here until they commit: a chain has one end. Callers write their event last.
    PERFORM pg_advisory_xact_lock(4915226012);
    SELECT e.hash INTO prev FROM audit_event e ORDER BY e.id DESC LIMIT 1;
    prev := coalesce(prev, '\x00'::bytea);
    new_id := nextval('audit_event_id_seq');
    stamp := clock_timestamp();
    INSERT INTO audit_event (id, at, account_id, actor, action, object_kind, object_key, detail, prev_hash, hash)
    VALUES (new_id, stamp, append_audit.account_id, append_audit.actor, append_audit.action,
        append_audit.object_kind, append_audit.object_key, append_audit.detail, prev,
        audit_hash(prev, new_id, stamp, append_audit.account_id, append_audit.actor, append_audit.action,
            append_audit.object_kind, append_audit.object_key, append_audit.detail));
    RETURN new_id;
END $$;

CREATE FUNCTION diaban.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = format('%s is append-only', TG_TABLE_NAME);
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON diaban.audit_event
    FOR EACH ROW EXECUTE FUNCTION diaban.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON diaban.audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON diaban.export_log
    FOR EACH ROW EXECUTE FUNCTION diaban.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON diaban.export_log
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.refuse_change();

-- First event whose hash or link is wrong; no row where the chain is whole.
CREATE FUNCTION diaban.first_broken_audit() RETURNS TABLE (event_id bigint, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT q.id, CASE WHEN q.prev_hash IS DISTINCT FROM q.expected_prev THEN 'link' ELSE 'content' END
    FROM (SELECT e.*, lag(e.hash, 1, '\x00'::bytea) OVER (ORDER BY e.id) AS expected_prev FROM audit_event e) q
    WHERE q.prev_hash IS DISTINCT FROM q.expected_prev
       OR q.hash IS DISTINCT FROM audit_hash(q.prev_hash, q.id, q.at, q.account_id, q.actor, q.action,
            q.object_kind, q.object_key, q.detail)
    ORDER BY q.id LIMIT 1
$$;
