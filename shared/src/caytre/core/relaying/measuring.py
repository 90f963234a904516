"""What operators alert on of a relay, measured every few seconds in each process that may lead."""

from __future__ import annotations

import asyncio

import structlog

from caytre.core.faults import said_shortly
from caytre.core.relaying.relay import Relay
from caytre.core.storing.database import DISCONNECTS
from caytre.core.telemetry import outbox_depth, outbox_oldest_age, relay_blocked, relay_leading, relay_unpublished

log = structlog.get_logger(__name__)

EVERY_SECONDS = 10.0


async def keep_measuring(relay: Relay) -> None:
    """Run until cancelled; while the database is away nothing is measured."""
    while True:
        try:
            await measure(relay)
        except DISCONNECTS as error:
            log.debug("the relay could not be measured", error=said_shortly(error))
        await asyncio.sleep(EVERY_SECONDS)


async def measure(relay: Relay) -> None:
    """Once. Depth and age are the leader's to tell, so that replicas do not add up. Raises DISCONNECTS."""
    relay_leading.set(int(relay.leads))
    relay_blocked.set(int(relay.blocked is not None))
    if relay.leads:
        row = await relay.status()
        outbox_depth.set(row["outbox"])
        outbox_oldest_age.set(row["oldest_seconds"] or 0.0)
        relay_unpublished.set(row["position"] - row["published"])
