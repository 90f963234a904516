"""Waiting until everything has arrived everywhere, and telling what is late from what is stuck."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Literal

import asyncpg

#: Nothing moved for so long: stuck. Three session time-outs, and never less than what a slow start takes.
STUCK_SECONDS = 45.0
#: Still moving after so long: late.
LATE_SECONDS = 180.0

State = Literal["drained", "late", "stuck"]

_OWNER = """
SELECT (SELECT count(*) FROM outbox) AS outbox, position, published, state_published FROM relay
"""
_LISTENER = """
SELECT (SELECT count(DISTINCT message_id) FROM applied) AS applied,
       (SELECT count(*) FROM applied) AS effects,
       (SELECT coalesce(sum(next_offset), 0) FROM checkpoint) AS offsets
"""
_GATEWAY = """
SELECT (SELECT count(*) FROM act) AS acts, (SELECT coalesce(sum(next_offset), 0) FROM checkpoint) AS view_offsets
"""


@dataclass(frozen=True, slots=True)
class Drained:
    """How it ended and after how many seconds; `where` are the last figures seen."""

    state: State
    seconds: float
    where: Mapping[str, int]


async def look(databases: Mapping[str, str]) -> dict[str, int]:
    """Where everything stands, read over fresh connections."""
    found: dict[str, int] = {}
    for service, statement in (("agreements", _OWNER), ("oracle", _LISTENER), ("gateway", _GATEWAY)):
        connection = await asyncpg.connect(databases[service], timeout=10)
        try:
            row = await connection.fetchrow(statement)
        finally:
            await connection.close()
        found |= {name: int(value) for name, value in (row or {}).items()}
    return found


def is_drained(at: Mapping[str, int]) -> bool:
    """Everything that was committed is in the journal, on both topics, and applied by every consumer."""
    position = at["position"]
    arrived = (at["published"], at["state_published"], at["applied"], at["acts"])
    return at["outbox"] == 0 and all(each == position for each in arrived)


async def drained(databases: Mapping[str, str], since: float) -> Drained:
    """Wait for it; `since` is the monotonic moment from which the seconds count."""
    last: dict[str, int] = {}
    moved = began = monotonic()
    while True:
        at = await look(databases)
        now = monotonic()
        if is_drained(at):
            return Drained("drained", now - since, at)
        if at != last:
            last, moved = at, now
        if now - moved > STUCK_SECONDS:
            return Drained("stuck", now - since, at)
        if now - began > LATE_SECONDS:
            return Drained("late", now - since, at)
        await asyncio.sleep(0.1)
