"""What the gateway does when the agreements service speaks: keep its views, one statement per table and batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from caytre.contracts.agreements import EVENTS_TOPIC
from caytre.core.consumer import Consumers
from caytre.core.database import Connection
from caytre.core.received import Received
from caytre.gateway.arrivals import arrivals
from caytre.gateway.rows import Row, rows_of
from caytre.gateway.tables import VIEWS, act, agreement_view, obligation, partner_view

consumers = Consumers("gateway")

_ARRAYS = "\x1f"


def _unnest(table: sa.Table, columns: Sequence[str]) -> str:
    """`SELECT … FROM unnest(…)` of one array per column. An array in a row travels as one text: unnest flattens."""
    places, values = [], []
    for n, name in enumerate(columns, 1):
        kind = table.c[name].type
        sql = kind.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
        if isinstance(kind, postgresql.ARRAY):
            places.append(f"${n}::text[]")
            values.append(f"string_to_array(n.{name}, '{_ARRAYS}')::{sql}")
        elif isinstance(kind, postgresql.JSONB):
            places.append(f"${n}::text[]")
            values.append(f"n.{name}::jsonb")
        else:
            places.append(f"${n}::{sql}[]")
            values.append(f"n.{name}")
    return f"SELECT {', '.join(values)} FROM unnest({', '.join(places)}) n ({', '.join(columns)})"


def _upsert(table: sa.Table, columns: Sequence[str]) -> str:
    """Insert rows, or replace those whose place is earlier."""
    key = ", ".join(column.name for column in table.primary_key)
    assigned = ", ".join(f"{name} = excluded.{name}" for name in columns if not table.c[name].primary_key)
    return f"""
        INSERT INTO {table.name} AS v ({", ".join(columns)}) {_unnest(table, columns)}
        ON CONFLICT ({key}) DO UPDATE SET {assigned}
        WHERE v.epoch IS NULL OR (v.epoch, v.position) < (excluded.epoch, excluded.position)"""


_RECORD = ("id", "version", "epoch", "position", "at", "document", "sensitivity", "localities", "countries")
_AGREEMENT = (*_RECORD, "consultees", "search", "status", "responsible_locality", "fields", "partner_ids")
_AGREEMENTS = _upsert(agreement_view, (*_AGREEMENT, "signed_on", "expires_on"))
_PARTNERS = _upsert(
    partner_view, (*_RECORD, "consultees", "search", "status", "type", "verification", "verified_until")
)
_ACT_COLUMNS = [column.name for column in act.columns]
_ACTS = f"INSERT INTO act ({', '.join(_ACT_COLUMNS)}) {_unnest(act, _ACT_COLUMNS)} ON CONFLICT DO NOTHING"
_IDENTITY = ("owner_id", "code", "discriminator", "round")
_DEADLINES = _upsert(obligation, [column.name for column in obligation.columns if not column.name.startswith("met_")])
_SETTLED = (*_IDENTITY, "met_at", "met_by")
#: Of several settlements the earliest counts, whatever the order in which partitions are read.
_SETTLEMENTS = f"""
INSERT INTO obligation AS o ({", ".join(_SETTLED)}) {_unnest(obligation, _SETTLED)}
ON CONFLICT ({", ".join(_IDENTITY)}) DO UPDATE SET met_at = excluded.met_at, met_by = excluded.met_by
WHERE o.met_at IS NULL OR (excluded.met_at, excluded.met_by) < (o.met_at, o.met_by)"""
#: What earlier messages said openly is not repeated by a view once the record is restricted.
_HIDE = """
UPDATE act a SET changed = NULL FROM unnest($1::uuid[], $2::int[], $3::bigint[]) n (record_id, epoch, position)
WHERE a.record_id = n.record_id AND (a.epoch, a.position) < (n.epoch, n.position) AND a.changed IS NOT NULL"""


@consumers.projection(EVENTS_TOPIC, views=VIEWS)
async def agreement_views(connection: Connection, messages: Sequence[Received]) -> None:
    """Agreements, partners, their acts and their obligations."""
    rows = rows_of(messages)
    await _write(connection, _ACTS, rows.acts)
    await _write(connection, _AGREEMENTS, rows.agreements)
    await _write(connection, _PARTNERS, rows.partners)
    await _write(connection, _DEADLINES, rows.deadlines)
    await _write(connection, _SETTLEMENTS, rows.settlements)
    await _write(connection, _HIDE, rows.hidden)
    arrivals.note(message.key for message in messages)


async def _write(connection: Connection, statement: str, rows: Sequence[Row]) -> None:
    if rows:
        await connection.execute(statement, *[_joined(column) for column in zip(*rows, strict=True)])


def _joined(column: Sequence[Any]) -> Sequence[Any]:
    return [_ARRAYS.join(cell) for cell in column] if isinstance(column[0], list) else column
