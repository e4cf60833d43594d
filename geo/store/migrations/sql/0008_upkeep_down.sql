DROP POLICY cite ON diaban.legal_document;
DROP TABLE diaban.target, diaban.task, diaban.border_proposal, diaban.beat_report;
ALTER TABLE diaban.household DROP COLUMN misplaced;
ALTER FUNCTION diaban.current_session() ROWS 1000;
