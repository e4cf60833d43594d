-- The larger local part that several blocks make up (khu phố, cụm, ấp), by its name within the ward. NULL where
-- nothing is known. A plan can then keep its blocks with one beat, or say where it does not.

ALTER TABLE diaban.block ADD COLUMN neighbourhood TEXT;
ALTER TABLE diaban.block ADD CONSTRAINT ck_block_neighbourhood_said CHECK (neighbourhood <> '');
