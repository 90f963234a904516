"""Events, registrations, meetings, leads, outcomes; the ledgers of places and slots; the rights of the three roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from caytre.core.storing import rights

revision = "records"
down_revision = "kernel"
branch_labels = None
depends_on = None

#: Free text is searched past the row-level policy, because under a policy the trigram index is not used: the function
#: repeats the policy's predicate, and row-level security judges what it found once more. `LIKE ALL` alone cannot use
#: the index either, so the first pattern (the longest word) stands by itself.
_FOUND = """
CREATE FUNCTION {table}_found(patterns text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT r.id FROM {table} r
      WHERE r.search LIKE patterns[1] AND r.search LIKE ALL (patterns)
        AND may_read({judged}, r.localities, r.countries, r.consultees) $$
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
TABLES = ("event", "registration", "meeting", "lead", "outcome")
#: Who takes part is known to those it concerns and to no other.
PRIVATE = ("registration",)
SEARCHED = ("event", "registration", "lead", "outcome")
LEDGERS = ("seat_turn", "party_slot", "table_slot", "known_partner")


def upgrade() -> None:
    """Create the tables, then what depends on all tables being there."""
    op.create_table(
        "event",
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
        sa.Column("event_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("series", sa.Text(), server_default="", nullable=False),
        sa.Column("starts_earliest", sa.Date(), nullable=True),
        sa.Column("starts_latest", sa.Date(), nullable=True),
        sa.Column("starts_order", sa.Text(), server_default="", nullable=False),
        sa.Column("partner_ids", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column("agreement_ids", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column("upstream_ids", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column("origin", sa.Text(), server_default="act", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        info={"record": True},
    )
    op.create_index("ix_event_localities", "event", ["localities"], unique=False, postgresql_using="gin")
    op.create_index("ix_event_partner_ids", "event", ["partner_ids"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_event_search",
        "event",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_event_starts_order_id", "event", ["starts_order", "id"], unique=False)
    op.create_index("ix_event_status_id", "event", ["status", "id"], unique=False)
    op.create_index("ix_event_upstream_ids", "event", ["upstream_ids"], unique=False, postgresql_using="gin")
    op.create_table(
        "known_partner",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("verification", sa.Text(), server_default="", nullable=False),
        sa.Column("merged_into", sa.UUID(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_partner")),
    )
    op.create_table(
        "lead",
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
        sa.Column("lead_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=True),
        sa.Column("partner_id", sa.UUID(), nullable=True),
        sa.Column("origin", sa.Text(), server_default="act", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        info={"record": True},
    )
    op.create_index("ix_lead_event_id", "lead", ["event_id"], unique=False)
    op.create_index("ix_lead_localities", "lead", ["localities"], unique=False, postgresql_using="gin")
    op.create_index("ix_lead_partner_id", "lead", ["partner_id"], unique=False)
    op.create_index(
        "ix_lead_search",
        "lead",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_lead_status_id", "lead", ["status", "id"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confidential", sa.LargeBinary(), nullable=True),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("localities", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("consultees", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("party_ids", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        info={"record": True},
    )
    op.create_index("ix_meeting_event_id_id", "meeting", ["event_id", "id"], unique=False)
    op.create_index("ix_meeting_party_ids", "meeting", ["party_ids"], unique=False, postgresql_using="gin")
    op.create_table(
        "outcome",
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
        sa.Column("outcome_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("partner_id", sa.UUID(), nullable=True),
        sa.Column("agreement_ids", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column("upstream_ids", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column("realised_order", sa.Text(), server_default="", nullable=False),
        sa.Column("origin", sa.Text(), server_default="act", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        info={"record": True},
    )
    op.create_index("ix_outcome_agreement_ids", "outcome", ["agreement_ids"], unique=False, postgresql_using="gin")
    op.create_index("ix_outcome_localities", "outcome", ["localities"], unique=False, postgresql_using="gin")
    op.create_index("ix_outcome_partner_id", "outcome", ["partner_id"], unique=False)
    op.create_index("ix_outcome_realised_order_id", "outcome", ["realised_order", "id"], unique=False)
    op.create_index(
        "ix_outcome_search",
        "outcome",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_outcome_upstream_ids", "outcome", ["upstream_ids"], unique=False, postgresql_using="gin")
    op.create_table(
        "party_slot",
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("registration_id", sa.UUID(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "slot", "registration_id", "turn", name=op.f("pk_party_slot")),
    )
    op.create_table(
        "registration",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confidential", sa.LargeBinary(), nullable=True),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("localities", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("consultees", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("waiting_place", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        info={"record": True},
    )
    op.create_index("ix_registration_event_id_id", "registration", ["event_id", "id"], unique=False)
    op.create_index(
        "ix_registration_search",
        "registration",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_registration_waiting",
        "registration",
        ["event_id", "mode", "waiting_place"],
        unique=False,
        postgresql_where=sa.text("status = 'WAITLISTED'"),
    )
    op.create_table(
        "seat_turn",
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.CheckConstraint("taken <= quota", name=op.f("ck_seat_turn_not_oversold")),
        sa.CheckConstraint("taken >= 0 AND waiting >= 0", name=op.f("ck_seat_turn_not_negative")),
        sa.PrimaryKeyConstraint("event_id", "mode", "turn", name=op.f("pk_seat_turn")),
    )
    op.create_table(
        "table_slot",
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("table_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "slot", "table_no", "turn", name=op.f("pk_table_slot")),
    )
    for statement in (*rights.kernel("events"), *rights.records("events", TABLES, PRIVATE)):
        op.get_bind().exec_driver_sql(statement)
    op.execute("GRANT SELECT ON external_ref TO caytre_events_query")
    for table in SEARCHED:
        op.execute(_FOUND.format(table=table, judged="'restricted'" if table in PRIVATE else "r.sensitivity"))
        op.execute(f"REVOKE ALL ON FUNCTION {table}_found(text[]) FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {table}_found(text[]) TO caytre_events_query")


def downgrade() -> None:
    """Drop the tables; policies go with them, and then the functions."""
    op.execute("DROP POLICY everything ON journal")
    op.execute("DROP POLICY readable ON journal")
    op.execute("ALTER TABLE journal DISABLE ROW LEVEL SECURITY")
    for table in (*TABLES, *LEDGERS):
        op.drop_table(table)
    op.execute(_DROP_FUNCTIONS)
