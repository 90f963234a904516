"""What is overdue is counted by its code without reading what is not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "overdue"
down_revision = "records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        "ix_deadline_overdue", "deadline", ["code"], unique=False, postgresql_where=sa.text("status = 'OVERDUE'")
    )


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_deadline_overdue", "deadline")
