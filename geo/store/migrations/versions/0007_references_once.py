"""Step 0007: the references of the two big tables are read once a statement, not once a reference."""

from alembic import op

from geo.store.migrations import sql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0007_references_once")


def downgrade() -> None:
    sql.run(op.get_bind(), "0007_references_once_down")
