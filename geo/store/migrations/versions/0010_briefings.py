"""Step 0010: briefings and the memory of what was given out."""

from alembic import op

from geo.store.migrations import sql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0010_briefings")


def downgrade() -> None:
    sql.run(op.get_bind(), "0010_briefings_down")
