"""How far a reaction to many records has got."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "pages"
down_revision = "records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing that stands there has pages left."""
    op.add_column("reacted", sa.Column("done_until", sa.UUID(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("reacted", "done_until")
