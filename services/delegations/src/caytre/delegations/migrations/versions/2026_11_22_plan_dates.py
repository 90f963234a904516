"""Plans that still may be adjusted are found by the last day for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "plan_dates"
down_revision = "pages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day."""
    op.add_column("annual_plan", sa.Column("adjust_until", sa.Date(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("annual_plan", "adjust_until")
