-- Briefings, and the memory of what was given out that disclosure control needs.

CREATE TABLE diaban.briefing (
    id SERIAL NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    unit_id INTEGER NOT NULL,
    account_id INTEGER,
    items JSONB DEFAULT '[]' NOT NULL,
    cutoff TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_briefing PRIMARY KEY (id),
    CONSTRAINT uq_briefing_code UNIQUE (code),
    CONSTRAINT fk_briefing_unit_id FOREIGN KEY(unit_id) REFERENCES diaban.admin_unit (id),
    CONSTRAINT fk_briefing_account_id FOREIGN KEY(account_id) REFERENCES diaban.account (id)
);
CREATE INDEX ix_briefing_account_id ON diaban.briefing (account_id);

CREATE TABLE diaban.disclosure (
    id SERIAL NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    account_id INTEGER,
    topic TEXT NOT NULL,
    cells JSONB NOT NULL,
    CONSTRAINT pk_disclosure PRIMARY KEY (id)
);
CREATE INDEX ix_disclosure_topic ON diaban.disclosure (topic);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON diaban.disclosure
    FOR EACH ROW EXECUTE FUNCTION diaban.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON diaban.disclosure
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.refuse_change();
CREATE INDEX ix_export_log_fingerprint ON diaban.export_log ((query ->> 'fingerprint'));

GRANT SELECT, INSERT, UPDATE, DELETE ON diaban.briefing TO diaban_app;
GRANT SELECT, INSERT ON diaban.disclosure TO diaban_app;
GRANT USAGE ON SEQUENCE diaban.briefing_id_seq, diaban.disclosure_id_seq TO diaban_app;

ALTER TABLE diaban.briefing ENABLE ROW LEVEL SECURITY;
ALTER TABLE diaban.disclosure ENABLE ROW LEVEL SECURITY;

-- A briefing is read by who sees its unit, and changed by its owner.
CREATE POLICY read ON diaban.briefing FOR SELECT TO diaban_app
    USING ((SELECT diaban.sees_all()) OR unit_id = ANY ((SELECT diaban.visible_units())::int[]));
CREATE POLICY write ON diaban.briefing FOR ALL TO diaban_app
    USING (diaban.account_is(account_id) AND ((SELECT diaban.sees_all()) OR unit_id = ANY ((SELECT diaban.visible_units())::int[])));

-- It names cells, not values, and protects everybody's exports from everybody's.
CREATE POLICY read ON diaban.disclosure FOR SELECT TO diaban_app USING ((SELECT diaban.signed_in()));
CREATE POLICY add ON diaban.disclosure FOR INSERT TO diaban_app WITH CHECK (diaban.account_is(account_id));
