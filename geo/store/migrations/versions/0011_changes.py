"""Step 0011: which units a change touched, and short change counters."""

from alembic import op

from geo.store.migrations import sql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0011_changes")


def downgrade() -> None:
    sql.run(op.get_bind(), "0011_changes_down")
