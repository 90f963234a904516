"""What counts as activity of an agreement: what took place or is settled, and only as long as it is not given up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from caytre.agreements.consumers import consumers
from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.testing import Log, deliver
from tests.builders.agreements_office import Office

NOON = datetime.now(UTC).replace(hour=5)


async def _activity(office: Office, id: str) -> tuple[int, str | None, str | None]:
    shown = (await office.get(f"/agreements/{id}")).json()["implementation"]["activity"]
    return shown["count"], shown["last_on"], (shown["last"] or {}).get("id")


def _said(service: str, type: str, record: UUID, agreement: str, sequence: int, **state: Any) -> Received:
    told = {"state": {"agreement_ids": [agreement], **state}}
    return Log(service).say(f"caytre.{type}.v1", record, told, sequence=sequence, at=NOON)


async def test_a_link_counts_only_for_what_took_place_or_is_approved(office: Office) -> None:
    id = (await office.signed())["id"]
    for status in ("DRAFT", "SUBMITTED", "POSTPONED", "CANCELLED", "REJECTED"):
        draft = _said("delegations", "delegation.linked", new_id(), id, 2, status=status)
        await deliver(consumers, office.database, [draft])
    assert await _activity(office, id) == (0, None, None)
    visit, event = new_id(), new_id()
    stated = {"text": "2024", "earliest": "2024-03-04", "latest": "2024-03-05", "precision": "range"}
    past = _said("delegations", "visit.linked", visit, id, 9, status="CLOSED", leaves_on=stated)
    await deliver(consumers, office.database, [past])
    assert await _activity(office, id) == (1, "2024-03-05", str(visit))
    held = _said("events", "event.linked", event, id, 9, status="HELD", schedule={"vietnam_ends_on": "2024-06-07"})
    await deliver(consumers, office.database, [held])
    assert await _activity(office, id) == (2, "2024-06-07", str(event))


async def test_what_is_given_up_after_it_was_approved_counts_no_more(office: Office) -> None:
    id = (await office.signed())["id"]
    past, trip = new_id(), new_id()
    returned = _said("delegations", "delegation.returned", past, id, 1, status="RETURNED", returned_on="2024-01-05")
    approved = _said("delegations", "delegation.approved", trip, id, 3, status="APPROVED")
    await deliver(consumers, office.database, [returned])
    await deliver(consumers, office.database, [approved])
    today = date.fromisoformat((await _activity(office, id))[1] or "")
    assert await _activity(office, id) == (2, today.isoformat(), str(trip))
    postponed = _said("delegations", "delegation.postponed", trip, id, 4, status="POSTPONED")
    await deliver(consumers, office.database, [postponed])
    assert await _activity(office, id) == (1, "2024-01-05", str(past))
    again = _said("delegations", "delegation.approved", trip, id, 7, status="APPROVED")
    await deliver(consumers, office.database, [again])
    assert (await _activity(office, id))[0] == 2
    cancelled = _said("delegations", "delegation.cancelled", trip, id, 8, status="CANCELLED")
    await deliver(consumers, office.database, [cancelled])
    assert await _activity(office, id) == (1, "2024-01-05", str(past))


async def test_what_is_given_up_stays_so_in_whatever_order_it_is_heard(office: Office) -> None:
    id = (await office.signed())["id"]
    for service, kind, given_up, settled in (
        ("delegations", "delegation", "cancelled", "approved"),
        ("delegations", "visit", "cancelled", "approved"),
        ("events", "event", "postponed", "opened"),
        ("events", "meeting", "no_show", "accepted"),
    ):
        record = new_id()
        await deliver(consumers, office.database, [_said(service, f"{kind}.{given_up}", record, id, 5)])
        await deliver(consumers, office.database, [_said(service, f"{kind}.{settled}", record, id, 4)])
    assert await _activity(office, id) == (0, None, None)
