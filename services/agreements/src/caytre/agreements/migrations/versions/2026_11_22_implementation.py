"""Plans, successions, what other services said that served agreements, and when to look at an agreement again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from caytre.core.storing import rights

revision = "implementation"
down_revision = "records"
branch_labels = None
depends_on = None

_FOUND = """
CREATE FUNCTION {table}_found(patterns text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT r.id FROM {table} r
      WHERE r.search LIKE patterns[1] AND r.search LIKE ALL (patterns)
        AND may_read(r.sensitivity, r.localities, r.countries, r.consultees) $$
"""
BEFORE = ("agreement", "partner")
TABLES = ("plan", "succession")
OWN = ("plan_place", "known_activity", "known_outcome")


def upgrade() -> None:
    """Create the tables, their rights, and the journal's policy over all kinds of records."""
    op.add_column("agreement", sa.Column("stall_check_on", sa.Date(), nullable=True))
    op.create_index("ix_agreement_stall_check_on", "agreement", ["stall_check_on"], unique=False)
    # What is there already is looked at on the next day that begins.
    op.execute("UPDATE agreement SET stall_check_on = '1945-09-02'")
    for table in TABLES:
        _record_table(table)
    op.create_table(
        "plan_place",
        sa.Column("agreement_id", sa.UUID(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", "ordinal", name=op.f("pk_plan_place")),
    )
    _known("activity", sa.Column("kind", sa.Text(), nullable=False))
    _known("outcome", sa.Column("status", sa.Text(), nullable=False))
    for statement in rights.records("agreements", TABLES):
        if " ON journal " not in statement and not statement.startswith("ALTER TABLE journal "):
            op.get_bind().exec_driver_sql(statement)
    _journal_policy((*BEFORE, *TABLES))
    for role in ("command", "worker"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join((*TABLES, *OWN))} TO caytre_agreements_{role}")
    for table in TABLES:
        op.execute(_FOUND.format(table=table))
        op.execute(f"REVOKE ALL ON FUNCTION {table}_found(text[]) FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {table}_found(text[]) TO caytre_agreements_query")


def _record_table(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confidential", sa.LargeBinary(), nullable=True),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("localities", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("consultees", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("agreement_id", sa.UUID(), nullable=False),
        sa.Column("responsible_locality", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        info={"record": True},
    )
    op.create_index(f"ix_{name}_agreement_id", name, ["agreement_id"], unique=False)
    op.create_index(f"ix_{name}_status_id", name, ["status", "id"], unique=False)
    op.create_index(f"ix_{name}_localities", name, ["localities"], unique=False, postgresql_using="gin")


def _known(what: str, own: sa.Column[str]) -> None:
    op.create_table(
        f"known_{what}",
        sa.Column("id", sa.UUID(), nullable=False),
        own,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("took_place_on", sa.Date(), nullable=True),
        sa.Column("agreement_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_known_{what}")),
    )
    op.create_index(
        f"ix_known_{what}_agreement_ids", f"known_{what}", ["agreement_ids"], unique=False, postgresql_using="gin"
    )


def _journal_policy(tables: tuple[str, ...]) -> None:
    present = " OR ".join(f"EXISTS (SELECT FROM {table} r WHERE r.id = record_id)" for table in tables)
    op.execute("DROP POLICY readable ON journal")
    op.execute(f"CREATE POLICY readable ON journal FOR SELECT TO caytre_agreements_query USING ({present})")


def downgrade() -> None:
    """Drop the tables and functions, and judge the journal by the records there were before."""
    _journal_policy(BEFORE)
    for table in TABLES:
        op.execute(f"DROP FUNCTION {table}_found(text[])")
    for table in (*OWN, *TABLES):
        op.drop_table(table)
    op.drop_index("ix_agreement_stall_check_on", table_name="agreement")
    op.drop_column("agreement", "stall_check_on")
