"""The example's subscriber keeps the rules of order: places, later epochs, what is missing, what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest

from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.relaying.topics import ensure_topics
from caytre.core.testing import Log, publish
from caytre.local.kafka import Kafka
from tests.builders.subscriber import Subscriber

pytestmark = pytest.mark.xdist_group("rules of order for a subscriber")

SIGNED = "caytre.agreement.signed.v1"
KEPT = "SELECT version, title_vi FROM agreement"


@pytest.fixture
async def subscriber(tmp_path: Path, broker: Kafka) -> Subscriber:
    for service in ("agreements", "notifications"):
        await ensure_topics(broker.address, service)
    return Subscriber(tmp_path / "register.sqlite", broker)


def _state(record: UUID, title: str) -> dict[str, object]:
    return {"id": str(record), "sensitivity": "internal", "title_vi": title, "status": "SIGNED"}


def _chained(messages: Sequence[Received], previous: int) -> list[Received]:
    """Each names the one before it in its partition, as the relay does."""
    made = []
    for m in messages:
        headers = [*m.headers.items(), ("ce_previous", b"%d" % previous)]
        made.append(Received(m.topic, m.partition, m.offset, m.recorded_ms, m.key.encode(), m.data, headers))
        previous = m.position
    return made


async def test_places_epochs_gaps_and_the_unknown(subscriber: Subscriber, broker: Kafka) -> None:
    # One after the other on one topic: each step starts from what the last one left.
    record, log = new_id(), Log("agreements")
    first = log.say(SIGNED, record, {}, state=_state(record, "một"))
    log.say("caytre.agreement.sung_about.v1", record, {}, state=_state(record, "hai"))
    log.say("caytre.poem.written.v1", record, {"verses": 4})
    await publish(broker.address, log.messages)
    subscriber.run("--once")
    # A type that it does not know says the state all the same; a kind that it does not know says nothing to it.
    assert subscriber.rows(KEPT) == [(2, "hai")]
    assert subscriber.rows("SELECT count(*) FROM act") == [(2,)]
    assert subscriber.rows("SELECT max(position) FROM place") == [(3,)]

    lost, *later = _chained([log.say(SIGNED, record, {}, state=_state(record, f"{n}")) for n in (4, 5, 6)], 3)
    await publish(broker.address, later)
    subscriber.run("--once")
    # Behind a gap nothing is applied, and its place stays.
    assert subscriber.rows(KEPT) == [(2, "hai")]
    await publish(broker.address, [first, lost, *later])
    subscriber.run("--once")
    assert subscriber.rows(KEPT) == [(6, "6")]
    assert subscriber.rows("SELECT count(*) FROM act") == [(5,)]

    restored = Log("agreements", epoch=2)
    restored.say(SIGNED, record, {}, state=_state(record, "sau khi khôi phục"), sequence=2)
    await publish(broker.address, [*restored.messages, *later])
    subscriber.run("--once")
    # The database was restored to an older version: the later epoch counts, and what is sent of the old one does not.
    assert subscriber.rows(KEPT) == [(2, "sau khi khôi phục")]


async def test_what_is_due_is_shown_with_the_agreement_it_belongs_to(subscriber: Subscriber, broker: Kafka) -> None:
    # A later epoch than any other test's here.
    agreement, log, notices = new_id(), Log("agreements", epoch=3), Log("notifications")
    log.say(SIGNED, agreement, {}, state=_state(agreement, "Thỏa thuận minh họa"))
    for code, due, status in (("AGR_PLAN", "2026-12-01", "SCHEDULED"), ("AGR_MOFA_COPY", "2026-11-02", "MET")):
        deadline = new_id()
        state = {"id": str(deadline), "sensitivity": "internal", "owner": f"agreement/{agreement}", "code": code}
        state |= {"due_on": due, "status": status, "answerable": "VN-P-2025-33"}
        notices.say("caytre.deadline.scheduled.v1", deadline, {}, state=state)
    await publish(broker.address, [*log.messages, *notices.messages])
    subscriber.run("--once")
    assert subscriber.run("--due") == "2026-12-01\tAGR_PLAN\tSCHEDULED\tThỏa thuận minh họa\n"
