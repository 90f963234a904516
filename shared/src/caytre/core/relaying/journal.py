"""The journal: outbox rows moved, oldest first, to gapless positions under a hash chain that covers every column.

An entry's hash is sha256(previous hash || entry), where the entry holds each column length-prefixed and, instead of
the data, its sha256: one row's data can be blanked under a recorded act and the chain still verifies. The Python
`entry_of` and the SQL `journal_entry` are the same function; `caytre verify` recomputes with the former what the
latter wrote.
"""

from __future__ import annotations

import contextlib
import hashlib
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from caytre.core.storing.database import DISCONNECTS, Connection, Row

_EPOCH_2000 = datetime(2000, 1, 1, tzinfo=UTC)


def _text(column: str) -> str:
    # Written out: `lp` in line looks three times at its value, and so converts it three times.
    return f"int4send(length(convert_to({column}, 'UTF8'))) || convert_to({column}, 'UTF8')"


#: Functions for the migration that creates the kernel. `lp` length-prefixes a value; NULL is told from empty.
FUNCTIONS = (
    """
    CREATE FUNCTION lp(value bytea) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN value IS NULL THEN '\\xffffffff'::bytea ELSE int4send(length(value)) || value END
    """,
    f"""
    CREATE FUNCTION journal_entry(
        at_position bigint, epoch integer, message_id uuid, type text, record_id uuid, version integer,
        ordinal smallint, data_sha256 bytea, sensitivity text, localities text[], occurred_at timestamptz,
        recorded_at timestamptz, actor text, pseudonym text, traceparent text, correlation_id uuid, causation_id uuid
    ) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
    RETURN int8send(at_position) || int4send(epoch) || uuid_send(message_id) || {_text("type")}
        || uuid_send(record_id) || int4send(version) || int2send(ordinal) || data_sha256
        || {_text("sensitivity")} || {_text("array_to_string(localities, ',')")}
        || timestamptz_send(occurred_at) || timestamptz_send(recorded_at)
        || {_text("actor")} || {_text("pseudonym")}
        || CASE WHEN traceparent IS NULL THEN lp(NULL) ELSE {_text("traceparent")} END
        || uuid_send(correlation_id)
        || CASE WHEN causation_id IS NULL THEN lp(NULL) ELSE int4send(16) || uuid_send(causation_id) END
    """,
    # PL/pgSQL, since an aggregate's transition in SQL is never put in line, and takes twice the time to call.
    """
    CREATE FUNCTION chain_step(state bytea, start bytea, entry bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$ BEGIN RETURN sha256(coalesce(state, start) || entry); END $$
    """,
    "CREATE AGGREGATE chain(bytea, bytea) (sfunc = chain_step, stype = bytea)",
)

_CARRIED = (
    "message_id, type, record_id, version, ordinal, data, sensitivity, localities, occurred_at, recorded_at, actor, "
    "pseudonym, traceparent, correlation_id, causation_id"
)

#: One page from the outbox into the journal; the row lock on `relay` is the fence. One row back = the new position.
#: Where nothing waits, nothing is locked: a lock on an empty queue would write WAL at every poll.
COLLECT = f"""
WITH leader AS (
    SELECT position, hash, epoch FROM relay WHERE service = $1 AND fence = $2 AND EXISTS (SELECT FROM outbox) FOR UPDATE
),
taken AS (
    DELETE FROM outbox WHERE id = ANY (ARRAY (SELECT o.id FROM outbox o, leader ORDER BY o.id LIMIT $3)) RETURNING *
),
numbered AS (
    SELECT l.position + row_number() OVER (ORDER BY t.id) AS at_position, l.hash AS start, l.epoch,
           sha256(convert_to(t.data::text, 'UTF8')) AS data_sha256, t.*
    FROM taken t CROSS JOIN leader l
),
kept AS (
    INSERT INTO journal (position, epoch, {_CARRIED}, data_sha256, hash)
    SELECT at_position, epoch, {_CARRIED}, data_sha256,
           chain(start, journal_entry(at_position, epoch, message_id, type, record_id, version, ordinal, data_sha256,
                 sensitivity, localities, occurred_at, recorded_at, actor, pseudonym, traceparent, correlation_id,
                 causation_id)) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING)
    FROM numbered RETURNING position, hash
)
UPDATE relay r SET position = k.position, hash = k.hash
FROM (SELECT position, hash FROM kept ORDER BY position DESC LIMIT 1) k
WHERE r.service = $1 AND r.fence = $2 RETURNING r.position
"""


@contextlib.asynccontextmanager
async def collecting(connection: Connection) -> AsyncIterator[None]:
    """Make the connection plan COLLECT by the outbox's index."""
    # A plan made while nothing waits holds an empty outbox for a table to be read as a whole. After an outage it would
    # compare every waiting row with every id of the page, page after page.
    await connection.execute("SET enable_seqscan = off")
    try:
        yield
    finally:
        if not connection.is_closed():
            with contextlib.suppress(*DISCONNECTS):
                await connection.execute("RESET enable_seqscan")


