-- Equipment as counted in each unit; which review a household had before its last one; norms of units above.

CREATE TABLE diaban.equipment (
    id SERIAL NOT NULL,
    unit_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    as_of DATE NOT NULL,
    count INTEGER NOT NULL,
    entered_by INTEGER,
    entered_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_equipment PRIMARY KEY (id),
    CONSTRAINT uq_equipment_unit_id_kind_as_of UNIQUE (unit_id, kind, as_of),
    CONSTRAINT ck_equipment_kind_known CHECK (kind IN ('motorcycle', 'car', 'computer', 'radio', 'camera', 'extinguisher')),
    CONSTRAINT ck_equipment_count_in_range CHECK (count BETWEEN 0 AND 100000),
    CONSTRAINT fk_equipment_unit_id FOREIGN KEY(unit_id) REFERENCES diaban.admin_unit (id),
    CONSTRAINT fk_equipment_entered_by FOREIGN KEY(entered_by) REFERENCES diaban.account (id)
);

-- Written by the trigger alone, whichever way a review comes in, and undone with it by what follows it.
CREATE TABLE diaban.household_review (
    id BIGSERIAL NOT NULL,
    household_id INTEGER NOT NULL,
    before DATE,
    after DATE,
    CONSTRAINT pk_household_review PRIMARY KEY (id),
    CONSTRAINT fk_household_review_household_id FOREIGN KEY(household_id) REFERENCES diaban.household (id) ON DELETE CASCADE
);
CREATE INDEX ix_household_review_household_id ON diaban.household_review (household_id);
CREATE INDEX ix_household_review_after ON diaban.household_review (after);

CREATE FUNCTION diaban.keep_review() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
BEGIN
    INSERT INTO household_review (household_id, before, after)
    SELECT n.id, o.reviewed_on, n.reviewed_on FROM changed_from o JOIN changed_to n ON n.id = o.id
    WHERE n.reviewed_on IS DISTINCT FROM o.reviewed_on ORDER BY n.id;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_review AFTER UPDATE ON diaban.household
    REFERENCING OLD TABLE AS changed_from NEW TABLE AS changed_to
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.keep_review();

-- What the trail already knows: every saved row has the day of the review before.
INSERT INTO diaban.household_review (household_id, before, after)
SELECT h.id, (row #>> '{before,reviewed_on}')::date, (row #>> '{after,reviewed_on}')::date
FROM diaban.audit_event e CROSS JOIN LATERAL jsonb_array_elements(e.detail -> 'rows') AS row
JOIN diaban.household h ON h.code = row ->> 'key'
WHERE e.object_kind = 'household' AND e.action IN ('counts_save', 'undo')
    AND jsonb_typeof(row -> 'before') = 'object' AND row -> 'before' ? 'reviewed_on'
    AND (row #>> '{before,reviewed_on}') IS DISTINCT FROM (row #>> '{after,reviewed_on}')
ORDER BY e.id;

CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON diaban.equipment
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_change();

GRANT SELECT, INSERT, UPDATE, DELETE ON diaban.equipment TO diaban_app;
GRANT SELECT ON diaban.household_review TO diaban_app;
GRANT USAGE ON SEQUENCE diaban.equipment_id_seq TO diaban_app;

ALTER TABLE diaban.equipment ENABLE ROW LEVEL SECURITY;
ALTER TABLE diaban.household_review ENABLE ROW LEVEL SECURITY;

-- Counted by those who are there and by those who command them.
CREATE POLICY read ON diaban.equipment FOR SELECT TO diaban_app
    USING ((SELECT diaban.sees_all()) OR unit_id = ANY ((SELECT diaban.visible_units())::int[]));
CREATE POLICY write ON diaban.equipment FOR ALL TO diaban_app
    USING ((SELECT diaban.has_role('ward_officer', 'commander', 'admin'))
        AND ((SELECT diaban.sees_all()) OR unit_id = ANY ((SELECT diaban.visible_units())::int[])));
-- As visible as the household.
CREATE POLICY read ON diaban.household_review FOR SELECT TO diaban_app
    USING ((SELECT diaban.sees_all()) OR EXISTS (SELECT FROM diaban.household h WHERE h.id = household_id));

-- Codes from the top down to a unit; a ward of after 2025 has the district that most of it was in.
CREATE FUNCTION diaban.unit_path(code text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    WITH RECURSIVE own AS (
        SELECT u.* FROM admin_unit u WHERE u.code = unit_path.code ORDER BY lower(u.valid) DESC NULLS LAST LIMIT 1
    ), origin AS (
        SELECT s.* FROM own JOIN unit_lineage l ON l.to_unit_id = own.id JOIN admin_unit s ON s.id = l.from_unit_id
        WHERE own.level = 'ward' ORDER BY l.share DESC, s.id LIMIT 1
    ), up(id, code, level, parent_id, former, depth) AS (
        SELECT id, code, level, parent_id, false, 0 FROM own
        UNION ALL SELECT id, code, level, parent_id, true, 0 FROM origin
        UNION ALL
        SELECT p.id, p.code, p.level, p.parent_id, up.former, up.depth + 1 FROM up JOIN admin_unit p ON p.id = up.parent_id
        WHERE up.depth < 8
    )
    SELECT coalesce(array_agg(code ORDER BY array_position(ARRAY['province', 'district', 'ward'], level)), '{}')
    FROM up WHERE NOT former OR (level = 'district' AND NOT EXISTS (
        SELECT FROM up o WHERE NOT o.former AND o.level = 'district'))
$$;

-- A norm of the province holds for the officer of its ward too, who does not see the province.
CREATE FUNCTION diaban.targets_above(on_day date) RETURNS TABLE (id int, measure text, unit_code text,
    value double precision, number text, version int, since date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    WITH above AS (
        SELECT DISTINCT p.code FROM account_scope x JOIN current_session() s ON s.account_id = x.account_id
        JOIN admin_unit own ON own.id = x.unit_id
        CROSS JOIN LATERAL unnest(unit_path(own.code)) AS p(code) WHERE p.code <> own.code
    )
    SELECT t.id, t.measure, u.code, t.value, d.number, t.version, lower(t.valid)
    FROM target t JOIN admin_unit u ON u.id = t.unit_id JOIN above a ON a.code = u.code
    LEFT JOIN legal_document d ON d.id = t.document_id
    WHERE t.valid @> on_day
$$;

REVOKE ALL ON FUNCTION diaban.keep_review(), diaban.unit_path(text), diaban.targets_above(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION diaban.unit_path(text), diaban.targets_above(date) TO diaban_app;
