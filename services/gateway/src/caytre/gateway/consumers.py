"""What the gateway does when the agreements service speaks: keep its views.

A batch goes in pieces: while PostgreSQL writes one, the rows of the next are made, so that neither waits for the other
and requests in the same process are not held up for long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from caytre.contracts.agreements import EVENTS_TOPIC
from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.received import Received
from caytre.core.storing.database import Connection
from caytre.gateway.arrivals import arrivals
from caytre.gateway.rows import Row, Rows, rows_of
from caytre.gateway.tables import VIEWS, act, agreement_view, obligation, partner_view

consumers = Consumers("gateway")

#: Messages per piece: about 20 ms of work.
PIECE = 500

_ARRAYS = "\x1f"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def _unnest(table: sa.Table, columns: Sequence[str], place: Callable[[], int]) -> str:
    """`SELECT … FROM unnest(…)` of one array per column. An array in a row travels as one text: unnest flattens."""
    arrays, values = [], []
    for name in columns:
        kind = table.c[name].type
        sql = kind.compile(dialect=_DIALECT)
        if isinstance(kind, postgresql.ARRAY):
            arrays.append(f"${place()}::text[]")
            values.append(f"string_to_array(n.{name}, '{_ARRAYS}')::{sql}")
        elif isinstance(kind, postgresql.JSONB):
            arrays.append(f"${place()}::text[]")
            values.append(f"n.{name}::jsonb")
        else:
            arrays.append(f"${place()}::{sql}[]")
            values.append(f"n.{name}")
    return f"SELECT {', '.join(values)} FROM unnest({', '.join(arrays)}) n ({', '.join(columns)})"


def _upsert(table: sa.Table, columns: Sequence[str], place: Callable[[], int]) -> str:
    """Insert rows, or replace those whose place in the journal is earlier."""
    key = ", ".join(column.name for column in table.primary_key)
    assigned = ", ".join(f"{name} = excluded.{name}" for name in columns if not table.c[name].primary_key)
    return f"""
        INSERT INTO {table.name} AS v ({", ".join(columns)}) {_unnest(table, columns, place)}
        ON CONFLICT ({key}) DO UPDATE SET {assigned}
        WHERE v.epoch IS NULL OR (v.epoch, v.position) < (excluded.epoch, excluded.position)"""


def _names(table: sa.Table, *, without: str = "\0") -> list[str]:
    return [column.name for column in table.columns if not column.name.startswith(without)]


_ACTS, _AGREEMENTS, _PARTNERS = _names(act), _names(agreement_view), _names(partner_view)
_DEADLINES = _names(obligation, without="met_")


def _piece() -> str:
    # One statement for all tables of a piece; each row of a table is touched once in it.
    places = count(1)

    def place() -> int:
        return next(places)

    return f"""
        WITH acted AS (
            INSERT INTO act ({", ".join(_ACTS)}) {_unnest(act, _ACTS, place)} ON CONFLICT DO NOTHING
        ), agreed AS ({_upsert(agreement_view, _AGREEMENTS, place)}
        ), partnered AS ({_upsert(partner_view, _PARTNERS, place)}
        ) {_upsert(obligation, _DEADLINES, place)}"""


_PIECE = _piece()
_IDENTITY = ", ".join(column.name for column in obligation.primary_key)
#: Of several settlements the earliest counts, whatever the order in which partitions are read.
_SETTLEMENTS = f"""
INSERT INTO obligation AS o ({_IDENTITY}, met_at, met_by)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::timestamptz[], $6::uuid[])
ON CONFLICT ({_IDENTITY}) DO UPDATE SET met_at = excluded.met_at, met_by = excluded.met_by
WHERE o.met_at IS NULL OR (excluded.met_at, excluded.met_by) < (o.met_at, o.met_by)"""
#: What earlier messages said openly is not repeated by a view once the record is restricted.
_HIDE = """
UPDATE act a SET changed = NULL FROM unnest($1::uuid[], $2::int[], $3::bigint[]) n (record_id, epoch, position)
WHERE a.record_id = n.record_id AND (a.epoch, a.position) < (n.epoch, n.position) AND a.changed IS NOT NULL"""


@consumers.projection(EVENTS_TOPIC, views=VIEWS)
async def agreement_views(connection: Connection, messages: Sequence[Received]) -> None:
    """Agreements, partners, their acts and their obligations."""
    writing: asyncio.Task[None] | None = None
    try:
        for start in range(0, len(messages), PIECE):
            rows = rows_of(messages[start : start + PIECE])
            if writing is not None:
                await writing
            writing = asyncio.create_task(_write(connection, rows))
            # The statement leaves now, before the next piece takes the loop.
            await asyncio.sleep(0)
        if writing is not None:
            await writing
    finally:
        # An error must find the connection idle.
        if writing is not None and not writing.done():
            writing.cancel()
            await asyncio.wait([writing])
    arrivals.note(message.key for message in messages)


async def _write(connection: Connection, rows: Rows) -> None:
    tables = (
        (rows.acts, _ACTS),
        (rows.agreements, _AGREEMENTS),
        (rows.partners, _PARTNERS),
        (rows.deadlines, _DEADLINES),
    )
    await connection.execute(_PIECE, *[column for table, names in tables for column in _columns(table, len(names))])
    if rows.settlements:
        await connection.execute(_SETTLEMENTS, *_columns(rows.settlements, 6))
    if rows.hidden:
        await connection.execute(_HIDE, *_columns(rows.hidden, 3))


def _columns(rows: Sequence[Row], count: int) -> list[Sequence[Any]]:
    return [_joined(column) for column in zip(*rows, strict=True)] if rows else [()] * count


def _joined(column: Sequence[Any]) -> Sequence[Any]:
    return [_ARRAYS.join(cell) for cell in column] if isinstance(column[0], list) else column
