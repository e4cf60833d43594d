DO $$
DECLARE
    topic text;
BEGIN
    FOREACH topic IN ARRAY ARRAY['household', 'incident'] LOOP
        EXECUTE format('DROP TRIGGER note_inserted ON diaban.%I', topic);
        EXECUTE format('DROP TRIGGER note_updated ON diaban.%I', topic);
        EXECUTE format('DROP TRIGGER note_deleted ON diaban.%I', topic);
        EXECUTE format('DROP TRIGGER note_change ON diaban.%I', topic);
        EXECUTE format('CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON diaban.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION diaban.note_change()', topic);
    END LOOP;
END $$;

-- As step 0002 made it.
CREATE OR REPLACE FUNCTION diaban.note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = diaban, pg_temp AS $$
BEGIN
    INSERT INTO data_change (topic) VALUES (TG_TABLE_NAME);
    RETURN NULL;
END $$;

DROP FUNCTION diaban.note_units();
DROP FUNCTION diaban.fold_changes(bigint);
DROP TABLE diaban.data_change_past;
ALTER TABLE diaban.data_change DROP COLUMN units;
