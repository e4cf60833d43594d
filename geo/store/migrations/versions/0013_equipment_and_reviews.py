"""Step 0013: what units have in equipment, which review a household had before, norms of units above."""

from alembic import op

from geo.store.migrations import sql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0013_equipment_and_reviews")


def downgrade() -> None:
    sql.run(op.get_bind(), "0013_equipment_and_reviews_down")
