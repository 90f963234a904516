"""Partners and agreements, the rights of the three roles, and the search that may use the trigram index."""

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
        AND may_read(r.sensitivity, r.localities, r.countries, r.consultees) $$
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
TABLES = ("agreement", "partner")


def upgrade() -> None:
    """Create the tables, then what depends on all tables being there."""
    op.create_table(
        "agreement",
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
        sa.Column("register_no", sa.Text(), nullable=True),
        sa.Column("procedure", sa.Text(), nullable=True),
        sa.Column("responsible_locality", sa.Text(), server_default="", nullable=False),
        sa.Column("partner_ids", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("signed_earliest", sa.Date(), nullable=True),
        sa.Column("signed_latest", sa.Date(), nullable=True),
        sa.Column("signed_order", sa.Text(), server_default="", nullable=False),
        sa.Column("origin", sa.Text(), server_default="act", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        info={"record": True},
    )
    op.create_index("ix_agreement_localities", "agreement", ["localities"], unique=False, postgresql_using="gin")
    op.create_index("ix_agreement_partner_ids", "agreement", ["partner_ids"], unique=False, postgresql_using="gin")
    op.create_index("ix_agreement_register_no", "agreement", ["register_no"], unique=False)
    op.create_index("ix_agreement_responsible_locality_id", "agreement", ["responsible_locality", "id"], unique=False)
    op.create_index(
        "ix_agreement_search",
        "agreement",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("ix_agreement_signed_order_id", "agreement", ["signed_order", "id"], unique=False)
    op.create_index("ix_agreement_status_id", "agreement", ["status", "id"], unique=False)
    op.create_table(
        "partner",
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
        sa.Column("partner_type", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("verified_until", sa.Date(), nullable=True),
        sa.Column("origin", sa.Text(), server_default="act", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        info={"record": True},
    )
    op.create_index("ix_partner_country_id", "partner", ["country", "id"], unique=False)
    op.create_index(
        "ix_partner_search",
        "partner",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_table(
        "partner_name",
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("twin", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("country", "key", "twin", name=op.f("pk_partner_name")),
    )
    op.create_index(op.f("ix_partner_name_record_id"), "partner_name", ["record_id"], unique=False)
    for statement in (*rights.kernel("agreements"), *rights.records("agreements", TABLES)):
        op.get_bind().exec_driver_sql(statement)
    op.execute("GRANT SELECT ON external_ref TO caytre_agreements_query")
    for table in TABLES:
        op.execute(_FOUND.format(table=table))
        op.execute(f"REVOKE ALL ON FUNCTION {table}_found(text[]) FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {table}_found(text[]) TO caytre_agreements_query")


def downgrade() -> None:
    """Drop the tables; policies go with them, and then the functions."""
    op.execute("DROP POLICY everything ON journal")
    op.execute("DROP POLICY readable ON journal")
    op.execute("ALTER TABLE journal DISABLE ROW LEVEL SECURITY")
    for table in (*TABLES, "partner_name"):
        op.drop_table(table)
    op.execute(_DROP_FUNCTIONS)
