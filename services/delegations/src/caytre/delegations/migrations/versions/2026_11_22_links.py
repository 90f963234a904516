"""Trips and visits are found from what they are linked to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "links"
down_revision = "records"
branch_labels = None
depends_on = None

TABLES = ("delegation", "visit")


def upgrade() -> None:
    """Create the indexes."""
    for table in TABLES:
        op.create_index(
            f"ix_{table}_links",
            table,
            [sa.text("(document -> 'links') jsonb_path_ops")],
            unique=False,
            postgresql_using="gin",
        )


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_index(f"ix_{table}_links", table)
