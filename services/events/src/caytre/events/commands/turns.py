"""The ledger of places: reading its newest row, claiming the next turn, waiting for one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from caytre.core.storing.database import Connection
from caytre.core.storing.decision import Claim
from caytre.events.model import Event
from caytre.events.model.seats import Seats, TurnTaken
from caytre.events.tables import seat_turn

T = TypeVar("T")

_NEWEST = (
    "SELECT turn, taken, waiting, quota FROM seat_turn WHERE event_id = $1 AND mode = $2 ORDER BY turn DESC LIMIT 1"
)
MODES = ("onsite", "online")
#: Processes that want the same event's places at the same instant take turns: each try one of them gets further.
TRIES = 40
PAUSE = 0.005


async def seats_of(connection: Connection, event: Event, mode: str) -> Seats:
    """How many places are taken and how many wait, after the newest turn."""
    row = await connection.fetchrow(_NEWEST, event.id, mode)
    if row is None:
        return Seats(quota=getattr(event.quotas, mode))
    return Seats(row["turn"], row["taken"], row["waiting"], row["quota"])


def turn_claim(event_id: UUID, after: dict[str, Seats]) -> tuple[Claim, ...]:
    """The claim on the next turn of each way of taking part."""
    rows = list(after.items())
    if not rows:
        return ()
    return (
        Claim(
            seat_turn,
            {
                "event_id": [event_id] * len(rows),
                "mode": [mode for mode, _ in rows],
                "turn": [seats.turn for _, seats in rows],
                "taken": [seats.taken for _, seats in rows],
                "waiting": [seats.waiting for _, seats in rows],
                "quota": [seats.quota for _, seats in rows],
            },
        ),
    )


#: Requests of this process for one event's places stand in a queue, so that they do not take turns from each other.
_queues: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()


async def taking_turns(event_id: UUID, attempt: Callable[[], Awaitable[T]]) -> T:
    """Try again while another process takes the turn. Raises TurnTaken when that happens too often."""
    queue = _queues.setdefault(event_id, asyncio.Lock())
    async with queue:
        for tried in range(TRIES):
            try:
                return await attempt()
            except TurnTaken:
                await asyncio.sleep(PAUSE * (1 + tried % 8))
        return await attempt()
