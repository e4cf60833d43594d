DROP FUNCTION diaban.targets_above(date);
DROP FUNCTION diaban.unit_path(text);
DROP TRIGGER keep_review ON diaban.household;
DROP FUNCTION diaban.keep_review();
DROP TABLE diaban.household_review, diaban.equipment;
