"""Step 0017: tasks of the beats that an officer holds."""

from alembic import op

from geo.store.migrations import sql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0017_own_tasks")


def downgrade() -> None:
    sql.run(op.get_bind(), "0017_own_tasks_down")
