DROP TABLE diaban.plan_unsaved;
