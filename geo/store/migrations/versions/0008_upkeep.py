"""Step 0008: what keeps the four works true."""

from alembic import op

from geo.store.migrations import sql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0008_upkeep")


def downgrade() -> None:
    sql.run(op.get_bind(), "0008_upkeep_down")
