"""What a consumer tells of itself: lag in messages and seconds, what is parked, and whether it is halted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from caytre.core.consuming.consumer import Received
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.measuring import consumer_sources
from caytre.core.consuming.running import Consumer
from caytre.core.scraping import Scrape
from caytre.core.storing.database import Database
from caytre.core.testing import Log, publish
from caytre.local.kafka import Kafka
from caytre.local.metrics import Reading
from caytre.local.ports import free_port
from tests.builders.exposition import measuring, told
from tests.builders.listening import Listening
from tests.builders.running import applied, group_of, notes, running, until


@pytest.fixture(autouse=True)
def _measuring() -> None:
    measuring()


async def looked(consumer: Consumer) -> Reading:
    """What is told after a look."""
    await Scrape(consumer_sources(consumer)).look()
    return told()


def shown(consumer: Consumer, holds: Callable[[Reading], bool]) -> Callable[[], Awaitable[bool]]:
    """Whether it shows by now."""

    async def shows() -> bool:
        return holds(await looked(consumer))

    return shows


async def test_who_has_read_everything_has_no_lag(database: Database, kafka: Kafka, log: Log) -> None:
    name = group_of(log)
    await publish(kafka.address, notes(log, 40, 2))
    async with running(Listening(log.topic, name).projecting(), database, kafka) as consumer:
        await applied(database, 80)
        await until(shown(consumer, lambda found: found.total("consumer_lag", consumer=name) == 0))
        found = await looked(consumer)
    assert found.total("consumer_applied_total", consumer=name, topic=log.topic) == 80
    assert len(list(found.of("consumer_lag", consumer=name))) == 6
    assert (found.total("consumer_lag_seconds", consumer=name), found.total("kafka_up")) == (0, 1)
    for gauge in ("parked_events", "consumer_halted", "consumer_paused"):
        assert found.total(gauge, consumer=name) == 0
    assert found.total("consumer_gaps_total", consumer=name) == 0
    assert (found.total("e2e_latency_seconds_count", consumer=name) or 0) > 0


async def test_what_waits_for_its_handler_is_behind_and_grows_older(database: Database, kafka: Kafka, log: Log) -> None:
    name, begun, go_on = group_of(log), asyncio.Event(), asyncio.Event()

    async def slowly(_: Sequence[Received]) -> None:
        begun.set()
        await go_on.wait()

    listening = Listening(log.topic, name, before=slowly)
    async with running(listening.projecting(), database, kafka) as consumer:
        await publish(kafka.address, notes(log, 1))
        await asyncio.wait_for(begun.wait(), 30)
        # While the first is being applied, these are not even polled.
        await publish(kafka.address, notes(log, 60))
        await asyncio.sleep(1.2)
        found = await looked(consumer)
        go_on.set()
        await until(shown(consumer, lambda found: found.total("consumer_lag", consumer=name) == 0))
    assert found.total("consumer_lag", consumer=name) == 60
    assert 1.0 < (found.most("consumer_lag_seconds", consumer=name) or 0) < 30


async def test_a_failure_that_passes_shows_as_a_pause_and_its_age(database: Database, kafka: Kafka, log: Log) -> None:
    name = group_of(log)
    listening = Listening(log.topic, name, waits={"v1"})
    async with running(listening.projecting(), database, kafka) as consumer:
        await publish(kafka.address, notes(log, 1))
        await until(shown(consumer, lambda found: found.total("consumer_paused", consumer=name) == 1))
        await asyncio.sleep(1)
        found = await looked(consumer)
        listening.waits.clear()
        await until(shown(consumer, lambda found: found.total("consumer_lag", consumer=name) == 0))
    assert found.total("consumer_lag", consumer=name) == 1
    assert 0.9 < (found.most("consumer_lag_seconds", consumer=name) or 0) < 60


async def test_what_is_parked_is_counted_and_a_halted_consumer_still_tells_its_lag(
    database: Database, kafka: Kafka, log: Log
) -> None:
    name = group_of(log)
    listening = Listening(log.topic, name, fails={"v1"})
    async with running(listening.projecting(), database, kafka, most_parked=3) as consumer:
        await publish(kafka.address, notes(log, 30))
        await until(shown(consumer, lambda found: found.total("consumer_halted", consumer=name) == 1))
        await until(shown(consumer, lambda found: bool(found.total("consumer_lag", consumer=name))))
        found = await looked(consumer)
    assert found.total("parked_events", consumer=name) == 3
    assert found.total("consumer_lag", consumer=name) == 27
    assert (found.most("consumer_lag_seconds", consumer=name) or 0) > 0


async def test_without_kafka_there_is_no_lag_and_everything_else(database: Database) -> None:
    listening = Listening("caytre.nowhere.events.v1", "deaf")
    nowhere = KafkaSettings(f"127.0.0.1:{free_port()}")
    found = await looked(Consumer(listening.projecting(), database, nowhere))
    assert found.total("kafka_up") == 0
    assert found.total("consumer_lag", consumer="deaf") is None
    assert found.total("parked_events", consumer="deaf") == 0


async def test_what_is_not_known_any_more_is_not_told(database: Database, kafka: Kafka, log: Log) -> None:
    name = group_of(log)
    consumer = Consumer(Listening(log.topic, name).projecting(), database, KafkaSettings(kafka.address))
    assert (await looked(consumer)).total("parked_events", consumer=name) == 0
    await database.close()
    found = await looked(consumer)
    assert [found.total(gauge) for gauge in ("parked_events", "consumer_halted", "consumer_lag")] == [None] * 3
