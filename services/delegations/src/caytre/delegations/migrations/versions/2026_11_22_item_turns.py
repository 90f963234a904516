"""Items of annual plans are taken by turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "item_turns"
down_revision = "plan_dates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "item_turn",
        sa.Column("plan_id", sa.UUID(), nullable=False),
        sa.Column("item_id", sa.UUID(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "item_id", "turn", name=op.f("pk_item_turn")),
    )
    op.execute("GRANT SELECT, INSERT ON item_turn TO caytre_delegations_command, caytre_delegations_worker")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("item_turn")
