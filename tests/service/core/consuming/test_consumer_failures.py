"""A running consumer that fails: partitions that wait, halts, redrives under traffic, replays, a stuck client."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer

from caytre.core.consuming.applying import Applier
from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.membership import Assignments, Membership, Stuck
from caytre.core.consuming.redriving import discard, list_parked, redrive, replay, resume
from caytre.core.ids import new_id
from caytre.core.relaying.topics import PARTITIONS
from caytre.core.storing.database import Database
from caytre.core.testing import Log, publish
from caytre.local.kafka import Kafka
from tests.builders.listening import DUE, SIGNED, Listening, effects, titles
from tests.builders.running import applied, facts, group_of, notes, running, until


async def test_a_locked_partition_waits_while_the_others_go_on(database: Database, kafka: Kafka, log: Log) -> None:
    listening = Listening(log.topic, group_of(log), waits={"locked"})
    locked = log.say(SIGNED, new_id(), {}, state={"title": "locked"})
    await publish(kafka.address, [locked, *notes(log, 60)])
    elsewhere = [message for message in log.messages if message.partition != locked.partition]
    async with running(listening.projecting(), database, kafka) as consumer:
        await applied(database, len(elsewhere))
        await publish(kafka.address, notes(log, 60))
        elsewhere = [message for message in log.messages if message.partition != locked.partition]
        await applied(database, len(elsewhere))
        assert sorted(await effects(database)) == facts(elsewhere)
        assert list(consumer.paused()) == [f"{log.topic}/{locked.partition}"]
        listening.waits.clear()
        await applied(database, len(log.messages))
        assert consumer.paused() == {}
    assert sorted(await effects(database)) == facts(log.messages)


async def test_a_halt_survives_a_restart_and_ends_when_an_operator_resumes(
    database: Database, kafka: Kafka, log: Log
) -> None:
    listening = Listening(log.topic, group_of(log), fails={"v1"})
    consumers = listening.projecting()
    await publish(kafka.address, notes(log, 60))

    async def halted() -> bool:
        return bool(await database.worker.fetchval("SELECT count(*) FROM halted"))

    async with running(consumers, database, kafka, most_parked=3):
        await until(halted)
    listening.fails.clear()
    async with running(consumers, database, kafka, most_parked=3) as consumer:
        await asyncio.sleep(2)
        assert await effects(database) == []
        assert "cannot take v1" in (consumer.halted or "")
        assert await resume(database, consumers.name)
        await applied(database, 57)
        for parked in await list_parked(database):
            assert (await redrive(consumers, database, parked)).failed is None
    assert sorted(await effects(database)) == facts(log.messages)


async def test_a_redrive_under_live_traffic_keeps_the_order_of_the_key(
    database: Database, kafka: Kafka, log: Log
) -> None:
    listening = Listening(log.topic, group_of(log), fails={"bad"})
    consumers = listening.projecting()
    id = new_id()
    await publish(kafka.address, [log.say(SIGNED, id, {}, state={"title": "bad"}), *notes(log, 20)])

    async def talk() -> None:
        for n in range(60):
            batch = [log.say(SIGNED, id, {}, state={"title": f"version {n + 2}"}), *notes(log, 2)]
            await publish(kafka.address, batch)

    async with running(consumers, database, kafka):
        talking = asyncio.create_task(talk())
        await applied(database, 60)
        [first, *_] = await list_parked(database)
        again = await redrive(consumers, database, first)
        assert (again.done, again.failed) == (0, ["Broken: cannot take bad"])
        listening.fails.clear()
        assert (await redrive(consumers, database, first)).done >= 1
        await talking
        await applied(database, len(log.messages))
    assert sorted(await effects(database)) == facts(log.messages)
    assert [version for key, version in await effects(database) if key == str(id)] == list(range(1, 62))
    assert await list_parked(database) == []
    assert (await titles(database))[str(id)] == "version 61"


async def test_a_discarded_message_stays_out_and_its_key_goes_on(database: Database, kafka: Kafka, log: Log) -> None:
    listening = Listening(log.topic, group_of(log), fails={"bad"})
    consumers = listening.reacting()
    id = new_id()
    await publish(kafka.address, [log.say(DUE, id, {}, state={"title": title}) for title in ("bad", "good")])

    async def both_parked() -> bool:
        return len(await list_parked(database)) == 2

    async with running(consumers, database, kafka):
        await until(both_parked)
        [first, _] = await list_parked(database)
        assert (await discard(consumers, database, first.id, "sent by mistake", "an operator")).done == 1
        assert await effects(database) == [(str(id), 2)]
        # Nothing that is replayed brings the discarded one back, though its handler could take it now.
        listening.fails.clear()
        await replay(database, consumers.name)
        await publish(kafka.address, [log.say(DUE, id, {}, state={"title": "third"})])
        await applied(database, 2)
        await asyncio.sleep(0.5)
    assert await effects(database) == [(str(id), 2), (str(id), 3)]
    assert await database.worker.fetchval("SELECT reason FROM discarded") == "sent by mistake"


async def test_a_replay_is_noticed_by_a_consumer_without_traffic(database: Database, kafka: Kafka, log: Log) -> None:
    consumers = Listening(log.topic, group_of(log)).projecting()
    await publish(kafka.address, notes(log, 30))
    async with running(consumers, database, kafka):
        await applied(database, 30)
        assert await replay(database, consumers.name) == PARTITIONS
        await applied(database, 60)
    assert len(await titles(database)) == 30


@contextlib.asynccontextmanager
async def a_membership(
    consumers: Consumers, database: Database, kafka: Kafka, topic: str, stuck_seconds: float
) -> AsyncIterator[Membership]:
    client = AIOKafkaConsumer(group_id=consumers.name, **KafkaSettings(kafka.address).member())
    applier = Applier(consumers, database.worker.acquire)
    membership = Membership(client, Assignments(), applier, database, stuck_seconds)
    await client.start()
    client.subscribe([topic], listener=membership.assignments)
    yield membership
    await client.stop()


async def test_a_client_that_hands_out_nothing_is_found_out(database: Database, kafka: Kafka, log: Log) -> None:
    consumers = Listening(log.topic, group_of(log)).projecting()
    await publish(kafka.address, notes(log, 30))
    async with a_membership(consumers, database, kafka, log.topic, stuck_seconds=2) as membership:
        polling = asyncio.create_task(membership.poll())
        await applied(database, 30)
        membership.client.pause(*membership.client.assignment())
        await asyncio.sleep(2.5)
        assert not polling.done()
        await publish(kafka.address, notes(log, 30))
        with pytest.raises(Stuck, match="although there is"):
            await asyncio.wait_for(polling, 10)


async def test_a_partition_that_waits_is_not_taken_for_a_stuck_client(
    database: Database, kafka: Kafka, log: Log
) -> None:
    listening = Listening(log.topic, group_of(log), waits={"locked"})
    await publish(kafka.address, [log.say(SIGNED, new_id(), {}, state={"title": "locked"})])
    async with a_membership(listening.projecting(), database, kafka, log.topic, stuck_seconds=1) as membership:
        polling = asyncio.create_task(membership.poll())
        await asyncio.sleep(4)
        assert not polling.done()
        listening.waits.clear()
        await applied(database, 1)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    assert sorted(await effects(database)) == facts(log.messages)
