"""When a delegation is abroad."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "abroad"
down_revision = "pages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the days; a rebuild fills them for what was said before."""
    op.add_column("record_view", sa.Column("away_from", sa.Date(), nullable=True))
    op.add_column("record_view", sa.Column("away_until", sa.Date(), nullable=True))
    op.create_index(
        "ix_record_view_away",
        "record_view",
        ["away_until", "away_from"],
        unique=False,
        postgresql_where=sa.text("away_from IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_record_view_away", "record_view")
    op.drop_column("record_view", "away_until")
    op.drop_column("record_view", "away_from")
