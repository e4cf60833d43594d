"""Step 0015: cells that left one by one, and decks that were made."""

from alembic import op

from geo.store.migrations import sql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0015_disclosure")


def downgrade() -> None:
    sql.run(op.get_bind(), "0015_disclosure_down")
