"""Plans, delegations, conflicts, invitations, visits, follow-ups; their rights; the index of the search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from caytre.core.storing import rights

revision = "records"
down_revision = "kernel"
branch_labels = None
depends_on = None

#: Under a policy the trigram index is not used, so the function repeats the predicate (as in the agreements service).
#: These records are known to those they concern only, whatever their sensitivity.
_FOUND = """
CREATE FUNCTION {table}_found(patterns text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT r.id FROM {table} r
      WHERE r.search LIKE patterns[1] AND r.search LIKE ALL (patterns)
        AND may_read('restricted', r.localities, r.countries, r.consultees) $$
"""
_DROP_FUNCTIONS = """
DO $$ DECLARE routine regprocedure; BEGIN
    DROP AGGREGATE chain(bytea, bytea);
    FOR routine IN
        SELECT p.oid::regprocedure FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = current_user::regrole
    LOOP
        -- One that went with another before it is a number only by now.
        IF EXISTS (SELECT FROM pg_proc WHERE oid = routine) THEN
            EXECUTE format('DROP FUNCTION %s CASCADE', routine);
        END IF;
    END LOOP;
END $$
"""
TABLES = ("annual_plan", "delegation", "finding", "follow_up", "invitation", "visit")
SEARCHED = ("delegation", "invitation", "visit")
OTHERS = ("plan_year", "stay", "known_partner")


def upgrade() -> None:
    """Create the tables, then what depends on all tables being there."""
    _record("annual_plan", _text("status"), _text("locality"), _number("year"), _text("direction"),
            _ids("carrier_ids"), _text("origin", "act"))  # fmt: skip
    _record("delegation", _text("status"), _text("locality"), _day("departs_on"), _day("returns_on"),
            _text("departs_order"), _ids("partner_ids"), _id("plan_id"), _text("origin", "act"))  # fmt: skip
    _record("finding", _text("status"), _text("conflict"), _text("severity"), _ids("delegation_ids"))
    _record("follow_up", _text("status"), _text("owner"), _day("due_on"),
            sa.Column("source_id", sa.UUID(), nullable=False), _text("origin", "act"))  # fmt: skip
    _record("invitation", _text("status"), _text("locality"), _id("delegation_id"), _text("origin", "act"))
    _record("visit", _text("status"), _text("locality"), _day("arrives_on"), _day("leaves_on"), _text("arrives_order"),
            _id("partner_id"), _id("invitation_id"), _id("plan_id"), _text("origin", "act"))  # fmt: skip
    op.create_table(
        "plan_year",
        sa.Column("locality", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("locality", "year", "direction", name=op.f("pk_plan_year")),
    )
    op.create_table(
        "stay",
        sa.Column("delegation_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("during", postgresql.DATERANGE(), nullable=False),
        sa.Column("locality", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("delegation_id", "kind", "key", "during", name=op.f("pk_stay")),
    )
    op.create_table(
        "known_partner",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("partner_type", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("verified_until", sa.Date(), nullable=True),
        sa.Column("barred", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("merged_into", sa.UUID(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_partner")),
    )
    _indexes()
    for statement in (*rights.kernel("delegations"), *rights.records("delegations", TABLES, private=TABLES)):
        op.get_bind().exec_driver_sql(statement)
    op.execute("GRANT SELECT ON external_ref TO caytre_delegations_query")
    for table in SEARCHED:
        op.execute(_FOUND.format(table=table))
        op.execute(f"REVOKE ALL ON FUNCTION {table}_found(text[]) FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {table}_found(text[]) TO caytre_delegations_query")


def _indexes() -> None:
    op.create_index("ix_annual_plan_locality_year", "annual_plan", ["locality", "year"])
    op.create_index("ix_annual_plan_status_year", "annual_plan", ["status", "year"])
    op.create_index("ix_annual_plan_carrier_ids", "annual_plan", ["carrier_ids"], postgresql_using="gin")
    op.create_index("ix_delegation_departs_order_id", "delegation", ["departs_order", "id"])
    op.create_index("ix_delegation_status_departs_on", "delegation", ["status", "departs_on"])
    op.create_index("ix_delegation_locality_id", "delegation", ["locality", "id"])
    op.create_index("ix_delegation_plan_id", "delegation", ["plan_id"])
    op.create_index("ix_delegation_partner_ids", "delegation", ["partner_ids"], postgresql_using="gin")
    op.create_index("ix_delegation_localities", "delegation", ["localities"], postgresql_using="gin")
    op.create_index("ix_stay_kind_key_during", "stay", ["kind", "key", "during"], postgresql_using="gist")
    op.create_index("ix_finding_delegation_ids", "finding", ["delegation_ids"], postgresql_using="gin")
    op.create_index("ix_finding_status_id", "finding", ["status", "id"])
    op.create_index("ix_finding_localities", "finding", ["localities"], postgresql_using="gin")
    op.create_index("ix_invitation_status_id", "invitation", ["status", "id"])
    op.create_index("ix_invitation_delegation_id", "invitation", ["delegation_id"])
    op.create_index("ix_follow_up_status_id", "follow_up", ["status", "id"])
    op.create_index("ix_follow_up_source_id", "follow_up", ["source_id"])
    op.create_index("ix_visit_arrives_order_id", "visit", ["arrives_order", "id"])
    op.create_index("ix_visit_locality_arrives_on", "visit", ["locality", "arrives_on"])
    op.create_index("ix_visit_status_id", "visit", ["status", "id"])
    op.create_index("ix_visit_partner_id", "visit", ["partner_id"])
    op.create_index("ix_visit_plan_id", "visit", ["plan_id"])
    for table in SEARCHED:
        op.create_index(
            f"ix_{table}_search",
            table,
            ["search"],
            postgresql_using="gin",
            postgresql_ops={"search": "gin_trgm_ops"},
        )


def downgrade() -> None:
    """Drop the tables; policies go with them, and then the functions."""
    op.execute("DROP POLICY everything ON journal")
    op.execute("DROP POLICY readable ON journal")
    op.execute("ALTER TABLE journal DISABLE ROW LEVEL SECURITY")
    for table in (*TABLES, *OTHERS):
        op.drop_table(table)
    op.execute(_DROP_FUNCTIONS)


def _record(name: str, *own: sa.Column[Any]) -> None:
    lists: Sequence[str] = ("localities", "countries", "consultees")
    op.create_table(
        name,
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confidential", sa.LargeBinary(), nullable=True),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        *(sa.Column(column, postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False) for column in lists),
        _text("search"),
        *own,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        info={"record": True},
    )


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def _day(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=True)


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.UUID(), nullable=True)


def _ids(name: str) -> sa.Column[Any]:
    return sa.Column(name, postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False)
