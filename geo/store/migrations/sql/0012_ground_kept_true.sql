-- Borders that take effect on a day, points that can be put back, beats of one ward, accounts of officers.

-- 1. Borders. block.geom is the border of today; what held before stands here. The border of a day is that of
-- the first row that held until later than it, else today's: no day without a border, none with two.
ALTER TABLE diaban.border_proposal ADD COLUMN drawn_on TEXT, ADD COLUMN effective_on DATE;

CREATE TABLE diaban.border_before (
    id SERIAL NOT NULL,
    proposal_id INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    block_id INTEGER,
    beat_id INTEGER,
    until DATE NOT NULL,
    geom geometry(MULTIPOLYGON,4326) NOT NULL,
    became TEXT NOT NULL,
    CONSTRAINT pk_border_before PRIMARY KEY (id),
    CONSTRAINT ck_border_before_of_one CHECK ((block_id IS NULL) <> (beat_id IS NULL)),
    CONSTRAINT fk_border_before_proposal_id FOREIGN KEY(proposal_id) REFERENCES diaban.border_proposal (id),
    CONSTRAINT fk_border_before_unit_id FOREIGN KEY(unit_id) REFERENCES diaban.admin_unit (id),
    CONSTRAINT fk_border_before_block_id FOREIGN KEY(block_id) REFERENCES diaban.block (id),
    CONSTRAINT fk_border_before_beat_id FOREIGN KEY(beat_id) REFERENCES diaban.beat (id)
);
CREATE INDEX ix_border_before_proposal_id ON diaban.border_before (proposal_id);
CREATE INDEX ix_border_before_block_id_until ON diaban.border_before (block_id, until);
CREATE INDEX ix_border_before_beat_id_until ON diaban.border_before (beat_id, until);
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON diaban.border_before
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_change();

-- Blocks and beats that had another border on the day, with that border.
CREATE FUNCTION diaban.blocks_then(day date) RETURNS TABLE (id int, unit_id int, geom geometry)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 50 AS $$
    SELECT DISTINCT ON (b.block_id) b.block_id, b.unit_id, b.geom FROM diaban.border_before b
    WHERE b.block_id IS NOT NULL AND b.until > day ORDER BY b.block_id, b.until, b.id
$$;
CREATE FUNCTION diaban.beats_then(day date) RETURNS TABLE (id int, geom geometry)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 50 AS $$
    SELECT DISTINCT ON (b.beat_id) b.beat_id, b.geom FROM diaban.border_before b
    WHERE b.beat_id IS NOT NULL AND b.until > day ORDER BY b.beat_id, b.until, b.id
$$;

-- Households and incidents that were in another block on the day: those that lie in their block of today but
-- not in its border of the day. What lies outside its block for another reason stays with it. In plpgsql, so
-- that the planner of a nation's query need not think about it: mostly there is nothing to look for.
CREATE FUNCTION diaban.households_then(day date) RETURNS TABLE (id int, block_id int)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100 AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM diaban.border_before b WHERE b.until > day) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH was AS MATERIALIZED (SELECT * FROM diaban.blocks_then(day))
    SELECT DISTINCT ON (h.id) h.id, other.id
    FROM was JOIN diaban.block k ON k.id = was.id
    JOIN diaban.household h ON h.block_id = was.id
        AND ST_Contains(k.geom, h.geom) AND NOT ST_Contains(was.geom, h.geom)
    JOIN was other ON other.unit_id = was.unit_id AND other.id <> was.id AND ST_Contains(other.geom, h.geom)
    ORDER BY h.id, other.id;
END $$;
CREATE FUNCTION diaban.incidents_then(day date) RETURNS TABLE (id int, block_id int)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100 AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM diaban.border_before b WHERE b.until > day) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH was AS MATERIALIZED (SELECT * FROM diaban.blocks_then(day))
    SELECT DISTINCT ON (i.id) i.id, other.id
    FROM was JOIN diaban.block k ON k.id = was.id
    JOIN diaban.incident i ON i.block_id = was.id
        AND ST_Contains(k.geom, i.geom) AND NOT ST_Contains(was.geom, i.geom)
    JOIN was other ON other.unit_id = was.unit_id AND other.id <> was.id AND ST_Contains(other.geom, i.geom)
    ORDER BY i.id, other.id;
END $$;

-- 2. Where a household lay before somebody put its point: for the one who did, for thirty days, so that it can
-- be undone. The audit trail holds no coordinate.
CREATE TABLE diaban.household_point_before (
    id SERIAL NOT NULL,
    household TEXT NOT NULL,
    version INTEGER NOT NULL,
    block_id INTEGER,
    unit_id INTEGER NOT NULL,
    geom geometry(POINT,4326) NOT NULL,
    put_by INTEGER,
    put_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_household_point_before PRIMARY KEY (id),
    CONSTRAINT uq_household_point_before_household_version UNIQUE (household, version),
    CONSTRAINT fk_household_point_before_put_by FOREIGN KEY(put_by) REFERENCES diaban.account (id) ON DELETE CASCADE
);
CREATE FUNCTION diaban.forget_points() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    DELETE FROM household_point_before WHERE put_at < now() - interval '30 days'
$$;

