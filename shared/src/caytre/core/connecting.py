"""Clients of Kafka are started so that one whose start is called off can close what it opened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol

#: How long a start that is called off may go on (seconds); a broker that answers needs a fraction of it.
CALLED_OFF_WITHIN = 2.0


class Startable(Protocol):
    """A producer, a consumer or an admin client of aiokafka."""

    def start(self) -> Awaitable[None]:
        """Learn the cluster, and join the group if there is one."""


async def start(client: Startable) -> None:
    """Start a client whose `stop` follows in any case. Raises KafkaError or OSError.

    aiokafka keeps the connection by which it learns the cluster to itself and forgets it when it is cancelled there: a
    start called off is given a moment to end, so that stopping the client closes what it opened. Where the broker does
    not answer within that moment, one connection is left to the garbage collector.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        # Nobody waits for how it ended any more; asked for it once, asyncio does not complain.
        starting.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            await asyncio.wait([starting], timeout=CALLED_OFF_WITHIN)
        finally:
            starting.cancel()
        raise
