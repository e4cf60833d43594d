-- As step 0002 made them.
CREATE OR REPLACE FUNCTION diaban.check_incident_references() RETURNS trigger
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

CREATE OR REPLACE FUNCTION diaban.check_household_references() RETURNS trigger
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
