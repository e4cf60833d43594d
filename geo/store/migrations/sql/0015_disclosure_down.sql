CREATE TABLE diaban.disclosure (
    id SERIAL NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    account_id INTEGER,
    topic TEXT NOT NULL,
    cells JSONB NOT NULL,
    CONSTRAINT pk_disclosure PRIMARY KEY (id)
);
CREATE INDEX ix_disclosure_topic ON diaban.disclosure (topic);
INSERT INTO diaban.disclosure (at, account_id, topic, cells)
SELECT c.at, c.account_id, c.measure, jsonb_build_object(
    'schema', 1, 'marks', jsonb_build_array(c.mark),
    'cells', jsonb_build_array(jsonb_build_array(
        to_jsonb(a.tokens), c.first_day, c.last_day, nullif(c.category, ''), c.origin)))
FROM diaban.disclosure_cell c JOIN diaban.disclosure_area a ON a.key = c.area
WHERE c.measure = 'incidents' AND c.part = '' ORDER BY c.id;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON diaban.disclosure
    FOR EACH ROW EXECUTE FUNCTION diaban.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON diaban.disclosure
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.refuse_change();
GRANT SELECT, INSERT ON diaban.disclosure TO diaban_app;
GRANT USAGE ON SEQUENCE diaban.disclosure_id_seq TO diaban_app;
ALTER TABLE diaban.disclosure ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON diaban.disclosure FOR SELECT TO diaban_app USING ((SELECT diaban.signed_in()));
CREATE POLICY add ON diaban.disclosure FOR INSERT TO diaban_app WITH CHECK (diaban.account_is(account_id));
DROP TABLE diaban.deck, diaban.disclosure_cell, diaban.disclosure_area;
