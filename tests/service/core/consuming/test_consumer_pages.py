"""A reaction to many records: a page in each transaction, each record once, wherever it was interrupted."""

from __future__ import annotations

from uuid import UUID

import pytest

from caytre.core.consuming import consumer
from caytre.core.consuming.consumer import Consumers, Reaction, Received
from caytre.core.consuming.parking import Parked
from caytre.core.consuming.redriving import discard, list_parked, redrive, redrive_all
from caytre.core.ids import new_id
from caytre.core.storing.database import Database
from caytre.core.testing import Log, deliver, deliver_a_page, publish
from caytre.local.kafka import Kafka
from tests.builders.listening import DUE, EFFECT, SERVICE, SIGNED, Broken, effects
from tests.builders.running import applied, group_of, running, until

TOPIC, DAY = "caytre.paging.events.v1", "caytre.day.began.v1"
_THERE = "INSERT INTO note_view (id, version, title) SELECT id, 1, '' FROM unnest($1::uuid[]) id"
_NOTES = "SELECT id FROM note_view WHERE version = $1 AND id > $2 ORDER BY id LIMIT $3"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "PAGE", 3)


@pytest.fixture
async def ids(database: Database) -> list[UUID]:
    """Eight records: two full pages, and one that is not."""
    ids = sorted(new_id() for _ in range(8))
    await database.worker.execute(_THERE, ids)
    return ids


def paging(topic: str = TOPIC, name: str = SERVICE, fails: set[UUID] | None = None) -> Consumers:
    """All notes, page by page, and then one effect of the message itself."""
    consumers = Consumers(name)

    @consumers.paged_reaction(topic, DAY, key=lambda message: str(message.json()["day"]))
    async def touch(reaction: Reaction, message: Received) -> UUID | None:
        async def change(id: UUID) -> None:
            if id in (fails or ()):
                raise Broken(f"cannot take {id}")
            await reaction.connection.execute(EFFECT, [message.id], [id], [1], [message.position])

        return await reaction.page(_NOTES, 1, change=change)

    @consumers.reaction(topic, DAY)
    @consumers.reaction(topic, DUE)
    async def note(reaction: Reaction, message: Received) -> None:
        row = (message.id, message.subject, 2, message.position)
        await reaction.connection.execute(EFFECT, *([value] for value in row))

    return consumers


def began(log: Log, day: str = "2025-07-01", record: UUID | None = None) -> Received:
    return log.say(DAY, record or new_id(), {"day": day})


async def touched(database: Database) -> list[UUID]:
    return [UUID(record) for record, version in await effects(database) if version == 1]


async def offset(database: Database) -> int:
    at: int = await database.worker.fetchval("SELECT sum(next_offset)::int FROM checkpoint")
    return at


async def held_up(database: Database, consumers: Consumers, count: int) -> list[Parked]:
    async def enough() -> bool:
        return len(await list_parked(database, consumers.name)) == count

    await until(enough)
    return await list_parked(database, consumers.name)


async def test_each_record_is_changed_once_however_often_the_message_is_delivered(
    database: Database, ids: list[UUID]
) -> None:
    message = began(Log("x", topic=TOPIC))
    await deliver(paging(), database, [message])
    assert await touched(database) == ids
    assert (await effects(database))[-1] == (message.key, 2), "what comes after it waits for the last page"
    assert len(await effects(database)) == len(ids) + 1


async def test_no_record_and_a_last_page_that_is_full_are_ends_too(database: Database, ids: list[UUID]) -> None:
    await database.worker.execute("DELETE FROM note_view WHERE id = ANY($1)", ids[6:])
    log = Log("x", topic=TOPIC)
    await deliver(paging(), database, [began(log)])
    assert await touched(database) == ids[:6]
    await database.worker.execute("DELETE FROM note_view")
    await deliver(paging(), database, [began(log, "2025-07-02")])
    assert await touched(database) == ids[:6]
    assert await database.worker.fetchval("SELECT count(*) FROM reacted WHERE done_until IS NOT NULL") == 0


