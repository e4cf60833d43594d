-- An officer's account reports on the tasks of the officer's beats, and on those of the ward as a whole.
CREATE POLICY own_beats ON diaban.task AS RESTRICTIVE FOR UPDATE TO diaban_app
    USING (NOT (SELECT diaban.confined()) OR beat_id IS NULL
        OR beat_id = ANY ((SELECT diaban.own_beats(daterange(current_date - 1, current_date + 2)))::int[]));