-- 3. A block is in a beat of its own ward: of the same unit, of one above it, or of one that its unit came from
-- or went into. Two former wards belong together from the day on which both have gone into one, and two wards
-- that an approved plan takes as one from the day of that plan.
CREATE FUNCTION diaban.one_ward(beat_unit int, block_unit int, since date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    WITH RECURSIVE above(id) AS (
        SELECT block_unit UNION SELECT u.parent_id FROM above a JOIN admin_unit u ON u.id = a.id
        WHERE u.parent_id IS NOT NULL
    ), beat_heirs(id, on_date) AS (
        SELECT beat_unit, '-infinity'::date
        UNION SELECT l.to_unit_id, greatest(h.on_date, l.on_date)
        FROM beat_heirs h JOIN unit_lineage l ON l.from_unit_id = h.id
    ), block_heirs(id, on_date) AS (
        SELECT block_unit, '-infinity'::date
        UNION SELECT l.to_unit_id, greatest(h.on_date, l.on_date)
        FROM block_heirs h JOIN unit_lineage l ON l.from_unit_id = h.id
    )
    SELECT EXISTS (SELECT FROM above WHERE id = beat_unit)
        OR EXISTS (SELECT FROM beat_heirs WHERE id = block_unit)
        OR EXISTS (SELECT FROM block_heirs WHERE id = beat_unit)
        OR EXISTS (SELECT FROM beat_heirs a JOIN block_heirs b ON b.id = a.id
                   WHERE greatest(a.on_date, b.on_date) <= since)
        OR EXISTS (SELECT FROM plan p JOIN admin_unit one ON one.id = p.unit_id
                   JOIN admin_unit other ON other.code = p.options ->> 'merge_with'
                   WHERE p.state IN ('approved', 'in_force') AND p.effective_on <= since
                       AND (one.id, other.id) IN ((beat_unit, block_unit), (block_unit, beat_unit)))
$$;
CREATE FUNCTION diaban.check_beat_of_one_ward() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT b.code AS beat, k.code AS block INTO wrong
    FROM changed c JOIN beat b ON b.id = c.beat_id JOIN block k ON k.id = c.block_id
    WHERE b.unit_id <> k.unit_id AND NOT one_ward(b.unit_id, k.unit_id, lower(c.valid)) LIMIT 1;
    IF FOUND THEN
        RAISE check_violation USING MESSAGE = format('block %s is of another ward than beat %s', wrong.block, wrong.beat),
            CONSTRAINT = 'ck_beat_block_one_ward';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER beat_of_one_ward_inserted AFTER INSERT ON diaban.beat_block
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION diaban.check_beat_of_one_ward();
CREATE TRIGGER beat_of_one_ward_updated AFTER UPDATE ON diaban.beat_block
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION diaban.check_beat_of_one_ward();

-- The other side: a beat or block that goes to another ward. Looked at when the transaction ends, because the
-- lineage and the other of the two may come later in it.
CREATE FUNCTION diaban.check_ward_of_beat() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT b.code AS beat, k.code AS block INTO wrong
    FROM beat_block c JOIN beat b ON b.id = c.beat_id JOIN block k ON k.id = c.block_id
    WHERE CASE TG_TABLE_NAME WHEN 'beat' THEN b.id ELSE k.id END = NEW.id
        AND b.unit_id <> k.unit_id AND NOT one_ward(b.unit_id, k.unit_id, lower(c.valid)) LIMIT 1;
    IF FOUND THEN
        RAISE check_violation USING MESSAGE = format('block %s is of another ward than beat %s', wrong.block, wrong.beat),
            CONSTRAINT = 'ck_beat_block_one_ward';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ward_of_beat AFTER UPDATE OF unit_id ON diaban.beat DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.unit_id IS DISTINCT FROM NEW.unit_id) EXECUTE FUNCTION diaban.check_ward_of_beat();
CREATE CONSTRAINT TRIGGER ward_of_beat AFTER UPDATE OF unit_id ON diaban.block DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.unit_id IS DISTINCT FROM NEW.unit_id) EXECUTE FUNCTION diaban.check_ward_of_beat();

-- 4. An account may be an officer's, by service number: then it saves for the beats that the officer holds.
-- A number that no officer has holds nothing. A chief's account saves for its whole scope.
ALTER TABLE diaban.account ADD COLUMN service_number TEXT,
    ADD COLUMN whole_ward BOOLEAN DEFAULT false NOT NULL,
    ADD CONSTRAINT ck_account_service_number_not_blank CHECK (service_number <> '');

CREATE FUNCTION diaban.tied() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT EXISTS (SELECT FROM current_session() s JOIN account a ON a.id = s.account_id
        WHERE a.service_number IS NOT NULL)
