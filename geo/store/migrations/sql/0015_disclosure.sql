-- One row for each cell that left, so that a release reads those that can matter and no others; and the decks
-- that were made, so that the same question at the same cut-off is the same deck.

CREATE TABLE diaban.disclosure_area (
    key TEXT NOT NULL,
    tokens TEXT[] NOT NULL,
    CONSTRAINT pk_disclosure_area PRIMARY KEY (key)
);
CREATE TABLE diaban.disclosure_cell (
    id SERIAL NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    account_id INTEGER,
    measure TEXT NOT NULL,
    area TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    category TEXT DEFAULT '' NOT NULL,
    origin TEXT NOT NULL,
    part TEXT DEFAULT '' NOT NULL,
    mark TEXT NOT NULL,
    CONSTRAINT pk_disclosure_cell PRIMARY KEY (id),
    CONSTRAINT fk_disclosure_cell_area FOREIGN KEY(area) REFERENCES diaban.disclosure_area (key),
    CONSTRAINT uq_disclosure_cell_said
        UNIQUE (measure, area, first_day, last_day, category, origin, part, mark),
    CONSTRAINT ck_disclosure_cell_mark CHECK (mark IN ('given', 'small', 'withheld')),
    CONSTRAINT ck_disclosure_cell_days CHECK (first_day <= last_day)
);
CREATE INDEX ix_disclosure_cell_days ON diaban.disclosure_cell (measure, last_day);

-- What left before is remembered further, in the new form.
WITH held AS (
    SELECT d.id, d.at, d.account_id, c.cell, m.mark,
        ARRAY(SELECT jsonb_array_elements_text(c.cell -> 0)) AS tokens
    FROM diaban.disclosure d,
        jsonb_array_elements(d.cells -> 'cells') WITH ORDINALITY c(cell, i)
        JOIN LATERAL jsonb_array_elements_text(d.cells -> 'marks') WITH ORDINALITY m(mark, i) ON m.i = c.i
), areas AS (
    INSERT INTO diaban.disclosure_area (key, tokens)
    SELECT DISTINCT md5(array_to_string(tokens, ',')), tokens FROM held RETURNING key
)
INSERT INTO diaban.disclosure_cell
    (at, account_id, measure, area, first_day, last_day, category, origin, mark)
SELECT DISTINCT ON (3, 4, 5, 6, 7, 8, 9) held.at, held.account_id, 'incidents' AS measure,
    md5(array_to_string(tokens, ',')) AS area, (cell ->> 1)::date AS first_day, (cell ->> 2)::date AS last_day,
    coalesce(cell ->> 3, '') AS category, cell ->> 4 AS origin, held.mark
FROM held, (SELECT count(*) FROM areas) made
ORDER BY 3, 4, 5, 6, 7, 8, 9, held.id;
DROP TABLE diaban.disclosure;

CREATE TABLE diaban.deck (
    id SERIAL NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    account_id INTEGER,
    scope TEXT NOT NULL,
    question TEXT NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT pk_deck PRIMARY KEY (id),
    CONSTRAINT uq_deck_question UNIQUE (question, scope, account_id)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON diaban.disclosure_cell
    FOR EACH ROW EXECUTE FUNCTION diaban.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON diaban.disclosure_cell
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON diaban.disclosure_area
    FOR EACH ROW EXECUTE FUNCTION diaban.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON diaban.disclosure_area
    FOR EACH STATEMENT EXECUTE FUNCTION diaban.refuse_change();

GRANT SELECT, INSERT ON diaban.disclosure_area, diaban.disclosure_cell, diaban.deck TO diaban_app;
GRANT USAGE ON SEQUENCE diaban.disclosure_cell_id_seq, diaban.deck_id_seq TO diaban_app;

ALTER TABLE diaban.disclosure_area ENABLE ROW LEVEL SECURITY;
ALTER TABLE diaban.disclosure_cell ENABLE ROW LEVEL SECURITY;
ALTER TABLE diaban.deck ENABLE ROW LEVEL SECURITY;

-- They name cells, not values, and protect everybody's exports from everybody's.
CREATE POLICY read ON diaban.disclosure_area FOR SELECT TO diaban_app USING ((SELECT diaban.signed_in()));
CREATE POLICY add ON diaban.disclosure_area FOR INSERT TO diaban_app
    WITH CHECK ((SELECT diaban.signed_in()));
CREATE POLICY read ON diaban.disclosure_cell FOR SELECT TO diaban_app USING ((SELECT diaban.signed_in()));
CREATE POLICY add ON diaban.disclosure_cell FOR INSERT TO diaban_app
    WITH CHECK (diaban.account_is(account_id));

-- A deck holds what left: its maker reads it, and whoever sees everything.
CREATE POLICY read ON diaban.deck FOR SELECT TO diaban_app
    USING (diaban.account_is(account_id) OR (SELECT diaban.sees_all()));
CREATE POLICY add ON diaban.deck FOR INSERT TO diaban_app WITH CHECK (diaban.account_is(account_id));
