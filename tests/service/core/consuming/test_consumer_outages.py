"""A consumer outlives its engines: Kafka and PostgreSQL are killed under traffic, and every effect happens once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from caytre.core.consuming.running import Consumer, KafkaSettings
from caytre.core.ids import new_id
from caytre.core.relaying.topics import PARTITIONS
from caytre.core.storing.database import DISCONNECTS, Database
from caytre.core.testing import Log, publish
from caytre.local.folders import cache_folder
from caytre.local.kafka import Kafka
from caytre.local.ports import free_port
from caytre.local.postgres import Postgres
from tests.builders.listening import SERVICE, SIGNED, Listening, effects, lay


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[Kafka]:
    engine = Kafka(tmp_path / "kafka", free_port(), free_port(), cache=cache_folder())
    engine.prepare()
    engine.start()
    engine.wait_ready()
    yield engine
    engine.kill()


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[Postgres]:
    engine = Postgres(tmp_path / "postgres")
    engine.prepare()
    engine.start()
    engine.wait_ready()
    yield engine
    engine.kill()


async def applied(database: Database, count: int) -> None:
    async with asyncio.timeout(90):
        while True:
            with contextlib.suppress(*DISCONNECTS):
                if await database.worker.fetchval("SELECT count(*) FROM effect") >= count:
                    return
            await asyncio.sleep(0.1)


async def test_killed_engines_cost_no_effect_and_repeat_none(own_kafka: Kafka, own_postgres: Postgres) -> None:
    url = own_postgres.database_url(SERVICE, own_postgres.ensure_database(SERVICE))
    await lay(url)
    database = await Database.open(SERVICE, url)
    log = Log("listening", topic=f"caytre.test-{new_id()}.events.v1")
    admin = AIOKafkaAdminClient(bootstrap_servers=own_kafka.address)
    await admin.start()
    await admin.create_topics([NewTopic(log.topic, PARTITIONS, 1)])
    await admin.close()

    async def say(count: int) -> None:
        batch = [log.say(SIGNED, new_id(), {}, state={"title": "x"}) for _ in range(count)]
        await publish(own_kafka.address, batch)

    consumer = Consumer(Listening(log.topic).projecting(), database, KafkaSettings(own_kafka.address), url)
    running = asyncio.create_task(consumer.run())
    await say(500)
    await applied(database, 500)

    own_postgres.kill()
    await say(500)
    await asyncio.to_thread(own_postgres.start)
    await asyncio.to_thread(own_postgres.wait_ready)
    await applied(database, 1000)

    own_kafka.kill()
    await asyncio.to_thread(own_kafka.start)
    await asyncio.to_thread(own_kafka.wait_ready)
    await say(500)
    await applied(database, 1500)

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert consumer.healthy()
    assert sorted(await effects(database)) == sorted((message.key, message.sequence) for message in log.messages)
    await database.close()
