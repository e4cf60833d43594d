DROP POLICY own_beats ON diaban.task;
