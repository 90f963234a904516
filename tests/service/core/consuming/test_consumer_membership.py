"""One life of a client in its group: what it asks the client while partitions are being shared out."""

from __future__ import annotations

import asyncio

from aiokafka import AIOKafkaConsumer

from caytre.core.consuming.applying import Applier
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.membership import Assignments, Membership
from caytre.core.ids import new_id
from caytre.core.storing.database import Database
from caytre.core.testing import publish
from caytre.local.kafka import Kafka
from tests.builders.listening import SIGNED, Listening
from tests.builders.running import a_log, group_of, until


async def test_what_is_measured_waits_for_no_seek_after_partitions_were_shared_out_anew(
    database: Database, kafka: Kafka
) -> None:
    log = await a_log(kafka)
    await publish(kafka.address, [log.say(SIGNED, new_id(), {}, state={"title": "x"})])
    consumers = Listening(log.topic).projecting()
    client = AIOKafkaConsumer(group_id=group_of(log), **KafkaSettings(kafka.address).member())
    applier = Applier(consumers, database.worker.acquire)
    membership = Membership(client, Assignments(), applier, database, stuck_seconds=20.0)
    await client.start()
    try:
        client.subscribe([log.topic], listener=membership.assignments)
        polling = asyncio.create_task(membership.poll())
        await until(lambda: _opened(membership))
        polling.cancel()
        await asyncio.wait([polling])
        # The same partitions again, as after a rebalance, and nobody has sought them yet.
        client.unsubscribe()
        client.subscribe([log.topic], listener=membership.assignments)
        before = membership.assignments.count
        await until(lambda: _assigned(membership, before))
        async with asyncio.timeout(10):
            await membership._note_levels()
            assert await membership.lags() == {}
            await membership._check_progress()
        assert client.assignment()
    finally:
        await client.stop()


async def _opened(membership: Membership) -> bool:
    return bool(membership._partitions)


async def _assigned(membership: Membership, before: int) -> bool:
    return membership.assignments.count > before and bool(membership.client.assignment())
