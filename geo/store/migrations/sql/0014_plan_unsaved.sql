-- Strokes on a draft that are not stored yet: nothing of them is lost with the window they were made in.

CREATE TABLE diaban.plan_unsaved (
    plan_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    strokes JSONB NOT NULL,
    kept_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_plan_unsaved PRIMARY KEY (plan_id, account_id),
    CONSTRAINT fk_plan_unsaved_plan_id FOREIGN KEY(plan_id) REFERENCES diaban.plan (id) ON DELETE CASCADE,
    CONSTRAINT fk_plan_unsaved_account_id FOREIGN KEY(account_id) REFERENCES diaban.account (id) ON DELETE CASCADE
);

GRANT SELECT, INSERT, UPDATE, DELETE ON diaban.plan_unsaved TO diaban_app;
ALTER TABLE diaban.plan_unsaved ENABLE ROW LEVEL SECURITY;

-- Nobody's but the planner's own, on plans that the planner sees.
CREATE POLICY own ON diaban.plan_unsaved FOR ALL TO diaban_app
    USING (diaban.account_is(account_id) AND (SELECT diaban.has_role('planner'))
        AND EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id))
    WITH CHECK (diaban.account_is(account_id) AND (SELECT diaban.has_role('planner'))
        AND EXISTS (SELECT FROM diaban.plan p WHERE p.id = plan_id));