$$;
CREATE FUNCTION diaban.confined() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT EXISTS (SELECT FROM current_session() s JOIN account a ON a.id = s.account_id
        WHERE a.role = 'ward_officer' AND a.service_number IS NOT NULL AND NOT a.whole_ward)
$$;
-- The beats that the account's officer holds, as what and since when does not matter, on any of the days.
CREATE FUNCTION diaban.own_beats(days daterange) RETURNS int[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT d.beat_id), '{}')
    FROM current_session() s JOIN account a ON a.id = s.account_id
    JOIN officer o ON o.service_number = a.service_number JOIN assignment d ON d.officer_id = o.id
    WHERE d.valid && days
$$;
-- The services ask for the deployment's day; the database, which does not know its time zone, for the days
-- around its own.
CREATE FUNCTION diaban.own_blocks() RETURNS int[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT x.block_id), '{}') FROM beat_block x
    WHERE x.valid && daterange(current_date - 1, current_date + 2)
        AND x.beat_id = ANY (own_beats(daterange(current_date - 1, current_date + 2)))
$$;

REVOKE ALL ON FUNCTION diaban.blocks_then(date), diaban.beats_then(date), diaban.households_then(date),
    diaban.incidents_then(date), diaban.forget_points(), diaban.one_ward(int, int, date), diaban.tied(), diaban.confined(),
    diaban.own_beats(daterange), diaban.own_blocks(), diaban.check_beat_of_one_ward(), diaban.check_ward_of_beat()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION diaban.blocks_then(date), diaban.beats_then(date), diaban.households_then(date),
    diaban.incidents_then(date), diaban.forget_points(), diaban.one_ward(int, int, date), diaban.tied(), diaban.confined(),
    diaban.own_beats(daterange), diaban.own_blocks() TO diaban_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON diaban.border_before TO diaban_app;
GRANT SELECT, INSERT, DELETE ON diaban.household_point_before TO diaban_app;
GRANT USAGE ON SEQUENCE diaban.border_before_id_seq, diaban.household_point_before_id_seq TO diaban_app;

ALTER TABLE diaban.border_before ENABLE ROW LEVEL SECURITY;
ALTER TABLE diaban.household_point_before ENABLE ROW LEVEL SECURITY;

CREATE POLICY read ON diaban.border_before FOR SELECT TO diaban_app
    USING ((SELECT diaban.sees_all()) OR unit_id = ANY ((SELECT diaban.visible_units())::int[]));
CREATE POLICY write ON diaban.border_before FOR ALL TO diaban_app
    USING ((SELECT diaban.has_role('planner'))
        AND ((SELECT diaban.sees_all()) OR unit_id = ANY ((SELECT diaban.visible_units())::int[])));

CREATE POLICY own ON diaban.household_point_before FOR ALL TO diaban_app
    USING ((SELECT diaban.has_role('ward_officer')) AND diaban.account_is(put_by)
        AND put_at > now() - interval '30 days');

-- An officer's account changes what lies in the officer's beats, what lies in no block, and what it put into
-- somebody else's beat itself and may want back.
CREATE POLICY own_beats ON diaban.household AS RESTRICTIVE FOR UPDATE TO diaban_app
    USING (NOT (SELECT diaban.confined()) OR block_id IS NULL OR block_id = ANY ((SELECT diaban.own_blocks())::int[])
        OR EXISTS (SELECT FROM diaban.household_point_before p WHERE p.household = code))
    WITH CHECK (true);
CREATE POLICY own_beats ON diaban.incident AS RESTRICTIVE FOR UPDATE TO diaban_app
    USING (NOT (SELECT diaban.confined()) OR block_id IS NULL OR block_id = ANY ((SELECT diaban.own_blocks())::int[]))
    WITH CHECK (true);
CREATE POLICY own_beats_added ON diaban.incident AS RESTRICTIVE FOR INSERT TO diaban_app
    WITH CHECK (NOT (SELECT diaban.confined()) OR block_id IS NULL
        OR block_id = ANY ((SELECT diaban.own_blocks())::int[]));
CREATE POLICY own_beats ON diaban.beat_report AS RESTRICTIVE FOR UPDATE TO diaban_app
    USING (NOT (SELECT diaban.confined())
        OR beat_id = ANY ((SELECT diaban.own_beats(daterange(current_date - 1, current_date + 2)))::int[]));
CREATE POLICY own_beats_added ON diaban.beat_report AS RESTRICTIVE FOR INSERT TO diaban_app
    WITH CHECK (NOT (SELECT diaban.confined())
        OR beat_id = ANY ((SELECT diaban.own_beats(daterange(current_date - 1, current_date + 2)))::int[]));
CREATE POLICY own_beats_added ON diaban.border_proposal AS RESTRICTIVE FOR INSERT TO diaban_app
    WITH CHECK (NOT (SELECT diaban.confined()) OR block_id = ANY ((SELECT diaban.own_blocks())::int[]));
