-- References of the two big tables, checked once a statement. A foreign key fires once a row: for a
-- million incidents with four references that is longer than loading and indexing them.

-- Asked with the owner's eyes: who mends the counts of a household need not see the batch it came with.
-- Units and blocks are looked up with the writer's own, so that nothing is put into an unseen block.
CREATE FUNCTION diaban.batch_exists(id int) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
    SELECT EXISTS (SELECT FROM import_batch b WHERE b.id = batch_exists.id)
$$;

CREATE FUNCTION diaban.check_incident_references() RETURNS trigger
LANGUAGE plpgsql SET search_path = diaban, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT category_id AS id FROM changed) c
               WHERE NOT EXISTS (SELECT FROM category p WHERE p.id = c.id)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'incident names a category that does not exist',
            CONSTRAINT = 'fk_incident_category_id';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT unit_id AS id FROM changed WHERE unit_id IS NOT NULL) c
               WHERE NOT EXISTS (SELECT FROM admin_unit p WHERE p.id = c.id)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'incident names a unit that does not exist',
            CONSTRAINT = 'fk_incident_unit_id';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT block_id AS id FROM changed WHERE block_id IS NOT NULL) c
               WHERE NOT EXISTS (SELECT FROM block p WHERE p.id = c.id)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'incident names a block that does not exist',
            CONSTRAINT = 'fk_incident_block_id';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT batch_id AS id FROM changed WHERE batch_id IS NOT NULL) c
               WHERE NOT batch_exists(c.id)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'incident names a batch that does not exist',
            CONSTRAINT = 'fk_incident_batch_id';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION diaban.check_household_references() RETURNS trigger
LANGUAGE plpgsql SET search_path = diaban, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT unit_id AS id FROM changed) c
               WHERE NOT EXISTS (SELECT FROM admin_unit p WHERE p.id = c.id)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'household names a unit that does not exist',
            CONSTRAINT = 'fk_household_unit_id';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT block_id AS id FROM changed WHERE block_id IS NOT NULL) c
               WHERE NOT EXISTS (SELECT FROM block p WHERE p.id = c.id)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'household names a block that does not exist',
            CONSTRAINT = 'fk_household_block_id';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT batch_id AS id FROM changed WHERE batch_id IS NOT NULL) c
               WHERE NOT batch_exists(c.id)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'household names a batch that does not exist',
            CONSTRAINT = 'fk_household_batch_id';
    END IF;
    RETURN NULL;
END $$;

-- The other side: a row that is still named may not go, nor change its id.
CREATE FUNCTION diaban.refuse_while_named() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
DECLARE
    child text;
    named boolean;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.id = NEW.id THEN
        RETURN NEW;
    END IF;
    FOREACH child IN ARRAY string_to_array(TG_ARGV[1], ',') LOOP
        -- Waits for writers of the child: a row that names this one may be there but not yet committed.
        EXECUTE format('LOCK TABLE diaban.%I IN SHARE MODE', child);
        EXECUTE format('SELECT EXISTS (SELECT FROM diaban.%I WHERE %I = $1)', child, TG_ARGV[0])
            INTO named USING OLD.id;
        IF named THEN
            RAISE foreign_key_violation USING
                MESSAGE = format('%s %s is still named by %s', TG_TABLE_NAME, OLD.id, child);
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER incident_references_inserted AFTER INSERT ON diaban.incident
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION diaban.check_incident_references();
CREATE TRIGGER incident_references_updated AFTER UPDATE ON diaban.incident
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION diaban.check_incident_references();
CREATE TRIGGER household_references_inserted AFTER INSERT ON diaban.household
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION diaban.check_household_references();
CREATE TRIGGER household_references_updated AFTER UPDATE ON diaban.household
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION diaban.check_household_references();

CREATE TRIGGER admin_unit_named BEFORE DELETE OR UPDATE OF id ON diaban.admin_unit
    FOR EACH ROW EXECUTE FUNCTION diaban.refuse_while_named('unit_id', 'incident,household');
CREATE TRIGGER block_named BEFORE DELETE OR UPDATE OF id ON diaban.block
    FOR EACH ROW EXECUTE FUNCTION diaban.refuse_while_named('block_id', 'incident,household');
CREATE TRIGGER category_named BEFORE DELETE OR UPDATE OF id ON diaban.category
    FOR EACH ROW EXECUTE FUNCTION diaban.refuse_while_named('category_id', 'incident');
CREATE TRIGGER import_batch_named BEFORE DELETE OR UPDATE OF id ON diaban.import_batch
    FOR EACH ROW EXECUTE FUNCTION diaban.refuse_while_named('batch_id', 'incident,household');

-- Shares of a unit that became others sum to 1, looked at when the transaction ends.
CREATE FUNCTION diaban.check_lineage_shares() RETURNS trigger
LANGUAGE plpgsql SET search_path = diaban, pg_temp AS $$
DECLARE
    unit int := coalesce(NEW.from_unit_id, OLD.from_unit_id);
    day date := coalesce(NEW.on_date, OLD.on_date);
    total double precision;
BEGIN
    SELECT sum(share) INTO total FROM unit_lineage WHERE from_unit_id = unit AND on_date = day;
    IF abs(total - 1) > 1e-6 THEN
        RAISE check_violation USING MESSAGE = format('shares of unit %s on %s sum to %s, not 1', unit, day, total),
            CONSTRAINT = 'ck_unit_lineage_shares_sum_to_one';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER unit_lineage_shares AFTER INSERT OR UPDATE OR DELETE ON diaban.unit_lineage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION diaban.check_lineage_shares();

-- Change counters: what caches are keyed on.
CREATE FUNCTION diaban.note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
BEGIN
    INSERT INTO data_change (topic) VALUES (TG_TABLE_NAME);
    RETURN NULL;
END $$;
DO $$
DECLARE
    topic text;
BEGIN
    FOREACH topic IN ARRAY ARRAY['admin_unit', 'unit_lineage', 'block', 'household', 'post', 'officer', 'beat',
        'beat_block', 'assignment', 'incident', 'category', 'street', 'water', 'setting', 'import_batch'] LOOP
        EXECUTE format('CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON diaban.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_change()', topic);
    END LOOP;
END $$;
