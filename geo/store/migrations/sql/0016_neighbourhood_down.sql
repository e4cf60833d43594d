ALTER TABLE diaban.block DROP COLUMN neighbourhood;
