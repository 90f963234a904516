"""Running consumers on Kafka and PostgreSQL, for tests: topics of their own, waiting, and what must have happened."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from caytre.core.consuming.consumer import Consumers, Received
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.running import Consumer
from caytre.core.ids import new_id
from caytre.core.relaying.topics import PARTITIONS
from caytre.core.storing.database import Database
from caytre.core.testing import Log
from caytre.local.kafka import Kafka
from tests.builders.listening import SIGNED


async def create_topic(kafka: Kafka, topic: str) -> None:
    """Make a topic with the platform's number of partitions."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    await admin.close()


async def delete_topic(kafka: Kafka, topic: str) -> None:
    """Delete a topic with everything in it."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    await admin.delete_topics([topic])
    await admin.close()


async def a_log(kafka: Kafka) -> Log:
    """A journal with a topic of its own."""
    log = Log("listening", topic=f"caytre.test-{new_id()}.events.v1")
    await create_topic(kafka, log.topic)
    return log


def group_of(log: Log) -> str:
    """A consumer group of its own for each test, as the topics are."""
    return f"listening-{log.topic.removeprefix('caytre.test-')}"[:46]


@contextlib.asynccontextmanager
async def running(
    consumers: Consumers, database: Database, kafka: Kafka, **settings: object
) -> AsyncIterator[Consumer]:
    """A consumer that runs inside the block and is stopped as a service stops it."""
    consumer = Consumer(consumers, database, KafkaSettings(kafka.address), **settings)  # type: ignore[arg-type]
    task = asyncio.create_task(consumer.run())
    try:
        yield consumer
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], Awaitable[object]], seconds: float = 40) -> None:
    """Wait until it holds. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.05)


async def applied(database: Database, count: int) -> None:
    """Wait until so many effects happened. Raises TimeoutError."""

    async def enough() -> bool:
        return int(await database.worker.fetchval("SELECT count(*) FROM effect")) >= count

    await until(enough)


def notes(log: Log, count: int, versions: int = 1, type: str = SIGNED, title: str = "v") -> list[Received]:
    """Say so many versions of so many records, version by version."""
    ids = [new_id() for _ in range(count)]
    return [log.say(type, id, {}, state={"title": f"{title}{n + 1}"}) for n in range(versions) for id in ids]


def facts(messages: Sequence[Received]) -> list[tuple[str, int]]:
    """What must have happened, each once."""
    return sorted((message.key, message.sequence) for message in messages)
