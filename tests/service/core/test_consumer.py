"""A running consumer on Kafka and PostgreSQL: restarts, rebalances, another log, pauses, halts, redrives, replays."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from uuid import UUID

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from caytre.core.consumer import Consumers, Received
from caytre.core.consuming import Consumer
from caytre.core.database import Database
from caytre.core.ids import new_id
from caytre.core.kafka_settings import KafkaSettings
from caytre.core.redriving import discard, list_parked, redrive, replay, resume
from caytre.core.testing import Log, publish
from caytre.core.topics import PARTITIONS
from caytre.local.kafka import Kafka
from tests.builders.listening import DUE, SERVICE, SIGNED, Listening, effects, lay, titles
from tests.engines import CreateDatabase


@pytest.fixture
async def database(create_database: CreateDatabase) -> AsyncIterator[Database]:
    url = create_database(SERVICE)
    await lay(url)
    database = await Database.open(SERVICE, url)
    yield database
    await database.close()


async def create_topic(kafka: Kafka, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    await admin.close()


async def delete_topic(kafka: Kafka, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    await admin.delete_topics([topic])
    await admin.close()


@pytest.fixture
async def log(kafka: Kafka) -> Log:
    """A journal with a topic of its own."""
    log = Log("listening", topic=f"caytre.test-{new_id()}.events.v1")
    await create_topic(kafka, log.topic)
    return log


@contextlib.asynccontextmanager
async def running(
    consumers: Consumers, database: Database, kafka: Kafka, **settings: object
) -> AsyncIterator[Consumer]:
    consumer = Consumer(consumers, database, KafkaSettings(kafka.address), **settings)  # type: ignore[arg-type]
    task = asyncio.create_task(consumer.run())
    try:
        yield consumer
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.05)


async def applied(database: Database, count: int) -> None:
    async def enough() -> bool:
        return int(await database.worker.fetchval("SELECT count(*) FROM effect")) >= count

    await until(enough)


def named(listening: Listening, log: Log) -> Listening:
    """A group of its own for each test, as the topics are."""
    listening.name = f"{SERVICE}-{log.topic[12:24]}"
    return listening


def notes(log: Log, count: int, versions: int = 1, type: str = SIGNED) -> list[Received]:
    ids = [new_id() for _ in range(count)]
    return [log.say(type, id, {}, state={"title": f"v{n + 1}"}) for n in range(versions) for id in ids]


def facts(messages: Sequence[Received]) -> list[tuple[str, int]]:
    return sorted((message.key, message.sequence) for message in messages)


async def test_a_restarted_consumer_goes_on_from_its_checkpoint(database: Database, kafka: Kafka, log: Log) -> None:
    consumers = named(Listening(log.topic), log).projecting()
    await publish(kafka.address, notes(log, 100, 2))
    async with running(consumers, database, kafka):
        await applied(database, 200)
    await publish(kafka.address, notes(log, 50))
    async with running(consumers, database, kafka):
        await applied(database, 250)
        await asyncio.sleep(0.5)
    assert sorted(await effects(database)) == facts(log.messages)


async def test_members_that_come_and_go_apply_everything_once(database: Database, kafka: Kafka, log: Log) -> None:
    consumers = named(Listening(log.topic), log).projecting()

    async def publish_slowly() -> None:
        for _ in range(30):
            await publish(kafka.address, notes(log, 10, 2))

    async with running(consumers, database, kafka):
        publishing = asyncio.create_task(publish_slowly())
        async with running(consumers, database, kafka):
            await applied(database, 100)
        async with running(consumers, database, kafka):
            await publishing
            await applied(database, 600)
            await asyncio.sleep(0.5)
    assert sorted(await effects(database)) == facts(log.messages)
    by_key: dict[str, list[int]] = {}
    for key, version in await effects(database):
        by_key.setdefault(key, []).append(version)
    assert all(versions == [1, 2] for versions in by_key.values())


async def test_a_recreated_topic_is_read_from_its_beginning_without_a_second_effect(
    database: Database, kafka: Kafka, log: Log
) -> None:
    consumers = named(Listening(log.topic), log).projecting()
    await publish(kafka.address, notes(log, 60, 2))
    async with running(consumers, database, kafka):
        await applied(database, 120)
    await delete_topic(kafka, log.topic)
    await asyncio.sleep(1)
    await create_topic(kafka, log.topic)
    # More than before, and the old ones behind some new ones of other positions: the remembered offsets lie inside.
    old = list(log.messages)
    await publish(kafka.address, [*old[60:], *old, *notes(log, 100)])
    async with running(consumers, database, kafka):
        await applied(database, 220)
        await asyncio.sleep(0.5)
    assert sorted(await effects(database)) == facts(log.messages)


async def test_a_log_that_was_cut_while_consuming_is_noticed(database: Database, kafka: Kafka, log: Log) -> None:
    consumers = named(Listening(log.topic), log).projecting()
    await publish(kafka.address, notes(log, 60))
    async with running(consumers, database, kafka):
        await applied(database, 60)
        await delete_topic(kafka, log.topic)
        await asyncio.sleep(1)
        await create_topic(kafka, log.topic)
        old = list(log.messages)
        await publish(kafka.address, [*old[:30], *notes(log, 30)])
        await applied(database, 90)
    assert sorted(await effects(database)) == facts(log.messages)


async def test_a_locked_partition_waits_while_the_others_go_on(database: Database, kafka: Kafka, log: Log) -> None:
    listening = named(Listening(log.topic, waits={"locked"}), log)
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
    listening = named(Listening(log.topic, fails={"v1"}), log)
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
    listening = named(Listening(log.topic, fails={"bad"}), log)
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
    listening = named(Listening(log.topic, fails={"bad"}), log)
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
    consumers = named(Listening(log.topic), log).projecting()
    await publish(kafka.address, notes(log, 30))
    async with running(consumers, database, kafka):
        await applied(database, 30)
        assert await replay(database, consumers.name) == PARTITIONS
        await applied(database, 60)
    assert len(await titles(database)) == 30


async def test_a_topic_that_comes_later_is_found(database: Database, kafka: Kafka) -> None:
    log = Log("listening", topic=f"caytre.test-{new_id()}.events.v1")
    consumers = named(Listening(log.topic), log).projecting()
    async with running(consumers, database, kafka):
        await asyncio.sleep(1)
        await create_topic(kafka, log.topic)
        await publish(kafka.address, notes(log, 10))
        await applied(database, 10)
    assert sorted(await effects(database)) == facts(log.messages)


async def test_what_is_being_applied_at_shutdown_is_finished(database: Database, kafka: Kafka, log: Log) -> None:
    begun = asyncio.Event()

    async def slowly(messages: Sequence[Received]) -> None:
        begun.set()
        await asyncio.sleep(1)

    consumers = named(Listening(log.topic, before=slowly), log).projecting()
    await publish(kafka.address, [log.say(SIGNED, UUID(int=1), {}, state={"title": "x"})])
    async with running(consumers, database, kafka):
        await asyncio.wait_for(begun.wait(), 30)
    assert await effects(database) == [(str(UUID(int=1)), 1)]
