DROP FUNCTION diaban.name_in_plan(int, int);
DROP TRIGGER note_change ON diaban.plan;
DROP TRIGGER note_change ON diaban.plan_move;
DROP TABLE diaban.plan_change, diaban.plan_split, diaban.plan_cover;
ALTER TABLE diaban.plan DROP CONSTRAINT fk_plan_parent_id, DROP COLUMN proposal, DROP COLUMN options, DROP COLUMN parent_id;
