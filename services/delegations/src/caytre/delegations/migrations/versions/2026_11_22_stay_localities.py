"""A stay is one of several localities: of those that send the delegation together, in their forms of its days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "stay_localities"
down_revision = "item_turns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the one locality that was known of each stay; its next search writes all."""
    op.add_column("stay", sa.Column("localities", postgresql.ARRAY(sa.Text()), nullable=True))
    op.execute("UPDATE stay SET localities = ARRAY[locality]")
    op.alter_column("stay", "localities", nullable=False)
    op.drop_column("stay", "locality")


def downgrade() -> None:
    """Keep the first."""
    op.add_column("stay", sa.Column("locality", sa.Text(), nullable=True))
    op.execute("UPDATE stay SET locality = localities[1]")
    op.alter_column("stay", "locality", nullable=False)
    op.drop_column("stay", "localities")
