"""The example's subscriber, killed in the middle and told everything twice, has what the service has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from caytre.contracts.agreements import EVENTS_TOPIC
from caytre.core.relaying.topics import PARTITIONS
from caytre.local.kafka import Kafka
from tests.builders.agreements_office import LEAD, Office, an_office
from tests.builders.desk import Issuer
from tests.builders.running import until
from tests.builders.subscriber import Subscriber

pytestmark = pytest.mark.xdist_group("a subscriber of agreements")

KEPT = "SELECT id, version, sensitivity, title_vi, status FROM agreement ORDER BY id"
_TRUTH = """
SELECT id::text, version, sensitivity, document->>'title_vi', document->>'status' FROM agreement ORDER BY id::text
"""
_JOURNAL = "SELECT message_id::text FROM journal WHERE type LIKE 'caytre.agreement.%'"


@pytest.fixture
async def platform(tmp_path: Path, issuer: Issuer, url: str, broker: Kafka) -> AsyncIterator[Office]:
    async with an_office(tmp_path, issuer, url, kafka=broker.address, role="all") as office:
        yield office


async def sent_again(broker: Kafka) -> int:
    """Everything on the topic once more, as a relay does that starts anew; how many messages that were."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.address)
    producer = AIOKafkaProducer(bootstrap_servers=broker.address)
    await consumer.start()
    await producer.start()
    try:
        partitions = [TopicPartition(EVENTS_TOPIC, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        for partition in partitions:
            while await consumer.position(partition) < ends[partition]:
                for found in (await consumer.getmany(partition, timeout_ms=500)).values():
                    for m in found:
                        await producer.send_and_wait(m.topic, m.value, m.key, m.partition, m.timestamp, [*m.headers])
    finally:
        await consumer.stop()
        await producer.stop()
    return sum(ends.values())


async def truth(office: Office) -> list[tuple[Any, ...]]:
    """The agreements as their own database has them."""
    return [tuple(row) for row in await office.database.worker.fetch(_TRUTH)]


async def published(office: Office) -> None:
    """Wait until Kafka has the whole journal, and every last state."""

    async def all_out() -> bool:
        behind = "SELECT count(*) FROM outbox", "SELECT position - least(published, state_published) FROM relay"
        return not any([await office.database.worker.fetchval(query) for query in behind])

    await until(all_out)


async def has_acts(subscriber: Subscriber, count: int) -> None:
    """Wait until it has applied so many messages."""

    async def enough() -> bool:
        rows = await asyncio.to_thread(subscriber.rows, "SELECT count(*) FROM act")
        return bool(rows) and rows[0][0] >= count

    await until(enough)


async def test_killed_in_the_middle_and_told_twice_it_has_the_truth(
    platform: Office, broker: Kafka, tmp_path: Path
) -> None:
    subscriber = Subscriber(tmp_path / "register.sqlite", broker)
    partner = await platform.partner()
    for turn in range(3):
        with subscriber.following():
            agreements = [await platform.draft(partner, title_vi=f"Thỏa thuận {turn}-{n}") for n in range(6)]
            await has_acts(subscriber, turn * 9 + 1)
            for agreement in agreements[:3]:
                await platform.act(agreement, "amendments", {"rationale": f"lần {turn}"})
        await published(platform)
        assert await sent_again(broker) > 0
    hidden = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    secret = await platform.act(agreements[0] | {"version": 2}, "classification", hidden, LEAD)
    await published(platform)
    subscriber.run("--once")

    kept = subscriber.rows(KEPT)
    assert kept == await truth(platform)
    assert (secret["id"], 3, "restricted", None, None) in kept
    journal = {row["message_id"] for row in await platform.database.worker.fetch(_JOURNAL)}
    acts = [message for (message,) in subscriber.rows("SELECT message FROM act")]
    assert sorted(acts) == sorted(journal)

    rebuilt = Subscriber(tmp_path / "rebuilt.sqlite", broker)
    rebuilt.run("--rebuild", "--once")
    open_rows = "SELECT id, version, title_vi, status FROM agreement WHERE sensitivity = 'internal' ORDER BY id"
    assert rebuilt.rows(open_rows) == subscriber.rows(open_rows)
    assert rebuilt.rows("SELECT count(*) FROM act") == [(0,)]
    assert rebuilt.rows(f"SELECT title_vi FROM agreement WHERE id = '{secret['id']}'") in ([], [(None,)])
