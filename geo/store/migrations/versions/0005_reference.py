"""Step 0005: reference data."""

from alembic import op

from geo.store.migrations import sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0005_reference")


def downgrade() -> None:
    sql.run(op.get_bind(), "0005_reference_down")
