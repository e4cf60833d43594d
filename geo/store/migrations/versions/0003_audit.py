"""Step 0003: audit."""

from alembic import op

from geo.store.migrations import sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0003_audit")


def downgrade() -> None:
    sql.run(op.get_bind(), "0003_audit_down")
