"""The gateway's read models: what the services said, laid out as views ask for it.

A row is as old as its `epoch` and `position`, the place of the last message in it: whatever comes again or late is
behind that place and changes nothing. Rows of a restricted record are envelopes.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from caytre.core.storing.tables import kernel, new_metadata

metadata = new_metadata()
kernel(metadata)

_MOMENT = sa.DateTime(timezone=True)


def _record_view(name: str, *own: sa.schema.SchemaItem) -> sa.Table:
    # Who may read a record is judged by these columns of its present row. Consultees and countries of a restricted
    # record are in no message, so they are empty here and its owner is asked instead.
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.UUID, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("document", JSONB, nullable=False),
        sa.Column("sensitivity", sa.Text, nullable=False),
        sa.Column("localities", ARRAY(sa.Text), nullable=False),
        sa.Column("countries", ARRAY(sa.Text), nullable=False),
        sa.Column("consultees", ARRAY(sa.Text), nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        *own,
        # Most messages change no indexed column: room on the page keeps the indexes out of those updates.
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.05},
    )


agreement_view = _record_view(
    "agreement_view",
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("responsible_locality", sa.Text, nullable=False),
    sa.Column("fields", ARRAY(sa.Text), nullable=False),
    sa.Column("partner_ids", ARRAY(sa.UUID), nullable=False),
    sa.Column("signed_on", sa.Date),
    sa.Column("expires_on", sa.Date),
    sa.Index("ix_agreement_view_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
    sa.Index("ix_agreement_view_partner_ids", "partner_ids", postgresql_using="gin"),
    sa.Index("ix_agreement_view_responsible_locality_id", "responsible_locality", "id"),
)

partner_view = _record_view(
    "partner_view",
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("verification", sa.Text),
    sa.Column("verified_until", sa.Date),
)

#: One row per message about a record: the timeline of its acts, and what a journey starts from.
act = sa.Table(
    "act",
    metadata,
    sa.Column("record_id", sa.UUID, primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),
    sa.Column("message_id", sa.UUID, nullable=False, index=True),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("partition", sa.SmallInteger, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", _MOMENT, nullable=False),
    sa.Column("recorded_at", _MOMENT, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("correlation_id", sa.UUID, nullable=False),
    sa.Column("causation_id", sa.UUID, index=True),
    sa.Column("traceparent", sa.Text),
    # What changed, without deadlines, settlements and state; null while the record is restricted.
    sa.Column("changed", JSONB),
)

#: A deadline by its full identity. `epoch` is null while only its settlement is known: it will be born met.
obligation = sa.Table(
    "obligation",
    metadata,
    sa.Column("owner_id", sa.UUID, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("discriminator", sa.Text, primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer),
    sa.Column("position", sa.BigInteger),
    sa.Column("carried_at", _MOMENT),
    sa.Column("anchor", sa.Date),
    sa.Column("anchor_missing", sa.Text),
    sa.Column("n", sa.Integer),
    sa.Column("unit", sa.Text),
    sa.Column("answerable", sa.Text),
    sa.Column("citation", sa.Text),
    sa.Column("verified", sa.Boolean),
    sa.Column("historical", sa.Boolean),
    sa.Column("met_at", _MOMENT),
    sa.Column("met_by", sa.UUID),
)

#: One row per record of any kind. `judged` is the sensitivity by which reading is decided: records of kinds that only
#: those concerned may know of are judged as restricted. `document` is empty where the kind has a view of its own.
record_view = sa.Table(
    "record_view",
    metadata,
    sa.Column("id", sa.UUID, primary_key=True),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("partition", sa.SmallInteger, nullable=False),
    sa.Column("at", _MOMENT, nullable=False),
    sa.Column("sensitivity", sa.Text, nullable=False),
    sa.Column("judged", sa.Text, nullable=False),
    sa.Column("localities", ARRAY(sa.Text), nullable=False),
    sa.Column("countries", ARRAY(sa.Text), nullable=False),
    sa.Column("consultees", ARRAY(sa.Text), nullable=False),
    sa.Column("partner_ids", ARRAY(sa.UUID), nullable=False),
    sa.Column("search", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    # What a board looks for: the level of a stalled agreement.
    sa.Column("flag", sa.Text),
    sa.Column("worth", sa.Text, nullable=False),
    sa.Column("starts_on", sa.Date),
    sa.Column("ends_on", sa.Date),
    # Of a delegation that goes or went: the days away as far as they are known to the day, both included.
    sa.Column("away_from", sa.Date),
    sa.Column("away_until", sa.Date),
    sa.Column("document", JSONB),
    sa.Index("ix_record_view_away", "away_until", "away_from", postgresql_where=sa.text("away_from IS NOT NULL")),
    sa.Index("ix_record_view_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
    sa.Index("ix_record_view_kind_status_id", "kind", "status", "id"),
    sa.Index("ix_record_view_flag_id", "flag", "id", postgresql_where=sa.text("flag IS NOT NULL")),
    postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.05},
)

#: Where a record stands: each locality and foreign country in it. `open` is false where only those concerned know.
standing = sa.Table(
    "standing",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("open", sa.Boolean, primary_key=True),
    sa.Column("id", sa.UUID, primary_key=True, index=True),
    sa.Column("partition", sa.SmallInteger, nullable=False),
)

#: How many rows of `standing` there are, counted per partition so that no two writers meet in a row.
tally = sa.Table(
    "tally",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("open", sa.Boolean, primary_key=True),
    sa.Column("partition", sa.SmallInteger, primary_key=True),
    sa.Column("n", sa.BigInteger, nullable=False),
)

#: What a record says it came out of. Read by the gateway itself, which then shows each reader what it may know.
edge = sa.Table(
    "edge",
    metadata,
    sa.Column("downstream_id", sa.UUID, primary_key=True),
    sa.Column("upstream_id", sa.UUID, primary_key=True, index=True),
    sa.Column("relation", sa.Text, primary_key=True),
    sa.Column("upstream_kind", sa.Text, nullable=False),
    sa.Column("upstream_label", sa.Text),
    sa.Column("confidence", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("share", sa.Numeric),
    sa.Column("document", JSONB, nullable=False),
)

#: A deadline as the notifications service keeps it: with its day. `open` until it is met, waived or historical.
deadline_view = sa.Table(
    "deadline_view",
    metadata,
    sa.Column("id", sa.UUID, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("at", _MOMENT, nullable=False),
    sa.Column("sensitivity", sa.Text, nullable=False),
    sa.Column("localities", ARRAY(sa.Text), nullable=False),
    sa.Column("countries", ARRAY(sa.Text), nullable=False),
    sa.Column("consultees", ARRAY(sa.Text), nullable=False),
    sa.Column("owner_kind", sa.Text, nullable=False),
    sa.Column("owner_id", sa.UUID, nullable=False, index=True),
    sa.Column("desk", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("open", sa.Boolean, nullable=False),
    # The far end of time for a deadline without a day, so that it stands last.
    sa.Column("due_order", sa.Date, nullable=False),
    sa.Column("document", JSONB, nullable=False),
    sa.Index("ix_deadline_view_due", "desk", "due_order", "id", postgresql_where=sa.text("open")),
)

VIEWS = (agreement_view, partner_view, act, obligation, record_view, standing, tally, edge, deadline_view)
