"""Step 0002: references."""

from alembic import op

from geo.store.migrations import sql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0002_references")


def downgrade() -> None:
    sql.run(op.get_bind(), "0002_references_down")
