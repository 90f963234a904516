"""Bugs that are planted on purpose: the oracle must report each, or what it says of other runs means nothing."""

from collections.abc import Collection
from typing import Literal

import asyncpg

from caytre.bench.faults import listener
from caytre.bench.faults.stopping import UNSTABLE
from caytre.bench.faults.world import World, listening

Mutation = Literal["position-filter", "drop-row", "drop-notification", "unstable-message-id"]

#: Of one message, however often it was applied.
_DROP_ROW = """
DELETE FROM applied WHERE message_id = (
    SELECT message_id FROM applied WHERE n >= (SELECT max(n) / 2 FROM applied) ORDER BY n LIMIT 1
)
"""
_DROP_NOTIFICATION = "DELETE FROM notification WHERE id = (SELECT max(id::text)::uuid FROM notification)"


async def plant(made: World, mutations: Collection[Mutation]) -> None:
    """Before the load: processes that have the bug take the place of those that have not."""
    if "position-filter" in mutations:
        url = made.databases[listener.SERVICE]
        for process in made.listeners:
            process.kill()
        made.listeners = [
            listening(made.stage, url, number, position_filter=False) for number, _ in enumerate(made.listeners, 1)
        ]
        await made.revive()
    if "unstable-message-id" in mutations:
        for process in made.cells["notifications"].workers:
            process.kill()
            process.environment[UNSTABLE] = "1"
        await made.revive()


async def lose(made: World, mutations: Collection[Mutation]) -> None:
    """After the load: take something away that must be there."""
    if "drop-row" in mutations:
        await _execute(made.databases[listener.SERVICE], _DROP_ROW)
    if "drop-notification" in mutations:
        await _execute(made.databases["notifications"], _DROP_NOTIFICATION)


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
