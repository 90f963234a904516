"""A log that was cut and written anew: what was jumped over is found again, what is gone is said, and life goes on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.received import Received
from caytre.core.consuming.running import Consumer
from caytre.core.ids import new_id
from caytre.core.relaying.topics import PARTITIONS
from caytre.core.storing.database import Database
from caytre.core.testing import Log, publish
from caytre.local.kafka import Kafka
from tests.builders.listening import SERVICE, SIGNED, Listening, effects, lay
from tests.engines import CreateDatabase


@pytest.fixture
async def database(create_database: CreateDatabase) -> AsyncIterator[Database]:
    url = create_database(SERVICE)
    await lay(url)
    database = await Database.open(SERVICE, url)
    yield database
    await database.close()


@pytest.fixture
async def log(kafka: Kafka) -> Log:
    log = Log("listening", topic=f"caytre.test-{new_id()}.events.v1")
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    await admin.create_topics([NewTopic(log.topic, PARTITIONS, 1)])
    await admin.close()
    return log


def chained(messages: Sequence[Received]) -> list[Received]:
    """The messages of one record, each naming the one before it as the relay does."""
    made, previous = [], 0
    for m in messages:
        headers = [*m.headers.items(), ("ce_previous", b"%d" % previous)]
        made.append(Received(m.topic, m.partition, m.offset, m.recorded_ms, m.key.encode(), m.data, headers))
        previous = m.position
    return made


async def versions_applied(database: Database, kafka: Kafka, log: Log, count: int) -> list[int]:
    consumers = Listening(log.topic, name=f"{SERVICE}-{log.topic[12:24]}").projecting()
    task = asyncio.create_task(Consumer(consumers, database, KafkaSettings(kafka.address)).run())
    try:
        async with asyncio.timeout(30):
            while len(await effects(database)) < count:
                await asyncio.sleep(0.05)
        await asyncio.sleep(1)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    return [version for _, version in await effects(database)]


async def test_records_jumped_over_while_the_log_was_written_anew_are_found(
    database: Database, kafka: Kafka, log: Log
) -> None:
    record = new_id()
    messages = chained([log.say(SIGNED, record, {}, state={"title": f"v{n}"}) for n in range(6)])
    await publish(kafka.address, messages[:2])
    assert await versions_applied(database, kafka, log, 2) == [1, 2]
    # As it stands after a cut: the third and fourth lie before the offset at which this reader goes on.
    await publish(kafka.address, messages[2:])
    await database.worker.execute(
        "UPDATE checkpoint SET next_offset = 4, last_offset = NULL, last_id = NULL WHERE position > 0"
    )
    assert await versions_applied(database, kafka, log, 6) == [1, 2, 3, 4, 5, 6]


async def test_records_that_the_log_has_lost_do_not_stop_the_rest(database: Database, kafka: Kafka, log: Log) -> None:
    record = new_id()
    messages = chained([log.say(SIGNED, record, {}, state={"title": f"v{n}"}) for n in range(6)])
    await publish(kafka.address, [*messages[:2], *messages[4:]])
    assert await versions_applied(database, kafka, log, 4) == [1, 2, 5, 6]
    # Published once more, what was lost is behind what was applied: order counts for more than completeness here.
    await publish(kafka.address, messages)
    assert await versions_applied(database, kafka, log, 4) == [1, 2, 5, 6]
