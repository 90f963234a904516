"""One view for records of every kind, where they stand, what they came out of, and deadlines with their day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from caytre.gateway.record_rights import CANDIDATES_ARGUMENTS, DUE_ARGUMENTS, MAY_KNOW_BEFORE, statements

revision = "records"
down_revision = "views"
branch_labels = None
depends_on = None

TABLES = ("deadline_view", "edge", "record_view", "standing", "tally")


def upgrade() -> None:
    """Create the tables and who may see what; a rebuild fills them with what was said before."""
    op.create_table(
        "deadline_view",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("localities", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("consultees", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("owner_kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("due_order", sa.Date(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_view")),
    )
    op.create_index(op.f("ix_deadline_view_owner_id"), "deadline_view", ["owner_id"], unique=False)
    op.create_index(
        "ix_deadline_view_due",
        "deadline_view",
        ["desk", "due_order", "id"],
        unique=False,
        postgresql_where=sa.text("open"),
    )
    op.create_table(
        "edge",
        sa.Column("downstream_id", sa.UUID(), nullable=False),
        sa.Column("upstream_id", sa.UUID(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("upstream_kind", sa.Text(), nullable=False),
        sa.Column("upstream_label", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("share", sa.Numeric(), nullable=True),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("downstream_id", "upstream_id", "relation", name=op.f("pk_edge")),
    )
    op.create_index(op.f("ix_edge_upstream_id"), "edge", ["upstream_id"], unique=False)
    op.create_table(
        "record_view",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("judged", sa.Text(), nullable=False),
        sa.Column("localities", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("consultees", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("partner_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("flag", sa.Text(), nullable=True),
        sa.Column("worth", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_view")),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_index("ix_record_view_kind_status_id", "record_view", ["kind", "status", "id"], unique=False)
    op.create_index(
        "ix_record_view_flag_id",
        "record_view",
        ["flag", "id"],
        unique=False,
        postgresql_where=sa.text("flag IS NOT NULL"),
    )
    op.create_index(
        "ix_record_view_search",
        "record_view",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_table(
        "standing",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", "kind", "open", "id", name=op.f("pk_standing")),
    )
    op.create_index(op.f("ix_standing_id"), "standing", ["id"], unique=False)
    op.create_table(
        "tally",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", "kind", "open", "partition", name=op.f("pk_tally")),
    )
    op.create_index(op.f("ix_act_causation_id"), "act", ["causation_id"], unique=False)
    connection = op.get_bind()
    for statement in statements():
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Drop function and tables."""
    connection = op.get_bind()
    connection.exec_driver_sql(f"DROP FUNCTION record_candidates({CANDIDATES_ARGUMENTS})")
    connection.exec_driver_sql(f"DROP FUNCTION deadline_candidates({DUE_ARGUMENTS})")
    connection.exec_driver_sql(MAY_KNOW_BEFORE)
    op.drop_index(op.f("ix_act_causation_id"), "act")
    for table in reversed(TABLES):
        op.drop_table(table)
