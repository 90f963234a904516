"""How messages came to the views: the acts of a record or one message, and the batch that carried each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caytre.core.storing.database import Connection

MOST = 200

_ACTS = """
SELECT message_id, topic, partition, epoch, position, type, record_id, version, at, recorded_at, correlation_id,
       causation_id, traceparent
FROM act WHERE record_id = $1 OR message_id = $1 ORDER BY epoch DESC, position DESC LIMIT $2
"""
#: The first batch that ends at or behind the position; the row is the only one that index has to find.
_PASSAGES = """
SELECT n.i, p.consumer, p.at, p.messages
FROM unnest($1::text[], $2::int[], $3::int[], $4::bigint[]) WITH ORDINALITY n (topic, partition, epoch, position, i)
CROSS JOIN LATERAL (
    SELECT p.consumer, p.at, p.messages, p.from_position FROM passage p
    WHERE p.topic = n.topic AND p.partition = n.partition AND p.to_position >= n.position AND p.epoch = n.epoch
    ORDER BY p.to_position, p.at LIMIT 1
) p WHERE p.from_position <= n.position ORDER BY n.i
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: on its topic and in its journal."""

    topic: str
    partition: int
    epoch: int
    position: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as the gateway's projection has kept it."""

    message: UUID
    place: Place
    type: str
    record: UUID
    version: int
    at: datetime
    recorded_at: datetime
    correlation: UUID
    causation: UUID | None
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A batch of one consumer that carried a message; `messages` is how many it held."""

    consumer: str
    at: datetime
    messages: int


async def seen(connection: Connection, id: UUID) -> list[Seen]:
    """The messages of a record, or one message, that the reader may know of; oldest first."""
    rows = await connection.fetch(_ACTS, id, MOST)
    return [
        Seen(
            message=row["message_id"],
            place=Place(row["topic"], row["partition"], row["epoch"], row["position"]),
            type=row["type"],
            record=row["record_id"],
            version=row["version"],
            at=row["at"],
            recorded_at=row["recorded_at"],
            correlation=row["correlation_id"],
            causation=row["causation_id"],
            traceparent=row["traceparent"],
        )
        for row in reversed(rows)
    ]


async def passages(connection: Connection, places: Sequence[Place]) -> dict[Place, Passage]:
    """The gateway's batch that carried each place; batches are forgotten after 30 days."""
    rows = await connection.fetch(
        _PASSAGES,
        [place.topic for place in places],
        [place.partition for place in places],
        [place.epoch for place in places],
        [place.position for place in places],
    )
    return {places[row["i"] - 1]: Passage(row["consumer"], row["at"], row["messages"]) for row in rows}