async def test_after_a_crash_between_two_pages_it_goes_on_behind_the_last(database: Database, ids: list[UUID]) -> None:
    log = Log("x", topic=TOPIC)
    message = began(log)
    await deliver_a_page(paging(), database, message)
    assert (await touched(database), await offset(database)) == (ids[:3], 0)
    await deliver_a_page(paging(), database, message)
    assert (await touched(database), await offset(database)) == (ids[:6], 0)
    assert await database.worker.fetchval("SELECT count(*) FROM passage") == 0, "the message is not passed yet"
    await deliver(paging(), database, [message])
    assert (await touched(database), await offset(database)) == (ids, 1)


async def test_another_message_under_the_same_key_goes_on_too_and_repeats_nothing(
    database: Database, ids: list[UUID]
) -> None:
    log = Log("x", topic=TOPIC)
    await deliver_a_page(paging(), database, began(log))
    await deliver(paging(), database, [began(log)])
    assert await touched(database) == ids


async def test_a_page_that_fails_undoes_nothing_of_those_before_it(database: Database, ids: list[UUID]) -> None:
    fails = {ids[4]}
    consumers, log = paging(fails=fails), Log("x", topic=TOPIC)
    message = began(log)
    await deliver_a_page(consumers, database, message)
    with pytest.raises(Broken):
        await deliver_a_page(consumers, database, message)
    assert await touched(database) == ids[:3]


async def test_a_running_consumer_takes_page_after_page_and_then_the_rest_of_the_partition(
    database: Database, kafka: Kafka, log: Log, ids: list[UUID]
) -> None:
    record = new_id()
    days = [began(log, f"2025-07-0{day}", record) for day in (1, 2, 3)]
    behind = log.say(DUE, record, {"state": {"title": "behind"}})
    await publish(kafka.address, [*days, behind])
    expected = len(days) * (len(ids) + 1) + 1
    async with running(paging(log.topic, group_of(log)), database, kafka) as consumer:
        await applied(database, expected)
        assert consumer.paused() == {}
    told = await effects(database)
    assert len(told) == expected
    assert [UUID(record) for record, version in told if version == 1] == ids * 3
    assert await database.worker.fetchval("SELECT sum(messages) FROM passage") == 4


async def test_a_message_with_pages_that_was_parked_is_redriven_page_by_page(
    database: Database, kafka: Kafka, log: Log, ids: list[UUID]
) -> None:
    fails = {ids[4]}
    consumers = paging(log.topic, group_of(log), fails)
    record = new_id()
    day, waiting = began(log, record=record), log.say(DUE, record, {"state": {"title": "waits"}})
    await publish(kafka.address, [day, waiting, log.say(SIGNED, new_id(), {"state": {"title": "v1"}})])
    async with running(consumers, database, kafka):
        await applied(database, 3)
        parked = await held_up(database, consumers, 2)
    assert await touched(database) == ids[:3]
    assert "cannot take" in str((await redrive(consumers, database, parked[0])).failed)
    fails.clear()
    assert (await redrive_all(consumers, database)).done == 2
    assert await touched(database) == ids
    assert [record for record, version in await effects(database) if version == 2] == [day.key, waiting.key]
    assert await list_parked(database, consumers.name) == []


async def test_what_was_discarded_in_the_middle_never_goes_on(
    database: Database, kafka: Kafka, log: Log, ids: list[UUID]
) -> None:
    fails = {ids[4]}
    consumers = paging(log.topic, group_of(log), fails)
    day = began(log)
    await publish(kafka.address, [day])
    async with running(consumers, database, kafka):
        await applied(database, 3)
        parked = await held_up(database, consumers, 1)
    await discard(consumers, database, parked[0].id, "it is of the past", "p-operator")
    fails.clear()
    await deliver(consumers, database, [day])
    assert await touched(database) == ids[:3]