#: A page of the journal for publishing, in order. PostgreSQL makes the bytes that go out, since it does so on another
#: core than the relay; `at_ms` is the Kafka timestamp.
PAGE = """
SELECT position, epoch, convert_to(message_id::text, 'UTF8') AS message_id, type,
       convert_to(record_id::text, 'UTF8') AS record_id, version, ordinal, convert_to(data::text, 'UTF8') AS data,
       sensitivity, array_to_string(localities, ',') AS localities,
       convert_to(to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8') AS occurred_at,
       floor(extract(epoch FROM recorded_at) * 1000)::bigint AS at_ms, pseudonym, traceparent,
       convert_to(correlation_id::text, 'UTF8') AS correlation_id,
       convert_to(causation_id::text, 'UTF8') AS causation_id
FROM journal WHERE position > $1 ORDER BY position LIMIT $2
"""


def _prefixed(value: bytes | None) -> bytes:
    return b"\xff\xff\xff\xff" if value is None else struct.pack(">i", len(value)) + value


def _microseconds(moment: datetime) -> bytes:
    delta = moment - _EPOCH_2000
    return struct.pack(">q", (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds)


def entry_of(row: Row) -> bytes:
    """The bytes that the chain covers for one journal row; `data_sha256` stands for the data."""
    return b"".join(
        (
            struct.pack(">qi", row["position"], row["epoch"]),
            row["message_id"].bytes,
            _prefixed(row["type"].encode()),
            row["record_id"].bytes,
            struct.pack(">ih", row["version"], row["ordinal"]),
            row["data_sha256"],
            _prefixed(row["sensitivity"].encode()),
            _prefixed(",".join(row["localities"]).encode()),
            _microseconds(row["occurred_at"]),
            _microseconds(row["recorded_at"]),
            _prefixed(row["actor"].encode()),
            _prefixed(row["pseudonym"].encode()),
            _prefixed(row["traceparent"].encode() if row["traceparent"] is not None else None),
            row["correlation_id"].bytes,
            _prefixed(row["causation_id"].bytes if row["causation_id"] is not None else None),
        )
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """What verification found: at which position, and in a sentence what does not hold."""

    position: int
    kind: str
    detail: str


_READINGS = """
SELECT position, record_id, version, reader, traceparent, read_at, hash FROM reading
WHERE position > $1 ORDER BY position LIMIT $2
"""


async def verify_readings(connection: Connection, page: int = 5000) -> AsyncIterator[Finding]:
    """Recompute the chain of readings of confidential parts; yields every Finding, all of the kind `reading`."""
    position, last = 0, b""
    while rows := await connection.fetch(_READINGS, position, page):
        for row in rows:
            entry = struct.pack(">q", row["position"]) + row["record_id"].bytes + struct.pack(">i", row["version"])
            entry += _prefixed(row["reader"].encode())
            entry += _prefixed(row["traceparent"].encode() if row["traceparent"] is not None else None)
            entry += _microseconds(row["read_at"])
            said = f"reading {row['position']} of record {row['record_id']} by {row['reader']}"
            if row["position"] != position + 1:
                yield Finding(position + 1, "reading", f"readings {position + 1} to {row['position'] - 1} are missing")
            elif hashlib.sha256(last + entry).digest() != row["hash"]:
                yield Finding(row["position"], "reading", f"{said} is not what was recorded, or the one before it")
            position, last = row["position"], row["hash"]
    head = await connection.fetchrow("SELECT position, hash FROM reading_head")
    if head is None or (head["position"], bytes(head["hash"])) != (position, bytes(last)):
        yield Finding(position, "reading", f"the readings end at {position} but their head says otherwise")


async def verify(connection: Connection, service: str, page: int = 5000) -> AsyncIterator[Finding | int]:
    """Recompute the chain from position 1; yields the position reached after each page, and every Finding.

    Finds a gap, data that no longer has its hash, any other changed column (the chain breaks there), and a head that
    differs from the last row (rows cut off the end together with nothing else). A tail cut together with the head is
    found against the signed heads on the audit topic, which live outside the database.
    """
    position, last = 0, b""
    while True:
        rows = await connection.fetch(
            f"SELECT position, epoch, {_CARRIED.replace('data,', 'data::text AS data,')}, data_sha256, hash "
            "FROM journal WHERE position > $1 ORDER BY position LIMIT $2",
            position,
            page,
        )
        for row in rows:
            if row["position"] != position + 1:
                yield Finding(position + 1, "gap", f"positions {position + 1} to {row['position'] - 1} are missing")
            if row["data"] is None:
                yield Finding(row["position"], "blanked", f"the data of message {row['message_id']} was taken out")
            elif hashlib.sha256(row["data"].encode()).digest() != row["data_sha256"]:
                yield Finding(row["position"], "data", f"the data of message {row['message_id']} was changed")
            if hashlib.sha256(last + entry_of(row)).digest() != row["hash"]:
                yield Finding(
                    row["position"],
                    "chain",
                    f"a column of message {row['message_id']} ({row['type']}, actor {row['actor']}, occurred at "
                    f"{row['occurred_at'].isoformat()}) is not what was recorded, or the row before it was changed",
                )
            position, last = row["position"], row["hash"]
        if rows:
            yield position
        if len(rows) < page:
            break
    head = await connection.fetchrow("SELECT position, hash FROM relay WHERE service = $1", service)
    if head is not None and (head["position"], bytes(head["hash"])) != (position, bytes(last)):
        yield Finding(position, "head", f"the journal ends at {position} but its head says {head['position']}")
