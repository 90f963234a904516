"""What the gateway does when the services speak: keep its views.

A batch goes in pieces: while PostgreSQL writes one, the rows of the next are made, so that neither waits for the other
and requests in the same process are not held up for long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count

from caytre.contracts import agreements, delegations, events, notifications
from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.received import Received
from caytre.core.storing.database import Connection
from caytre.gateway.arrivals import arrivals
from caytre.gateway.model import OWN_KINDS
from caytre.gateway.record_rows import Records, records_of
from caytre.gateway.rows import Rows, rows_of
from caytre.gateway.statements import columns, names, unnest, upsert
from caytre.gateway.tables import VIEWS, act, agreement_view, deadline_view, edge, obligation, partner_view, record_view

consumers = Consumers("gateway")

TOPICS = (agreements.EVENTS_TOPIC, delegations.EVENTS_TOPIC, events.EVENTS_TOPIC, notifications.EVENTS_TOPIC)
#: Kinds that stand in no place.
OUTSIDE = sorted(OWN_KINDS)
#: Messages per piece: about 20 ms of work.
PIECE = 500

_ACTS, _AGREEMENTS, _PARTNERS = names(act), names(agreement_view), names(partner_view)
_DEADLINES = names(obligation, without="met_")
_RECORDS, _DUE, _EDGES = names(record_view), names(deadline_view), names(edge)
_EDGE_TYPES = ("uuid", "uuid", *["text"] * 5, "numeric", "text", "int", "bigint")


def _piece() -> str:
    # One statement for all tables of a piece; each row of a table is touched once in it.
    places = count(1)

    def place() -> int:
        return next(places)

    return f"""
        WITH acted AS (
            INSERT INTO act ({", ".join(_ACTS)}) {unnest(act, _ACTS, place)} ON CONFLICT DO NOTHING
        ), agreed AS ({upsert(agreement_view, _AGREEMENTS, place)}
        ), partnered AS ({upsert(partner_view, _PARTNERS, place)}
        ), owed AS ({upsert(obligation, _DEADLINES, place)}
        ), recorded AS ({upsert(record_view, _RECORDS, place)}
        ) {upsert(deadline_view, _DUE, place)}"""


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


#: Only the row that has just been written counts: what comes again or late finds another place in it.
_WRITTEN = """
unnest($1::uuid[], $2::int[], $3::bigint[]) n (id, epoch, position)
JOIN record_view r ON r.id = n.id AND r.epoch = n.epoch AND r.position = n.position"""
#: Where records stand now, and how many; true where a count may have come down to nothing.
_STANDING = f"""
WITH present AS (
    SELECT r.id, r.kind, r.partition, r.judged <> 'restricted' AS open, r.localities || r.countries AS places
    FROM {_WRITTEN} WHERE r.kind <> ALL ($4::text[])
), gone AS (
    DELETE FROM standing s USING present p WHERE s.id = p.id AND NOT (s.open = p.open AND s.place = ANY (p.places))
    RETURNING s.place, s.kind, s.open, s.partition
), come AS (
    INSERT INTO standing (place, kind, open, id, partition)
    SELECT DISTINCT u.place, p.kind, p.open, p.id, p.partition
    FROM present p CROSS JOIN LATERAL unnest(p.places) u (place) ORDER BY 1, 2, 3, 4
    ON CONFLICT DO NOTHING RETURNING place, kind, open, partition
), counted AS (
    INSERT INTO tally AS t (place, kind, open, partition, n)
    SELECT place, kind, open, partition, sum(change)
    FROM (SELECT gone.*, -1 AS change FROM gone UNION ALL SELECT come.*, 1 FROM come) changes
    GROUP BY place, kind, open, partition ORDER BY place, kind, open, partition
    ON CONFLICT (place, kind, open, partition) DO UPDATE SET n = t.n + excluded.n
)
SELECT EXISTS (SELECT FROM gone)"""
_CUT = f"DELETE FROM edge e USING {_WRITTEN} WHERE e.downstream_id = n.id"
_JOIN = f"""
INSERT INTO edge ({", ".join(_EDGES)})
SELECT {", ".join(f"n.{name}::jsonb" if name == "document" else f"n.{name}" for name in _EDGES)}
FROM unnest({", ".join(f"${number}::{kind}[]" for number, kind in enumerate(_EDGE_TYPES, 1))})
    n ({", ".join(_EDGES)}, epoch, position)
JOIN record_view r ON r.id = n.downstream_id AND r.epoch = n.epoch AND r.position = n.position
ON CONFLICT DO NOTHING"""


async def views_of_all(connection: Connection, messages: Sequence[Received]) -> None:
    """Records of every kind, their acts, what they came out of, and what falls due on them."""
    writing: asyncio.Task[None] | None = None
    try:
        for start in range(0, len(messages), PIECE):
            piece = messages[start : start + PIECE]
            rows, records = rows_of(piece), records_of(piece)
            if writing is not None:
                await writing
            writing = asyncio.create_task(_write(connection, rows, records))
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


for _topic in TOPICS:
    consumers.projection(_topic, views=VIEWS)(views_of_all)


async def _write(connection: Connection, rows: Rows, records: Records) -> None:
    tables = (
        (rows.acts, _ACTS),
        (rows.agreements, _AGREEMENTS),
        (rows.partners, _PARTNERS),
        (rows.deadlines, _DEADLINES),
        (records.records, _RECORDS),
        (records.deadlines, _DUE),
    )
    await connection.execute(_PIECE, *[column for table, names in tables for column in columns(table, len(names))])
    if rows.settlements:
        await connection.execute(_SETTLEMENTS, *columns(rows.settlements, 6))
    if rows.hidden:
        await connection.execute(_HIDE, *columns(rows.hidden, 3))
    if records.places:
        changed = columns(records.places, 3)
        if await connection.fetchval(_STANDING, *changed, OUTSIDE):
            await connection.execute("DELETE FROM tally WHERE n = 0")
        await connection.execute(_CUT, *changed)
    if records.edges:
        await connection.execute(_JOIN, *columns(records.edges, len(_EDGES) + 2))
