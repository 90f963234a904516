"""The tables a consumer keeps beside the effects of its messages, in its own database and in their transaction."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

#: Rows updated with every batch: keep their versions on one page and vacuum early.
BUSY = {"fillfactor": 20, "autovacuum_vacuum_threshold": 500, "autovacuum_vacuum_scale_factor": 0}


def consumer_tables(metadata: sa.MetaData) -> None:
    """Add checkpoint, parked, discarded, halted, reacted, passage and rebuild to a service's metadata."""
    clock = sa.text("clock_timestamp()")
    moment = sa.DateTime(timezone=True)
    sa.Table(
        "checkpoint",
        metadata,
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("next_offset", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
        sa.Column("position", sa.BigInteger, nullable=False, server_default="0"),
        # The last record with an id, and where it stood: how a cut or recreated log is told from the one we read.
        sa.Column("last_offset", sa.BigInteger),
        sa.Column("last_id", sa.Text),
        # Raised when views were swapped: whoever read the row before reads it again, with the parked keys.
        sa.Column("generation", sa.Integer, nullable=False, server_default="0"),
        sa.Column("paused", sa.Text),
        sa.Column("progressed_at", moment, nullable=False, server_default=clock),
        postgresql_with=BUSY,
    )
    sa.Table(
        "parked",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        # Null for a record that is no CloudEvent: it has no place in the order and blocks no key.
        sa.Column("epoch", sa.Integer),
        sa.Column("position", sa.BigInteger),
        sa.Column("key", sa.Text),
        sa.Column("message_id", sa.Text),
        sa.Column("type", sa.Text),
        sa.Column("headers", JSONB, nullable=False),
        sa.Column("value", sa.LargeBinary),
        sa.Column("record_at", moment, nullable=False),
        # Null while the message only waits behind a failed one of its key.
        sa.Column("error", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("parked_at", moment, nullable=False, server_default=clock),
        sa.Index("ux_parked_message", "consumer", "topic", "partition", "epoch", "position", unique=True),
        sa.Index(
            "ux_parked_poison",
            *("consumer", "topic", "partition", "offset"),
            unique=True,
            postgresql_where=sa.text("position is null"),
        ),
        sa.Index("ix_parked_key", "consumer", "topic", "partition", "key"),
    )
    sa.Table(
        "discarded",
        metadata,
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("epoch", sa.Integer),
        sa.Column("position", sa.BigInteger),
        sa.Column("key", sa.Text),
        sa.Column("message_id", sa.Text),
        sa.Column("type", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("discarded_by", sa.Text, nullable=False),
        sa.Column("discarded_at", moment, nullable=False, server_default=clock),
        sa.Index("ix_discarded_message", "consumer", "message_id"),
    )
    sa.Table(
        "halted",
        metadata,
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("halted_at", moment, nullable=False, server_default=clock),
    )
    sa.Table(
        "reacted",
        metadata,
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("reaction", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("message_id", sa.Text, nullable=False),
        # The last record of the pages that are done, while there are more.
        sa.Column("done_until", sa.UUID),
        sa.Column("reacted_at", moment, nullable=False, server_default=clock),
    )
    sa.Table(
        "passage",
        metadata,
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("from_position", sa.BigInteger, nullable=False),
        sa.Column("to_position", sa.BigInteger, nullable=False),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("at", moment, nullable=False, server_default=clock),
        sa.Index("ix_passage_position", "topic", "partition", "to_position"),
        sa.Index("ix_passage_at", "at", postgresql_using="brin"),
    )
    sa.Table(
        "rebuild",
        metadata,
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("shadow", sa.Text),
        sa.Column("done", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("total", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("error", sa.Text),
        sa.Column("requested_at", moment, nullable=False, server_default=clock),
        sa.Column("started_at", moment),
        sa.Column("progressed_at", moment),
        sa.Column("finished_at", moment),
    )
