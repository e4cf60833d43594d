-- Drafts that branch, cover that ends, blocks that are cut, and what a plan changed, so that it can be taken back.

ALTER TABLE diaban.plan ADD COLUMN parent_id INTEGER,
    ADD COLUMN options JSONB DEFAULT '{}' NOT NULL,
    ADD COLUMN proposal JSONB,
    ADD CONSTRAINT fk_plan_parent_id FOREIGN KEY (parent_id) REFERENCES diaban.plan (id) ON DELETE SET NULL;

CREATE TABLE diaban.plan_cover (
    id SERIAL NOT NULL,
    plan_id INTEGER NOT NULL,
    beat_id INTEGER NOT NULL,
    officer_id INTEGER NOT NULL,
    valid DATERANGE DEFAULT daterange(NULL, NULL) NOT NULL,
    CONSTRAINT pk_plan_cover PRIMARY KEY (id),
    CONSTRAINT ck_plan_cover_valid_ends CHECK (NOT isempty(valid) AND NOT upper_inf(valid)),
    CONSTRAINT uq_plan_cover_plan_id_beat_id_officer_id UNIQUE (plan_id, beat_id, officer_id),
    CONSTRAINT fk_plan_cover_plan_id FOREIGN KEY(plan_id) REFERENCES diaban.plan (id) ON DELETE CASCADE,
    CONSTRAINT fk_plan_cover_beat_id FOREIGN KEY(beat_id) REFERENCES diaban.beat (id),
    CONSTRAINT fk_plan_cover_officer_id FOREIGN KEY(officer_id) REFERENCES diaban.officer (id)
);

CREATE TABLE diaban.plan_split (
    id SERIAL NOT NULL,
    plan_id INTEGER NOT NULL,
    block_id INTEGER NOT NULL,
    line geometry(LINESTRING,4326) NOT NULL,
    to_beat_id INTEGER,
    CONSTRAINT pk_plan_split PRIMARY KEY (id),
    CONSTRAINT uq_plan_split_plan_id_block_id UNIQUE (plan_id, block_id),
    CONSTRAINT fk_plan_split_plan_id FOREIGN KEY(plan_id) REFERENCES diaban.plan (id) ON DELETE CASCADE,
    CONSTRAINT fk_plan_split_block_id FOREIGN KEY(block_id) REFERENCES diaban.block (id),
    CONSTRAINT fk_plan_split_to_beat_id FOREIGN KEY(to_beat_id) REFERENCES diaban.beat (id)
);

CREATE TABLE diaban.plan_change (
    plan_id INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    before JSONB,
    after JSONB,
    CONSTRAINT pk_plan_change PRIMARY KEY (plan_id, table_name, row_id),
    CONSTRAINT fk_plan_change_plan_id FOREIGN KEY(plan_id) REFERENCES diaban.plan (id) ON DELETE CASCADE
);

CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON diaban.plan
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_change();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON diaban.plan_move
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_change();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON diaban.plan_cover
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_change();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON diaban.plan_split
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_change();

GRANT SELECT, INSERT, UPDATE, DELETE ON diaban.plan_cover, diaban.plan_split TO diaban_app;
GRANT SELECT, INSERT, DELETE ON diaban.plan_change TO diaban_app;
GRANT USAGE ON SEQUENCE diaban.plan_cover_id_seq, diaban.plan_split_id_seq TO diaban_app;

ALTER TABLE diaban.plan_cover ENABLE ROW LEVEL SECURITY;
ALTER TABLE diaban.plan_split ENABLE ROW LEVEL SECURITY;
ALTER TABLE diaban.plan_change ENABLE ROW LEVEL SECURITY;

-- As visible as the plan; written by who writes the plan.
CREATE POLICY read ON diaban.plan_cover FOR SELECT TO diaban_app
    USING (EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id));
CREATE POLICY write ON diaban.plan_cover FOR ALL TO diaban_app
    USING ((SELECT diaban.has_role('planner')) AND EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id))
    WITH CHECK ((SELECT diaban.has_role('planner')) AND EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id)
        AND EXISTS (SELECT FROM diaban.beat b WHERE b.id = beat_id) AND diaban.sees_officer(officer_id));
CREATE POLICY read ON diaban.plan_split FOR SELECT TO diaban_app
    USING (EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id));
CREATE POLICY write ON diaban.plan_split FOR ALL TO diaban_app
    USING ((SELECT diaban.has_role('planner')) AND EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id))
    WITH CHECK ((SELECT diaban.has_role('planner')) AND EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id)
        AND EXISTS (SELECT FROM diaban.block b WHERE b.id = block_id));
CREATE POLICY read ON diaban.plan_change FOR SELECT TO diaban_app
    USING (EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id));
CREATE POLICY write ON diaban.plan_change FOR ALL TO diaban_app
    USING ((SELECT diaban.has_role('planner')) AND EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id));

-- Accounts are not readable, but who reads a plan may know who made it and who decided about it.
CREATE FUNCTION diaban.name_in_plan(plan_id int, account_id int) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT a.name FROM account a JOIN plan p ON p.id = name_in_plan.plan_id
    WHERE a.id = name_in_plan.account_id AND (sees_all() OR p.unit_id = ANY (visible_units()))
        AND (p.created_by = a.id OR EXISTS (
            SELECT FROM plan_decision d WHERE d.plan_id = p.id AND d.decided_by = a.id))
$$;
REVOKE ALL ON FUNCTION diaban.name_in_plan(int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION diaban.name_in_plan(int, int) TO diaban_app;
