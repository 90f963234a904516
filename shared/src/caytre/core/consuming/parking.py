"""Messages that no handler could take, kept in order beside their key's later ones, until somebody decides.

A parked message blocks its key: later messages of the key wait here too, while all others flow. Redrive takes one
message at a time, under the lock of the partition's checkpoint, so that live traffic cannot overtake it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from caytre.core.consuming.checkpoint import Partition
from caytre.core.consuming.received import Received
from caytre.core.consuming.slices import Poison
from caytre.core.storing.database import Connection


class Halted(Exception):
    """Too many messages failed in a row: the consumer stops until an operator resumes it."""


PARKED_COLUMNS = (
    'id, consumer, topic, partition, "offset", epoch, position, key, message_id, type, error, attempts, parked_at'
)


@dataclass(frozen=True, slots=True)
class Parked:
    """A row of `parked`, for lists; `error` is None for one that only waits behind another of its key."""

    id: int
    consumer: str
    topic: str
    partition: int
    offset: int
    epoch: int | None
    position: int | None
    key: str | None
    message_id: str | None
    type: str | None
    error: str | None
    attempts: int
    parked_at: datetime


_KNOWN_POISON = """
SELECT 'discarded' FROM public.discarded
WHERE consumer = $1 AND topic = $2 AND partition = $3 AND "offset" = $4 AND position IS NULL
UNION ALL
SELECT 'parked' FROM public.parked
WHERE consumer = $1 AND topic = $2 AND partition = $3 AND "offset" = $4 AND position IS NULL
LIMIT 1
"""


def _printable(value: bytes | None) -> str | None:
    return None if value is None else value.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


class Parking:
    """The parked messages of one consumer. `schema` is empty, or a shadow schema while views are rebuilt."""

    def __init__(self, consumer: str, schema: str = "") -> None:
        self.consumer = consumer
        self.table = f'"{schema}".parked' if schema else "parked"
        self._insert = f"""
            INSERT INTO {self.table} (consumer, topic, partition, "offset", epoch, position, key, message_id, type,
                                      headers, value, record_at, error, attempts)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::jsonb, $11, $12, $13, $14)
            ON CONFLICT DO NOTHING"""
        self._first = f"""
            SELECT DISTINCT ON (key) key, epoch, position FROM {self.table}
            WHERE consumer = $1 AND topic = $2 AND partition = $3 AND key = ANY ($4::text[]) AND position IS NOT NULL
            ORDER BY key, epoch, position"""

    async def blocked(
        self, connection: Connection, partition: Partition, keys: Sequence[str]
    ) -> dict[str, tuple[int, int]]:
        """The first parked place of each of these keys that has one; asked under the checkpoint's lock."""
        rows = await connection.fetch(self._first, self.consumer, partition.topic, partition.number, keys)
        return {row["key"]: (row["epoch"], row["position"]) for row in rows}

    async def was_discarded(self, connection: Connection, message: Received) -> bool:
        """Whether an operator decided earlier that this message is to be left out."""
        known = "SELECT EXISTS (SELECT FROM discarded WHERE consumer = $1 AND message_id = $2)"
        return bool(await connection.fetchval(known, self.consumer, message.message_id))

    async def knows_poison(self, connection: Connection, partition: Partition, poison: Poison) -> str | None:
        """`discarded` or `parked` when the record at this offset was so before (by the live consumer), else None."""
        known: str | None = await connection.fetchval(
            _KNOWN_POISON, self.consumer, partition.topic, partition.number, poison.record.offset
        )
        return known

    async def park(self, connection: Connection, message: Received, error: str | None) -> None:
        """Keep a message: with the error it failed with, or None when it waits behind one of its key."""
        headers = {name: _printable(value) for name, value in message.headers.items()}
        await connection.execute(
            self._insert,
            self.consumer,
            message.topic,
            message.partition,
            message.offset,
            message.epoch,
            message.position,
            message.key,
            message.message_id,
            message.type,
            json.dumps(headers),
            message.data,
            message.recorded_at,
            error,
            0 if error is None else 1,
        )

    async def park_poison(self, connection: Connection, partition: Partition, poison: Poison) -> None:
        """Keep a record that is no CloudEvent; it blocks nothing."""
        record = poison.record
        headers = {name.replace("\0", ""): _printable(value) for name, value in record.headers}
        await connection.execute(
            self._insert,
            self.consumer,
            partition.topic,
            partition.number,
            record.offset,
            None,
            None,
            _printable(record.key),
            None,
            headers.get("ce_type"),
            json.dumps(headers),
            record.value,
            datetime.fromtimestamp(max(record.timestamp, 0) / 1000, UTC),
            str(poison.error)[:1000].replace("\0", ""),
            1,
        )


async def halt(connection: Connection, consumer: str, reason: str) -> None:
    """Stop the consumer in all processes until it is resumed; survives restarts."""
    statement = "INSERT INTO halted (consumer, reason) VALUES ($1, $2) ON CONFLICT (consumer) DO NOTHING"
    await connection.execute(statement, consumer, reason)


async def halted_because(connection: Connection, consumer: str) -> str | None:
    """Why the consumer is halted, or None when it is not."""
    reason: str | None = await connection.fetchval("SELECT reason FROM halted WHERE consumer = $1", consumer)
    return reason
