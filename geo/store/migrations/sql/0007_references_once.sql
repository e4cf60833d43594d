-- One reading of the changed rows gives the few combinations of references in them; only those are looked up.
-- Four readings of a million rows, one a reference, took longer than adding the rows.

CREATE OR REPLACE FUNCTION diaban.check_incident_references() RETURNS trigger
LANGUAGE plpgsql SET search_path = diaban, pg_temp AS $$
DECLARE
    missing text;
BEGIN
    WITH named AS MATERIALIZED (SELECT DISTINCT category_id, unit_id, block_id, batch_id FROM changed), judged AS (
        SELECT CASE
            WHEN NOT EXISTS (SELECT FROM category p WHERE p.id = n.category_id) THEN 'category'
            WHEN n.unit_id IS NOT NULL AND NOT EXISTS (SELECT FROM admin_unit p WHERE p.id = n.unit_id) THEN 'unit'
            WHEN n.block_id IS NOT NULL AND NOT EXISTS (SELECT FROM block p WHERE p.id = n.block_id) THEN 'block'
            WHEN n.batch_id IS NOT NULL AND NOT batch_exists(n.batch_id) THEN 'batch'
        END AS parent FROM named n
    )
    SELECT min(parent) INTO missing FROM judged;
    IF missing IS NOT NULL THEN
        RAISE foreign_key_violation USING MESSAGE = format('incident names a %s that does not exist', missing),
            CONSTRAINT = format('fk_incident_%s_id', missing);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION diaban.check_household_references() RETURNS trigger
LANGUAGE plpgsql SET search_path = diaban, pg_temp AS $$
DECLARE
    missing text;
BEGIN
    WITH named AS MATERIALIZED (SELECT DISTINCT unit_id, block_id, batch_id FROM changed), judged AS (
        SELECT CASE
            WHEN NOT EXISTS (SELECT FROM admin_unit p WHERE p.id = n.unit_id) THEN 'unit'
            WHEN n.block_id IS NOT NULL AND NOT EXISTS (SELECT FROM block p WHERE p.id = n.block_id) THEN 'block'
            WHEN n.batch_id IS NOT NULL AND NOT batch_exists(n.batch_id) THEN 'batch'
        END AS parent FROM named n
    )
    SELECT min(parent) INTO missing FROM judged;
    IF missing IS NOT NULL THEN
        RAISE foreign_key_violation USING MESSAGE = format('household names a %s that does not exist', missing),
            CONSTRAINT = format('fk_household_%s_id', missing);
    END IF;
    RETURN NULL;
END $$;
