"""A log that was cut and written anew: what was jumped over is found again, what is gone is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.lag import status
from caytre.core.consuming.rebuilding import request
from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.storing.database import Database
from caytre.core.testing import Log, publish
from caytre.local.kafka import Kafka
from tests.builders.listening import SIGNED, Listening, effects
from tests.builders.running import applied, create_topic, delete_topic, group_of, running, until


def _with(m: Received, headers: Sequence[tuple[str, bytes]]) -> Received:
    return Received(m.topic, m.partition, m.offset, m.recorded_ms, m.key.encode(), m.data, headers)


def chained(messages: Sequence[Received]) -> list[Received]:
    """The messages of one record, each naming the one before it as the relay does."""
    made, previous = [], 0
    for m in messages:
        made.append(_with(m, [*m.headers.items(), ("ce_previous", b"%d" % previous)]))
        previous = m.position
    return made


async def versions_applied(database: Database, kafka: Kafka, log: Log, count: int) -> list[int]:
    async with running(Listening(log.topic, name=group_of(log)).projecting(), database, kafka):
        await applied(database, count)
        await asyncio.sleep(1)
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


async def test_behind_a_gap_nothing_is_applied_until_the_journal_is_sent_again(
    database: Database, kafka: Kafka, log: Log, url: str
) -> None:
    record = new_id()
    messages = chained([log.say(SIGNED, record, {}, state={"title": f"v{n}"}) for n in range(4)])
    consumers = Listening(log.topic, name=group_of(log)).projecting()

    async def told() -> list[str]:
        rows = await database.worker.fetch("SELECT paused FROM checkpoint WHERE paused IS NOT NULL AND next_offset = 2")
        return [row["paused"] for row in rows]

    async def rebuilt(count: int) -> str | None:
        await request(database, consumers.name)
        await until(lambda: database.worker.fetchval("SELECT finished_at IS NOT NULL FROM rebuild"))
        assert [version for _, version in await effects(database)] == [*range(1, count + 1)]
        error: str | None = await database.worker.fetchval("SELECT error FROM rebuild")
        return error

    async with running(consumers, database, kafka, url=url):
        await publish(kafka.address, [messages[0], messages[2]])
        await until(told)
        assert [version for _, version in await effects(database)] == [1]
        assert [text.startswith("gap after position 1: run `caytre republish test-") for text in await told()] == [True]
        assert await rebuilt(1) is None
        await publish(kafka.address, messages[:3])
        await applied(database, 3)
        assert await told() == []
        assert await rebuilt(3) is None
        # The chain goes on from what was sent again.
        await publish(kafka.address, messages)
        await applied(database, 4)
    assert [version for _, version in await effects(database)] == [1, 2, 3, 4]


async def test_a_new_reader_of_a_log_without_its_beginning_is_told_what_brings_it(
    database: Database, kafka: Kafka, log: Log
) -> None:
    record = new_id()
    messages = chained([log.say(SIGNED, record, {}, state={"title": f"v{n}"}) for n in range(3)])
    consumers = Listening(log.topic, name=group_of(log)).projecting()
    await publish(kafka.address, messages[1:])
    service = log.topic.split(".")[1]
    async with running(consumers, database, kafka):
        await until(lambda: database.worker.fetchval("SELECT bool_or(paused LIKE 'gap%') FROM checkpoint"))
        told = await status(consumers, database, KafkaSettings(kafka.address))
        assert list(told["paused"].values()) == [f"gap after position 0: run `caytre republish {service}`"]
        assert await effects(database) == []
        await publish(kafka.address, messages)
        await applied(database, 3)
    assert [version for _, version in await effects(database)] == [1, 2, 3]


async def test_a_rebuild_that_would_lose_what_the_views_have_changes_nothing(
    database: Database, kafka: Kafka, log: Log, url: str
) -> None:
    record = new_id()
    messages = chained([log.say(SIGNED, record, {}, state={"title": f"v{n}"}) for n in range(4)])
    consumers = Listening(log.topic, name=group_of(log)).projecting()
    await publish(kafka.address, messages)
    async with running(consumers, database, kafka):
        await applied(database, 4)
    await delete_topic(kafka, log.topic)
    await create_topic(kafka, log.topic)
    await publish(kafka.address, [messages[0], *messages[2:]])
    async with running(consumers, database, kafka, url=url):
        await until(lambda: database.worker.fetchval("SELECT bool_or(next_offset = 3) FROM checkpoint"))
        await request(database, consumers.name)
        await until(lambda: database.worker.fetchval("SELECT finished_at IS NOT NULL FROM rebuild"))
    assert "gap after position 1" in await database.worker.fetchval("SELECT error FROM rebuild")
    assert [version for _, version in await effects(database)] == [1, 2, 3, 4]


async def test_a_new_epoch_does_not_ask_for_positions_of_the_one_before(
    database: Database, kafka: Kafka, log: Log
) -> None:
    record = new_id()
    first = chained([log.say(SIGNED, record, {}, state={"title": "v"})])
    log.epoch, log.position = 2, 7
    [second] = [log.say(SIGNED, record, {}, state={"title": "w"})]
    headers = [*second.headers.items(), ("ce_previous", b"7")]
    await publish(kafka.address, [*first, _with(second, headers)])
    assert await versions_applied(database, kafka, log, 2) == [1, 2]
