"""What others hear on Kafka: every message in order, the last state of each record, a tombstone when withdrawn."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from caytre.contracts.agreements import EVENTS_TOPIC, MESSAGES, STATE_TOPIC
from caytre.core.testing import Log, publish
from caytre.local.kafka import Kafka
from tests.builders.agreements_office import LEAD, POLICE, Office, an_office
from tests.builders.desk import Issuer

#: One worker runs them all, on one broker of their own.
pytestmark = pytest.mark.xdist_group("topics of agreements")


@pytest.fixture
async def platform(tmp_path: Path, issuer: Issuer, url: str, broker: Kafka) -> AsyncIterator[Office]:
    async with an_office(tmp_path, issuer, url, kafka=broker.address, role="all") as office:
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


async def test_what_is_said_is_heard_and_what_is_due_is_reacted_to(platform: Office, broker: Kafka) -> None:
    agreement = await platform.consulting()
    agreement = await platform.act(agreement, "opinions/MPS/dossier", by=POLICE)
    events = await heard(broker, EVENTS_TOPIC, agreement["id"], agreement["version"])
    types = [dict(event.headers)["ce_type"].decode() for event in events]
    assert [types[0], types[-2], types[-1]] == [
        "caytre.agreement.proposed.v1",
        "caytre.agreement.consultation_opened.v1",
        "caytre.agreement.dossier_completed.v1",
    ]
    assert [int(dict(event.headers)["ce_sequence"]) for event in events] == list(range(1, agreement["version"] + 1))
    for type_, event in zip(types, events, strict=True):
        MESSAGES[type_].model_validate(json.loads(event.value))
    assert json.loads(events[-1].value)["deadlines"][0]["discriminator"] == "MPS"

    # Other tests write to this topic too, each from position 1 on: a later epoch is behind them all.
    log = Log("notifications", epoch=int(time.time()))
    overdue = {"owner": f"agreement/{agreement['id']}", "code": "AGR_OPINION", "discriminator": "MPS", "level": 1}
    log.say("caytre.deadline.overdue.v1", agreement["id"], overdue)
    await publish(broker.address, log.messages)
    last = (await heard(broker, EVENTS_TOPIC, agreement["id"], agreement["version"] + 1))[-1]
    assert dict(last.headers)["ce_type"] == b"caytre.agreement.opinion_overdue.v1"
    assert dict(last.headers)["ce_causationid"].decode() == log.messages[0].message_id


async def test_a_withdrawn_record_leaves_a_tombstone_and_then_envelopes(platform: Office, broker: Kafka) -> None:
    agreement = await platform.draft(title_vi="Tiêu đề kín")
    body = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    agreement = await platform.act(agreement, "classification", body, LEAD)
    agreement = await platform.act(agreement, "amendments", {"rationale": "kín"})
    events = await heard(broker, EVENTS_TOPIC, agreement["id"], 3)
    assert b"k\xc3\xadn" in events[0].value
    assert b"k\xc3\xadn" not in events[1].value + events[2].value
    assert json.loads(events[2].value)["state"]["procedure"]["code"] == "AGREEMENT_PROVINCE"
    states = await heard(broker, STATE_TOPIC, agreement["id"], 1)
    while states[-1].value is not None and json.loads(states[-1].value)["version"] < 3:
        states = await heard(broker, STATE_TOPIC, agreement["id"], len(states) + 1)
    assert states[-1].value is None or b"k\xc3\xadn" not in states[-1].value
