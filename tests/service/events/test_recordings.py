"""History from registers and publications: validated, taken over once, compared, and never mistaken for acts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.events_office import NEIGHBOUR, EventsOffice

SOURCE: dict[str, Any] = {"system": "so-su-kien", "number": "TB-2023-01", "file": "su-kien.xlsx", "row": 7}
EVENT: dict[str, Any] = {
    "source": SOURCE,
    "localities": ["Thái Bình"],
    "status": "HELD",
    "kind": "festival",
    "title_vi": "Ngày hội văn hóa minh họa",
    "starts_on": "01/12/2023",
}
LEAD: dict[str, Any] = {
    "source": SOURCE,
    "locality": "Thái Bình",
    "title": "Nhà máy minh họa",
    "kind": "FDI",
    "known_since": "12/2023",
}
OUTCOME: dict[str, Any] = {
    "source": SOURCE,
    "locality": "Thái Bình",
    "kind": "FDI",
    "title": "Nhà máy minh họa",
    "realised_on": "quý II/2024",
    "money": {"amount": "25000000", "currency": "USD", "amount_type": "registered"},
}
ENTRIES = {"events": EVENT, "leads": LEAD, "outcomes": OUTCOME}


async def record(office: EventsOffice, kind: str, body: Any, mode: str = "apply", **more: Any) -> dict[str, Any]:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    answer = await office.post(f"/{kind}/recordings?mode={mode}{query}", body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("kind", sorted(ENTRIES))
async def test_an_entry_is_validated_taken_over_once_compared_and_followed_on_demand(
    office: EventsOffice, kind: str
) -> None:
    body, title = ENTRIES[kind], "title_vi" if kind == "events" else "title"
    assert (await record(office, kind, body, "validate"))["outcome"] == "created"
    assert (await office.get(f"/{kind}")).json()["items"] == []
    created = await record(office, kind, body)
    assert created["outcome"] == "created"
    assert (await record(office, kind, body))["outcome"] == "unchanged"
    renamed = {**body, title: "Tên khác"}
    different = await record(office, kind, renamed)
    assert (different["outcome"], [each["field"] for each in different["differences"]]) == ("different", [title])
    assert (await record(office, kind, renamed, update="true"))["outcome"] == "updated"
    after = await office.now(kind, created)
    assert (after[title], after["version"]) == ("Tên khác", 2)
    assert after["localities"] == ["VN-P-2008-34", "VN-P-2025-33"]
    assert (after["provenance"]["origin"], after["provenance"]["row"]) == ("imported", 7)
    (listed,) = (await office.get(f"/{kind}?origin=imported")).json()["items"]
    assert listed["id"] == created["id"]
    heard = await office.said(after)
    assert heard == ["recorded", "amended"]


async def test_history_starts_no_clock_and_keeps_rough_dates(office: EventsOffice) -> None:
    event = await record(office, "events", {**EVENT, "starts_on": "đầu năm 2023"})
    found = await office.now("events", event)
    starts = found["schedule"]["starts_on"]
    assert (starts["text"], starts["precision"], found["schedule"]["vietnam_starts_on"]) == (
        "đầu năm 2023",
        "season",
        None,
    )
    data = await office.database.worker.fetchval("SELECT data::text FROM outbox")
    assert data is not None
    assert '"deadlines":[]' in data


async def test_a_publication_is_named_and_a_number_belongs_to_one_record(office: EventsOffice) -> None:
    sourced = {**EVENT, "source": {"system": "bao-chi", "number": "S1", "origin": "sourced"}}
    answer = await office.post("/events/recordings?mode=apply", sourced)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/publication-missing")
    await record(office, "events", EVENT)
    other = await office.post("/leads/recordings?mode=apply", LEAD)
    assert (other.status_code, other.json()["type"]) == (409, "/problems/entry-number-taken")


async def test_an_entry_of_the_future_or_of_another_province_is_refused(office: EventsOffice) -> None:
    ahead = {**EVENT, "localities": ["Hưng Yên"], "starts_on": "01/12/2099"}
    answer = await office.post("/events/recordings?mode=apply", ahead)
    assert answer.json()["type"] == "/problems/held-in-the-future"
    foreign = await office.post("/events/recordings?mode=apply", EVENT, by=NEIGHBOUR)
    assert foreign.status_code == 403
