"""The beginning of a day concerns many records: they follow page by page, each once, wherever it was interrupted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from caytre.agreements.consumers import consumers
from caytre.agreements.consumers.days import awaited_day
from caytre.contracts.notifications import DayBegan, DeadlineOverdue
from caytre.core.consuming import consumer
from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.testing import Log, deliver, deliver_a_page
from tests.builders.agreements_office import ENTRY, LEAD, PAPER, TODAY, Office

MERGER = date(2025, 7, 1)
_UNITS = "SELECT responsible_locality, count(*) AS count FROM agreement GROUP BY 1"
_SAID = "SELECT count(*) AS count, count(DISTINCT record_id) AS records FROM outbox WHERE type = ANY($1)"
# As the records stood before the merger: the office's clock is today's, so the rows are put back.
_PUT_BACK = """
UPDATE {table} SET localities = '{{VN-P-2008-34}}', responsible_locality = 'VN-P-2008-34', document = document ||
    '{{"localities": ["VN-P-2008-34"], "responsible_locality": "VN-P-2008-34"}}'
"""


@pytest.fixture(autouse=True)
def pages_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "PAGE", 2)


async def _entries(office: Office, count: int) -> None:
    for number in range(count):
        source = ENTRY["source"] | {"number": f"TB-{number}", "row": number + 1}
        entry: dict[str, Any] = ENTRY | {"source": source, "title_vi": f"Bản ghi nhớ {number}"}
        answer = await office.post("/agreements/recordings?mode=apply", entry)
        assert answer.json()["outcome"] == "created", answer.text


def _began(day: date) -> Received:
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    return Log("notifications").say(
        DayBegan.TYPE, new_id(), DayBegan(day=day, working_day=True, calendar_version=1), at=at
    )


async def _said(office: Office, *types: str) -> tuple[int, int]:
    row = await office.database.worker.fetchrow(_SAID, [f"caytre.{type}.v1" for type in types])
    assert row is not None
    return row["count"], row["records"]


async def _units(office: Office) -> dict[str, int]:
    rows = await office.database.worker.fetch(_UNITS)
    return {row["responsible_locality"]: row["count"] for row in rows}


async def test_agreements_of_a_unit_that_ended_pass_on_in_pages_each_once(office: Office) -> None:
    await _entries(office, 5)
    await office.database.worker.execute(_PUT_BACK.format(table="agreement"))
    day = _began(MERGER)
    await deliver_a_page(consumers, office.database, day)
    assert await _units(office) == {"VN-P-2025-33": 2, "VN-P-2008-34": 3}
    assert await _said(office, "agreement.rehomed", "succession.opened") == (4, 4)
    await deliver(consumers, office.database, [day])
    assert await _units(office) == {"VN-P-2025-33": 5}
    assert await _said(office, "agreement.rehomed") == (5, 5)
    assert await _said(office, "succession.opened") == (5, 5)


async def test_what_time_stalls_is_found_in_pages_each_once(office: Office) -> None:
    await _entries(office, 5)
    before = await office.database.worker.fetchval("SELECT count(*) FROM outbox")
    threshold = date.fromisoformat(TODAY) + timedelta(days=31)
    day = _began(threshold)
    await deliver_a_page(consumers, office.database, day)
    waiting = "SELECT count(*) FROM agreement WHERE stall_check_on <= $1"
    assert await office.database.worker.fetchval(waiting, threshold) == 3
    await deliver(consumers, office.database, [day])
    assert await office.database.worker.fetchval(waiting, threshold) == 0
    said = await office.database.worker.fetch("SELECT type, record_id FROM outbox ORDER BY id OFFSET $1", before)
    assert len({row["record_id"] for row in said}) == len(said) == 5


async def test_with_a_year_its_report_is_asked_of_all_that_are_in_force_each_once(office: Office) -> None:
    await _entries(office, 5)
    first, hidden, *_ = (await office.get("/agreements")).json()["items"]
    raised = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    await office.act(await _present(office, hidden["id"]), "classification", raised, LEAD)
    year = date.fromisoformat(TODAY).year + 1
    day = _began(date(year, 1, 1))
    assert await awaited_day(office.database, date(year - 1, 12, 31)) == date(year, 1, 1)
    for _ in range(3):
        # Two pages of what time has stalled meanwhile, its last and the first of those to report.
        await deliver_a_page(consumers, office.database, day)
    assert await _said(office, "agreement.annual_report_asked") == (2, 2)
    await deliver(consumers, office.database, [day])
    assert await _said(office, "agreement.annual_report_asked") == (5, 5)

    id = first["id"]
    late = DeadlineOverdue(owner=f"agreement/{id}", code="AGR_ANNUAL_REPORT", discriminator=str(year), level=1)
    overdue = Log("notifications").say(DeadlineOverdue.TYPE, new_id(), late)
    await deliver(consumers, office.database, [overdue])
    agreement = await _present(office, id)
    assert [asked["overdue_since"] is not None for asked in agreement["years_to_report"]] == [True]
    filing = {"year": year, "filed_on": TODAY, "document": PAPER}
    refused = await office.post(
        f"/agreements/{id}/reports/ANNUAL_REPORT", filing | {"year": year + 1}, version=agreement["version"]
    )
    assert refused.json()["type"] == "/problems/report-not-asked"
    agreement = await office.act(agreement, "reports/ANNUAL_REPORT", filing)
    assert [(report["kind"], report["year"]) for report in agreement["reports"]] == [("ANNUAL_REPORT", year)]
    settled = await office.database.worker.fetchval(
        "SELECT data -> 'settles' -> 0 ->> 'discriminator' FROM outbox WHERE type = $1",
        "caytre.agreement.statutory_report_filed.v1",
    )
    assert settled == str(year)


async def _present(office: Office, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await office.get(f"/agreements/{id}")).json()
    return found
