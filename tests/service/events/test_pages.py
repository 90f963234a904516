"""What concerns many records is followed page by page, each record once, wherever it was interrupted."""

from __future__ import annotations

from datetime import date

import pytest

from caytre.contracts.notifications import DayBegan
from caytre.core.consuming import consumer
from caytre.core.ids import new_id
from caytre.core.testing import Log, deliver_a_page
from caytre.events.consumers import consumers
from tests.builders.events_office import HUNG_YEN, EventsOffice

MERGER = date(2025, 7, 1)
#: The unit that answers for a record, by its table.
UNIT = {"event": "responsible_locality", "lead": "owner_locality", "outcome": "responsible_locality"}
_PUT_BACK = """
UPDATE {table} SET localities = '{{VN-P-2008-34}}', document = document || jsonb_build_object(
    'localities', '["VN-P-2008-34"]'::jsonb, '{unit}', 'VN-P-2008-34')
"""
_SAID = "SELECT count(*) AS count, count(DISTINCT record_id) AS records FROM outbox WHERE type = ANY($1)"


@pytest.fixture(autouse=True)
def pages_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "PAGE", 2)


async def _said(office: EventsOffice, *types: str) -> tuple[int, int]:
    row = await office.database.worker.fetchrow(_SAID, [f"caytre.{type}.v1" for type in types])
    assert row is not None
    return row["count"], row["records"]


async def test_on_the_day_of_a_merger_records_of_every_kind_follow_in_pages(office: EventsOffice) -> None:
    for _ in range(3):
        await office.draft()
        await office.lead()
        await office.outcome()
    for table, unit in UNIT.items():
        # As they would stand in a rehearsal that has not come to the merger yet.
        await office.database.worker.execute(_PUT_BACK.format(table=table, unit=unit))
    day = DayBegan(day=MERGER, working_day=True, calendar_version=1)
    began = Log("notifications").say(DayBegan.TYPE, new_id(), day)
    for told in ((2, 0), (3, 2), (3, 3)):
        await deliver_a_page(consumers, office.database, began)
        assert ((await _said(office, "event.rehomed"))[0], (await _said(office, "lead.rehomed"))[0]) == told
    await office.hear(began)
    for table, unit in UNIT.items():
        assert await _said(office, f"{table}.rehomed") == (3, 3)
        homes = await office.database.worker.fetch(f"SELECT DISTINCT document ->> '{unit}' AS unit FROM {table}")
        assert [row["unit"] for row in homes] == [HUNG_YEN]


async def test_the_parties_of_an_event_that_becomes_restricted_are_hidden_in_pages(
    office: EventsOffice, own: Log
) -> None:
    event = await office.opened()
    parties = [await office.party(event) for _ in range(5)]
    body = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    lead = {"sub": "lead", "roles": ["locality_approver"], "localities": [HUNG_YEN]}
    await office.act("events", event, "classification", body, lead)
    withdrawn = own.say("caytre.event.withdrawn.v1", event["id"], {}, sensitivity="restricted")
    await deliver_a_page(consumers, office.database, withdrawn)
    assert await _said(office, "registration.hidden") == (2, 2)
    await office.hear(withdrawn)
    assert await _said(office, "registration.hidden") == (len(parties), len(parties))
