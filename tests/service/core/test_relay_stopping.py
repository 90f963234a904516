"""A relay that is cancelled ends, also in the very moment in which it is woken."""

from __future__ import annotations

import asyncio

import pytest

from caytre.core.relaying.relay import Relay
from caytre.core.storing.database import Database
from caytre.local.kafka import Kafka

pytestmark = pytest.mark.xdist_group("topics of the notebook")


@pytest.mark.parametrize("steps", range(7))
async def test_a_cancellation_is_not_lost_to_a_waking(database: Database, url: str, kafka: Kafka, steps: int) -> None:
    relay = Relay("notebook", database, url, kafka.address)
    running = asyncio.create_task(relay.run())
    async with asyncio.timeout(30):
        while not relay.leads:
            await asyncio.sleep(0.02)
    # Everything waits by now.
    await asyncio.sleep(0.5)
    relay.wake()
    relay._collected.set()
    relay._state_woken.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=10)
    assert done
    assert running.cancelled()
    assert not relay.leads
