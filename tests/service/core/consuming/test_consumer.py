"""A running consumer on Kafka and PostgreSQL: restarts, rebalances, logs that were cut or made anew, shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from caytre.core.consuming.consumer import Received
from caytre.core.ids import new_id
from caytre.core.storing.database import Database
from caytre.core.testing import Log, publish
from caytre.local.kafka import Kafka
from tests.builders.listening import SIGNED, Listening, effects
from tests.builders.running import applied, create_topic, delete_topic, facts, group_of, notes, running

_CHECKPOINTS = "SELECT jsonb_agg(c)::text FROM checkpoint c WHERE consumer = $1"
_AS_BEFORE = "INSERT INTO checkpoint SELECT * FROM jsonb_populate_recordset(NULL::checkpoint, $1::text::jsonb)"


async def test_a_restarted_consumer_goes_on_from_its_checkpoint(database: Database, kafka: Kafka, log: Log) -> None:
    consumers = Listening(log.topic, group_of(log)).projecting()
    await publish(kafka.address, notes(log, 100, 2))
    async with running(consumers, database, kafka):
        await applied(database, 200)
    await publish(kafka.address, notes(log, 50))
    async with running(consumers, database, kafka):
        await applied(database, 250)
        await asyncio.sleep(0.5)
    assert sorted(await effects(database)) == facts(log.messages)


async def test_members_that_come_and_go_apply_everything_once(database: Database, kafka: Kafka, log: Log) -> None:
    consumers = Listening(log.topic, group_of(log)).projecting()

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
    consumers = Listening(log.topic, group_of(log)).projecting()
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
    consumers = Listening(log.topic, group_of(log)).projecting()
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


async def test_without_the_position_filter_a_repeated_message_shows(database: Database, kafka: Kafka, log: Log) -> None:
    # The positive control of the fault runs: an oracle that never fails proves nothing.
    consumers = Listening(log.topic, group_of(log)).projecting()
    await publish(kafka.address, notes(log, 30))
    async with running(consumers, database, kafka, position_filter=False):
        await applied(database, 30)
    await publish(kafka.address, log.messages[:10])
    async with running(consumers, database, kafka, position_filter=False):
        await applied(database, 40)
    assert len(await effects(database)) == 40


async def test_a_topic_that_comes_later_is_found(database: Database, kafka: Kafka) -> None:
    log = Log("listening", topic=f"caytre.test-{new_id()}.events.v1")
    consumers = Listening(log.topic, group_of(log)).projecting()
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

    consumers = Listening(log.topic, group_of(log), before=slowly).projecting()
    await publish(kafka.address, [log.say(SIGNED, UUID(int=1), {}, state={"title": "x"})])
    async with running(consumers, database, kafka):
        await asyncio.wait_for(begun.wait(), 30)
    assert await effects(database) == [(str(UUID(int=1)), 1)]


async def test_what_a_crash_of_the_server_took_back_is_applied_again_although_nothing_new_comes(
    database: Database, kafka: Kafka, log: Log
) -> None:
    consumers = Listening(log.topic, group_of(log)).projecting()
    await publish(kafka.address, notes(log, 20))
    async with running(consumers, database, kafka):
        await applied(database, 20)
        async with database.worker.acquire() as crash:
            kept = await crash.fetchval(_CHECKPOINTS, consumers.name)
            await publish(kafka.address, notes(log, 30))
            await applied(database, 50)
            async with crash.transaction():
                await crash.execute("DELETE FROM effect WHERE n > 20")
                await crash.execute("DELETE FROM checkpoint WHERE consumer = $1", consumers.name)
                await crash.execute(_AS_BEFORE, kept)
        await applied(database, 50)
    assert sorted(await effects(database)) == facts(log.messages)
