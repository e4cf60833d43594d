"""Step 0012: borders with a past, points that can be put back, beats of one ward, accounts of officers."""

from alembic import op

from geo.store.migrations import sql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(op.get_bind(), "0012_ground_kept_true")


def downgrade() -> None:
    sql.run(op.get_bind(), "0012_ground_kept_true_down")
