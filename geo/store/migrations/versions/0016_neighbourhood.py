"""Step 0016: the khu phố that a block is part of."""

from alembic import op

from geo.store.migrations import sql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0016_neighbourhood")


def downgrade() -> None:
    sql.run(op.get_bind(), "0016_neighbourhood_down")
