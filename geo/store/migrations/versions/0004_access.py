"""Step 0004: access."""

from alembic import op

from geo.store.migrations import sql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0004_access")


def downgrade() -> None:
    sql.run(op.get_bind(), "0004_access_down")
