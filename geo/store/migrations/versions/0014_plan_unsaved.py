"""Step 0014: what a planner has done to a draft and not stored yet."""

from alembic import op

from geo.store.migrations import sql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0014_plan_unsaved")


def downgrade() -> None:
    sql.run(op.get_bind(), "0014_plan_unsaved_down")
