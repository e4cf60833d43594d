DROP FUNCTION diaban.check_incident_references() CASCADE;
DROP FUNCTION diaban.check_household_references() CASCADE;
DROP FUNCTION diaban.refuse_while_named() CASCADE;
DROP FUNCTION diaban.check_lineage_shares() CASCADE;
DROP FUNCTION diaban.note_change() CASCADE;
DROP FUNCTION diaban.batch_exists(int);
