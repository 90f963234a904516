"""Calendar, days, deadlines, the directory, notifications and what waits to be mailed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from caytre.core.storing import rights

revision = "records"
down_revision = "kernel"
branch_labels = None
depends_on = None

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
RECORDS = ("calendar", "day", "deadline", "notification", "recipient")
#: Known to those whom it concerns and to no other, whatever the sensitivity.
PRIVATE = ("deadline", "notification", "recipient")
OTHERS = ("calendar_change", "early_settlement", "mail_queue")


def upgrade() -> None:
    """Create the tables, then what depends on all tables being there."""
    op.create_table(
        "calendar",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confidential", sa.LargeBinary(), nullable=True),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("localities", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("consultees", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        info={"record": True},
    )
    op.create_table(
        "calendar_change",
        sa.Column("calendar_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.UUID(), nullable=False),
        sa.Column("correlation_id", sa.UUID(), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("calendar_version", name=op.f("pk_calendar_change")),
    )
    op.create_table(
        "day",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confidential", sa.LargeBinary(), nullable=True),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("localities", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("consultees", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day")),
        sa.UniqueConstraint("day", name=op.f("uq_day_day")),
        info={"record": True},
    )
    op.create_table(
        "deadline",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confidential", sa.LargeBinary(), nullable=True),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("localities", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("consultees", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answerable", sa.Text(), nullable=False),
        sa.Column("due_order", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calendar_checked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
        info={"record": True},
    )
    op.create_index("ix_deadline_answerable_due_order_id", "deadline", ["answerable", "due_order", "id"], unique=False)
    op.create_index(
        "ix_deadline_calendar_checked",
        "deadline",
        ["calendar_checked"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index("ix_deadline_due_order_id", "deadline", ["due_order", "id"], unique=False)
    op.create_index("ix_deadline_localities", "deadline", ["localities"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_deadline_next_at",
        "deadline",
        ["next_at", "id"],
        unique=False,
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index("ix_deadline_owner", "deadline", ["owner"], unique=False)
    op.create_table(
        "early_settlement",
        sa.Column("deadline_id", sa.UUID(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("message_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("deadline_id", name=op.f("pk_early_settlement")),
    )
    op.create_table(
        "mail_queue",
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.UUID(), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_mail_queue")),
        postgresql_with={
            "autovacuum_vacuum_threshold": 5000,
            "autovacuum_vacuum_scale_factor": 0,
            "autovacuum_vacuum_cost_delay": 0,
        },
    )
    op.create_index(op.f("ix_mail_queue_send_at"), "mail_queue", ["send_at"], unique=False)
    op.create_table(
        "notification",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confidential", sa.LargeBinary(), nullable=True),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("localities", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("consultees", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("cause_id", sa.UUID(), nullable=False),
        sa.Column("recipient_key", sa.UUID(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("locality", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("about_id", sa.UUID(), nullable=False),
        sa.Column("acknowledged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("cause_id", "recipient_key", "template", name="uq_notification_told_once"),
        info={"record": True},
    )
    op.create_index("ix_notification_about_id", "notification", ["about_id"], unique=False)
    op.create_index("ix_notification_locality_id", "notification", ["locality", "id"], unique=False)
    op.create_index("ix_notification_organisation_id", "notification", ["organisation", "id"], unique=False)
    op.create_index("ix_notification_role_id", "notification", ["role", "id"], unique=False)
    op.create_table(
        "recipient",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confidential", sa.LargeBinary(), nullable=True),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("localities", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("consultees", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("locality", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient")),
        info={"record": True},
    )
    op.create_index("ix_recipient_locality_role", "recipient", ["locality", "role"], unique=False)
    op.create_index("ix_recipient_organisation", "recipient", ["organisation"], unique=False)
    for statement in (*rights.kernel("notifications"), *rights.records("notifications", RECORDS, PRIVATE)):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drop the tables; policies go with them, and then the functions."""
    op.execute("DROP POLICY everything ON journal")
    op.execute("DROP POLICY readable ON journal")
    op.execute("ALTER TABLE journal DISABLE ROW LEVEL SECURITY")
    for table in (*RECORDS, *OTHERS):
        op.drop_table(table)
    op.execute(_DROP_FUNCTIONS)
