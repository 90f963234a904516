"""What an operator does with parked messages and halted consumers. All of it works in any process of the service."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from time import time_ns
from typing import TYPE_CHECKING

import structlog

from caytre.core.consuming.applying import Applier, Unfinished
from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.failures import is_passing
from caytre.core.consuming.parking import PARKED_COLUMNS, Parked
from caytre.core.consuming.received import Received, Undecodable
from caytre.core.consuming.spans import process_spans
from caytre.core.faults import said_shortly
from caytre.core.refusals import NotFound
from caytre.core.storing.database import Connection, Database

if TYPE_CHECKING:
    import asyncpg

log = structlog.get_logger(__name__)

# Taking the row's lock keeps the live consumer from moving on, and makes a row where a replay has just deleted it.
_LOCK = """
INSERT INTO checkpoint (consumer, topic, partition) VALUES ($1, $2, $3)
ON CONFLICT (consumer, topic, partition) DO UPDATE SET consumer = excluded.consumer
"""
_FIRST_OF_KEY = """
SELECT * FROM parked WHERE consumer = $1 AND topic = $2 AND partition = $3 AND key = $4 AND position IS NOT NULL
ORDER BY epoch, position LIMIT 1
"""
_KEYS = """
SELECT DISTINCT topic, partition, key FROM parked WHERE consumer = $1 AND position IS NOT NULL ORDER BY 1, 2, 3
"""
_DISCARD = """
INSERT INTO discarded (id, consumer, topic, partition, "offset", epoch, position, key, message_id, type, error, reason,
                       discarded_by)
SELECT id, consumer, topic, partition, "offset", epoch, position, key, message_id, type, error, $2, $3
FROM parked WHERE id = $1
"""


@dataclass(slots=True)
class Redriven:
    """How many messages were taken, and what stopped each key that is still blocked."""

    done: int = 0
    failed: list[str] | None = None

    def add(self, error: str) -> None:
        """Another key that is still blocked."""
        self.failed = [*(self.failed or ()), error]


async def list_parked(
    database: Database, consumer: str | None = None, after: int = 0, limit: int = 100
) -> list[Parked]:
    """Parked messages in the order in which they were parked, of one consumer or all."""
    statement = (
        f"SELECT {PARKED_COLUMNS} FROM parked "
        "WHERE id > $1 AND ($2::text IS NULL OR consumer = $2) ORDER BY id LIMIT $3"
    )
    return [Parked(**dict(row)) for row in await database.worker.fetch(statement, after, consumer, limit)]


async def find_parked(database: Database, id: int) -> Parked:
    """One parked message. Raises NotFound."""
    row = await database.worker.fetchrow(f"SELECT {PARKED_COLUMNS} FROM parked WHERE id = $1", id)
    if row is None:
        raise NotFound(kind="parked message", id=id)
    return Parked(**dict(row))


async def redrive(consumers: Consumers, database: Database, parked: Parked) -> Redriven:
    """Take all parked messages of this one's key again, in order, until one fails. Raises what passes by itself."""
    redriven, applier = Redriven(), _applier(consumers, database)
    if parked.position is None or parked.key is None:
        await _redrive_poison(applier, database, parked, redriven)
    else:
        await _redrive_key(applier, database, parked.topic, parked.partition, parked.key, redriven)
    return redriven


async def redrive_all(consumers: Consumers, database: Database) -> Redriven:
    """Take everything that is parked for these consumers again, key by key."""
    redriven, applier = Redriven(), _applier(consumers, database)
    for row in await database.worker.fetch(_KEYS, consumers.name):
        await _redrive_key(applier, database, row["topic"], row["partition"], row["key"], redriven)
    for parked in await list_parked(database, consumers.name, limit=1_000_000):
        if parked.position is None:
            await _redrive_poison(applier, database, parked, redriven)
    return redriven


