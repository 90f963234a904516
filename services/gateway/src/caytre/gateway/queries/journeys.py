"""How messages came to the views: the acts of a record or one message, and the batch that carried each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caytre.core.storing.database import Connection, Row

MOST = 200

#: Steps from message to message that are followed each way.
MOST_STEPS = 10

_ACT = """message_id, topic, partition, epoch, position, type, record_id, version, at, recorded_at, correlation_id,
    causation_id, traceparent"""
_ACTS = f"""
SELECT {_ACT} FROM act WHERE record_id = $1 OR message_id = $1 ORDER BY epoch DESC, position DESC LIMIT $2
"""
_CAUSES = f"SELECT {_ACT} FROM act WHERE message_id = ANY ($1) ORDER BY recorded_at, message_id LIMIT $2"
_FOLLOWED = f"SELECT {_ACT} FROM act WHERE causation_id = ANY ($1) ORDER BY recorded_at, message_id LIMIT $2"
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
    return [_seen(row) for row in reversed(await connection.fetch(_ACTS, id, MOST))]


async def causes(connection: Connection, messages: Mapping[UUID, UUID | None]) -> list[Seen]:
    """What brought these messages about, from their own cause back to its first; `messages` gives each its cause."""
    known, found = set(messages), list[Seen]()
    front = {cause for cause in messages.values() if cause is not None} - known
    for _ in range(MOST_STEPS):
        if not front or len(found) >= MOST:
            break
        step = [_seen(row) for row in await connection.fetch(_CAUSES, list(front), MOST - len(found))]
        found += step
        known |= front
        front = {each.causation for each in step if each.causation is not None} - known
    return sorted(found, key=lambda each: (each.recorded_at, each.message))


async def consequences(connection: Connection, messages: Iterable[UUID]) -> list[Seen]:
    """What these messages brought about in all services, and what that did, to the last mail."""
    known, found = set(messages), list[Seen]()
    front = set(known)
    for _ in range(MOST_STEPS):
        if not front or len(found) >= MOST:
            break
        step = [_seen(row) for row in await connection.fetch(_FOLLOWED, list(front), MOST - len(found))]
        found += [each for each in step if each.message not in known]
        front = {each.message for each in step} - known
        known |= front
    return found


def _seen(row: Row) -> Seen:
    return Seen(
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
