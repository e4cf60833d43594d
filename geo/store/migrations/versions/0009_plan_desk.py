"""Step 0009: what the planner's desk keeps."""

from alembic import op

from geo.store.migrations import sql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0009_plan_desk")


def downgrade() -> None:
    sql.run(op.get_bind(), "0009_plan_desk_down")
