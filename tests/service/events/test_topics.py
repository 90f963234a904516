"""On real Kafka: what the service says is heard, also by itself, and a free place reaches the one who waits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from caytre.contracts.events import EVENTS_TOPIC, MESSAGES, STATE_TOPIC
from caytre.local.kafka import Kafka
from tests.builders.desk import Issuer
from tests.builders.events_office import LEAD, TODAY, EventsOffice, an_events_office

# One worker: the topics are the run's, and each platform reads what another has said on them.


#: One worker runs them all, on one broker of their own.
pytestmark = pytest.mark.xdist_group("topics of events")


@pytest.fixture
async def platform(tmp_path: Path, issuer: Issuer, url: str, broker: Kafka) -> AsyncIterator[EventsOffice]:
    async with an_events_office(tmp_path, issuer, url, kafka=broker.address, role="all") as office:
        yield office


async def heard(broker: Kafka, topic: str, record: str, enough: int) -> list[ConsumerRecord]:
    """Everything about a record on a topic, once there is enough of it."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.address, isolation_level="read_committed")
    await consumer.start()
    found: list[ConsumerRecord] = []
    try:
        partitions = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic) or range(6)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        async with asyncio.timeout(40):
            while len(found) < enough:
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    found += [message for message in batch if message.key == record.encode()]
    finally:
        await consumer.stop()
    return found


async def until(office: EventsOffice, kind: str, record: dict[str, Any], status: str) -> dict[str, Any]:
    """The record once it has this status."""
    async with asyncio.timeout(40):
        while (found := await office.now(kind, record))["status"] != status:
            await asyncio.sleep(0.05)
    return found


async def test_a_place_that_becomes_free_reaches_the_one_who_waits_through_the_topic(
    platform: EventsOffice, broker: Kafka
) -> None:
    event = await platform.opened(quotas={"onsite": 1})
    first, waiting = await platform.party(event), await platform.party(event)
    await platform.act("registrations", first, "withdrawal", {})
    await until(platform, "registrations", waiting, "APPROVED")
    said = await heard(broker, EVENTS_TOPIC, waiting["id"], 2)
    types = [dict(each.headers)["ce_type"].decode() for each in said]
    assert types == ["caytre.registration.waitlisted.v1", "caytre.registration.promoted.v1"]
    # A consumer that has just started may come to the opening when the place is free already.
    before = [*await heard(broker, EVENTS_TOPIC, first["id"], 2), *await heard(broker, EVENTS_TOPIC, event["id"], 3)]
    assert dict(said[1].headers)["ce_causationid"] in {dict(each.headers)["ce_id"] for each in before}
    for type_, message in zip(types, said, strict=True):
        MESSAGES[type_].model_validate(json.loads(message.value))


async def test_from_a_meeting_to_a_claimed_outcome_through_the_topics(platform: EventsOffice, broker: Kafka) -> None:
    event = await platform.opened(meeting_grid={"slots": 1, "tables": 1}, schedule={"starts_on": TODAY.isoformat()})
    one, other = await platform.party(event), await platform.party(event, country="VN")
    event = await platform.act("events", event, "start")
    body = {"requester": one["id"], "addressee": other["id"], "subject": "Nhà máy minh họa"}
    meeting = await platform.create("meetings", body)
    meeting = await platform.act("meetings", meeting, "acceptance", {"slot": 1, "table": 1})
    await platform.act("meetings", meeting, "end", {})
    async with asyncio.timeout(40):
        while not (found := (await platform.get(f"/leads?event={event['id']}")).json()["items"]):
            await asyncio.sleep(0.05)
    lead = await platform.act("leads", found[0], "status", {"status": "QUALIFIED"})
    won = {"kind": "TRADE", "title": "Hợp đồng minh họa", "realised_on": TODAY.isoformat()}
    lead = await platform.act("leads", lead, "win", won)
    async with asyncio.timeout(40):
        while not (outcomes := (await platform.get(f"/outcomes?upstream={lead['id']}")).json()["items"]):
            await asyncio.sleep(0.05)
    states = await heard(broker, STATE_TOPIC, outcomes[0]["id"], 1)
    assert json.loads(states[0].value)["links"][0]["upstream"]["id"] == lead["id"]


async def test_a_restricted_event_leaves_a_tombstone_and_then_envelopes(platform: EventsOffice, broker: Kafka) -> None:
    event = await platform.draft(title_vi="Tiêu đề kín", guests={"rank": "MINISTER"})
    body = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    event = await platform.act("events", event, "classification", body, LEAD)
    event = await platform.act("events", event, "plan")
    events = await heard(broker, EVENTS_TOPIC, event["id"], 3)
    assert b"k\xc3\xadn" in events[0].value
    assert b"k\xc3\xadn" not in events[1].value + events[2].value
    assert [clock["code"] for clock in json.loads(events[2].value)["deadlines"]] == ["EVT_APPLY"]