async def discard(consumers: Consumers, database: Database, id: int, reason: str, by: str) -> Redriven:
    """Leave a message out for good, keeping who decided it and why; then go on with its key. Raises NotFound."""
    parked = await find_parked(database, id)
    async with database.worker.acquire() as connection, connection.transaction():
        await connection.execute(_LOCK, parked.consumer, parked.topic, parked.partition)
        row = await connection.fetchrow("SELECT * FROM parked WHERE id = $1", id)
        if row is None:
            raise NotFound(kind="parked message", id=id)
        await connection.execute(_DISCARD, id, reason, by)
        await connection.execute("DELETE FROM parked WHERE id = $1", id)
        if parked.position is not None:
            await _applier(consumers, database).never_react(connection, _received(row))
    log.warning("parked message discarded", consumer=parked.consumer, id=id, message_id=parked.message_id, by=by)
    return await redrive(consumers, database, parked) if parked.position is not None else Redriven()


async def resume(database: Database, consumer: str) -> bool:
    """Let a halted consumer go on, in whatever process it runs; False when it was not halted."""
    return await database.worker.fetchval("DELETE FROM halted WHERE consumer = $1 RETURNING true", consumer) is True


async def replay(database: Database, consumer: str) -> int:
    """Forget how far the consumer has got: it reads its topics from the beginning. Returns the partitions forgotten.

    Reactions are not repeated and views keep their rows; parked messages stay parked.
    """
    forgotten = await database.worker.fetch("DELETE FROM checkpoint WHERE consumer = $1 RETURNING partition", consumer)
    return len(forgotten)


def _applier(consumers: Consumers, database: Database) -> Applier:
    return Applier(consumers, database.worker.acquire)


async def _redrive_key(
    applier: Applier, database: Database, topic: str, partition: int, key: str, redriven: Redriven
) -> None:
    while True:
        began = time_ns()
        async with database.worker.acquire() as connection, connection.transaction():
            await connection.execute(_LOCK, applier.consumers.name, topic, partition)
            row = await connection.fetchrow(_FIRST_OF_KEY, applier.consumers.name, topic, partition, key)
            if row is None:
                break
            failure = await _take(applier, connection, row)
        if isinstance(failure, Unfinished):
            continue
        if failure is not None:
            redriven.add(said_shortly(failure))
            break
        redriven.done += 1
        process_spans(applier.consumers.name, [_received(row)], began)
    database.committed()


async def _redrive_poison(applier: Applier, database: Database, parked: Parked, redriven: Redriven) -> None:
    async with database.worker.acquire() as connection, connection.transaction():
        await connection.execute(_LOCK, parked.consumer, parked.topic, parked.partition)
        row = await connection.fetchrow("SELECT * FROM parked WHERE id = $1", parked.id)
        if row is None:
            return
        failure = await _take(applier, connection, row)
    if failure is None:
        redriven.done += 1
    else:
        redriven.add(said_shortly(failure))


async def _take(applier: Applier, connection: Connection, row: asyncpg.Record) -> Exception | None:
    try:
        message = _received(row)
    except Undecodable as undecodable:
        error: Exception = undecodable
    else:
        failure = await applier.attempt(connection, message)
        if failure is None:
            await connection.execute("DELETE FROM parked WHERE id = $1", row["id"])
            return None
        if isinstance(failure, Unfinished):
            return failure
        if is_passing(failure):
            raise failure
        error = failure
    statement = "UPDATE parked SET error = $2, attempts = attempts + 1 WHERE id = $1"
    await connection.execute(statement, row["id"], said_shortly(error))
    return error


def _received(row: asyncpg.Record) -> Received:
    headers: Sequence[tuple[str, bytes]] = [
        (name, text.encode()) for name, text in json.loads(row["headers"]).items() if text is not None
    ]
    key = row["key"].encode() if row["key"] is not None else None
    recorded_ms = int(row["record_at"].timestamp() * 1000)
    return Received(row["topic"], row["partition"], row["offset"], recorded_ms, key, row["value"], headers)
