"""The tables that every service has beside its own: one row per record, and the kernel that carries its messages.

`journal` is one thing with three uses: what Kafka gets, the change feed, and the tamper-evident audit log.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB

from caytre.core.consuming.tables import consumer_tables

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

#: Rows written and deleted by the thousand: vacuum early and at full speed, or the relay reads through dead rows.
BUSY = {"autovacuum_vacuum_threshold": 5000, "autovacuum_vacuum_scale_factor": 0, "autovacuum_vacuum_cost_delay": 0}


def new_metadata() -> sa.MetaData:
    """Metadata whose constraints have names by convention, so that a violated one can be told by name."""
    return sa.MetaData(naming_convention=NAMING)


def record_table(name: str, metadata: sa.MetaData, *own: sa.schema.SchemaItem) -> sa.Table:
    """One row per aggregate: the document, its encrypted part, and the columns that are filtered or constrained.

    `consultees` are organisations that may read the record although it is restricted; `search` is the accent-free
    text of a record that is not restricted and empty otherwise.
    """
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.UUID, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", JSONB, nullable=False),
        sa.Column("confidential", sa.LargeBinary),
        sa.Column("sensitivity", sa.Text, nullable=False),
        sa.Column("localities", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("countries", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("consultees", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("search", sa.Text, nullable=False, server_default=""),
        *own,
        info={"record": True},
    )


def _message_columns() -> list[sa.Column[Any]]:
    # What outbox and journal share. `data` is json, not jsonb: it keeps the exact bytes, so that the published
    # value, the hash and the feed agree.
    return [
        sa.Column("message_id", sa.UUID, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("record_id", sa.UUID, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.SmallInteger, nullable=False),
        sa.Column("data", JSON),
        sa.Column("sensitivity", sa.Text, nullable=False),
        sa.Column("localities", ARRAY(sa.Text), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("traceparent", sa.Text),
        sa.Column("correlation_id", sa.UUID, nullable=False),
        sa.Column("causation_id", sa.UUID),
    ]


def kernel(metadata: sa.MetaData) -> None:
    """Add the tables that carry messages out, and those that carry them in."""
    clock = sa.text("clock_timestamp()")
    sa.Table(
        "outbox",
        metadata,
        # CACHE stays 1: outbox order is identity order only because ids are given under the record's row lock.
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        *_message_columns(),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=clock),
        postgresql_with=BUSY,
    )
    sa.Table(
        "journal",
        metadata,
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        *_message_columns(),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data_sha256", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("record_id", "version", "ordinal"),
        sa.UniqueConstraint("message_id"),
        sa.Index("ix_journal_causation_id", "causation_id", postgresql_where=sa.text("causation_id IS NOT NULL")),
    )
    sa.Table(
        "relay",
        metadata,
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text),
        sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("'-infinity'")),
        sa.Column("epoch", sa.Integer, nullable=False, server_default="1"),
        sa.Column("position", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("hash", sa.LargeBinary, nullable=False, server_default=sa.text("'\\x'::bytea")),
        sa.Column("published", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("state_published", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("topic", sa.Text),
        sa.Column("cluster_id", sa.Text),
        sa.Column("system_identifier", sa.Text),
        sa.Column("timeline", sa.BigInteger),
        # Updated with every page: keep the row's versions on its own page.
        postgresql_with={"fillfactor": 10, **BUSY, "autovacuum_vacuum_threshold": 500},
    )
    sa.Table(
        "idempotency",
        metadata,
        sa.Column("client", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record_id", sa.UUID, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=clock, index=True),
    )
    sa.Table(
        "external_ref",
        metadata,
        sa.Column("system", sa.Text, primary_key=True),
        sa.Column("external_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record_id", sa.UUID, nullable=False, index=True),
    )
    sa.Table(
        "reading",
        metadata,
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.UUID, nullable=False, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("traceparent", sa.Text),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    sa.Table(
        "reading_head",
        metadata,
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    consumer_tables(metadata)
