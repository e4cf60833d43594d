"""Step 0006: names of units."""

from alembic import op

from geo.store.migrations import sql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0006_unit_names")


def downgrade() -> None:
    sql.run(op.get_bind(), "0006_unit_names_down")
