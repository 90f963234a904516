"""Bad input: clear refusals by name, in both languages, and nothing is written."""

from __future__ import annotations

from typing import Any

import pytest

from caytre.core.ids import new_id
from tests.builders.events_office import OUTSIDE, PAPER, TODAY, EventsOffice, after


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).rsplit("/", 1)[1]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"schedule": {"starts_on": "2031-02-30"}}, (422, "invalid-request")),
        ({"schedule": {"starts_on": "2031-06-01", "ends_on": "2031-05-31"}}, (422, "ends-before-it-starts")),
        ({"schedule": {"starts_on": "2031-06-01", "time_zone": "Asia/Hanoi"}}, (422, "unknown-time-zone")),
        (
            {"schedule": {"starts_on": "2031-03-09", "starts_at": "02:30", "time_zone": "America/New_York"}},
            (422, "hour-does-not-exist"),
        ),
        ({"schedule": {"starts_on": "2031-06-01", "starts_at": "24:30"}}, (422, "invalid-request")),
        ({"guests": {"rank": "EMPEROR"}}, (422, "invalid")),
        ({"topics": ["WEATHER"]}, (422, "invalid")),
        ({"countries": ["ZZ"]}, (422, "invalid")),
        ({"locality": "VN-P-2008-34"}, (409, "locality-not-in-being")),
        ({"locality": "VN-P-2008-04"}, (403, "forbidden")),
        ({"locality": "VN-P-2008-04", "sensitivity": "restricted"}, (403, "forbidden")),
        ({"title_vi": "TUYỆT MẬT"}, (422, "state-secret-not-admitted")),
        ({"title_vi": "a\r\nBcc: ai@example.org"}, (422, "invalid-request")),
        ({"quotas": {"onsite": -1}}, (422, "invalid-request")),
        ({"misspelt": 1}, (422, "invalid-request")),
    ],
)
async def test_a_draft_that_cannot_be_meant_is_refused(
    office: EventsOffice, changed: dict[str, Any], expected: tuple[int, str]
) -> None:
    body = {"title_vi": "Diễn đàn", "kind": "forum", "locality": "VN-P-2025-33", **changed}
    answer = await office.post("/events", body)
    assert code(answer) == expected, answer.text
    assert await office.database.worker.fetchval("SELECT count(*) FROM event") == 0


async def test_permission_for_a_past_or_too_near_date_is_refused(office: EventsOffice) -> None:
    past = await office.draft(schedule={"starts_on": after(-1)})
    assert code(await office.post(f"/events/{past['id']}/plan", version=1)) == (409, "event-is-past")
    near = await office.act("events", await office.draft(schedule={"starts_on": after(29)}), "plan")
    path = f"/events/{near['id']}/permission/application"
    assert code(await office.post(path, {"document": PAPER}, version=2)) == (409, "lead-time-too-short")
    late = {"document": PAPER, "lateness": {"reason": "đoàn đổi lịch", "document": PAPER}}
    applied = await office.post(path, late, version=2)
    assert applied.json()["permission"]["days_before"] == 29
    in_time = await office.act("events", await office.draft(schedule={"starts_on": after(30)}), "plan")
    assert (await office.act("events", in_time, "permission/application", {"document": PAPER}))["permission"][
        "lateness"
    ] is None


async def test_nothing_opens_without_its_permission(office: EventsOffice) -> None:
    planned = await office.act("events", await office.draft(), "plan")
    assert code(await office.post(f"/events/{planned['id']}/opening", version=2)) == (409, "permission-missing")
    festival = await office.act("events", await office.draft(kind="festival"), "plan")
    opening = await office.post(f"/events/{festival['id']}/opening", version=2)
    assert code(opening) == (409, "competence-not-settled")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"party_size": 0}, (422, "invalid-request")),
        ({"party_size": 1001}, (422, "invalid-request")),
        ({"party_size": 11}, (409, "larger-than-the-quota")),
        ({"mode": "online"}, (409, "not-this-way")),
        ({"country": "ZZ"}, (422, "invalid")),
        ({"participants": [{"name": "A"}, {"name": "B"}]}, (422, "more-named-than-registered")),
        ({"participants": [{"name": "A\nBcc: x@example.org"}]}, (422, "invalid-request")),
        ({"event_id": "01980000-0000-7000-8000-00000000dead"}, (404, "not-found")),
    ],
)
async def test_a_registration_that_cannot_be_is_refused(
    office: EventsOffice, changed: dict[str, Any], expected: tuple[int, str]
) -> None:
    event = await office.opened(quotas={"onsite": 10})
    body = {"event_id": event["id"], "organisation": "Công ty Minh Họa", **changed}
    assert code(await office.post("/registrations", body)) == expected
    assert await office.database.worker.fetchval("SELECT count(*) FROM seat_turn") == 0


async def test_a_repeated_registration_is_answered_as_the_first_one(office: EventsOffice) -> None:
    event = await office.opened(quotas={"onsite": 1})
    body = {"event_id": event["id"], "organisation": "Công ty Minh Họa"}
    first = await office.post("/registrations", body, key="same")
    again = await office.post("/registrations", body, key="same")
    assert first.json() == again.json()
    assert await office.database.worker.fetchval("SELECT count(*) FROM registration") == 1


async def test_an_amount_is_exact_text_in_a_known_currency(office: EventsOffice) -> None:
    body = {"kind": "FDI", "title": "x", "locality": "VN-P-2025-33", "realised_on": TODAY.isoformat()}
    for money, expected in (
        ({"amount": 1.5, "currency": "USD", "amount_type": "registered"}, "invalid-request"),
        ({"amount": "1e6", "currency": "USD", "amount_type": "registered"}, "invalid-request"),
        ({"amount": "-5", "currency": "USD", "amount_type": "registered"}, "invalid-request"),
        ({"amount": "0", "currency": "USD", "amount_type": "registered"}, "amount-not-positive"),
        ({"amount": "1.5", "currency": "VND", "amount_type": "registered"}, "fraction-too-fine"),
        ({"amount": "1", "currency": "DEM", "amount_type": "registered"}, "invalid"),
        ({"amount": "1", "currency": "USD", "amount_type": "promised"}, "invalid-request"),
    ):
        answer = await office.post("/outcomes", {**body, "money": money})
        assert code(answer) == (422, expected), money
    late = await office.post("/outcomes", {**body, "realised_on": after(1)})
    assert code(late) == (422, "held-in-the-future")


async def test_shares_of_120_percent_are_refused_at_once_too(office: EventsOffice) -> None:
    links = [
        {
            "upstream": {"service": "events", "kind": "lead", "id": f"01980000-0000-7000-8000-00000000000{n}"},
            "share": "60",
        }
        for n in (1, 2)
    ]
    body = {"kind": "FDI", "title": "x", "locality": "VN-P-2025-33", "realised_on": TODAY.isoformat(), "links": links}
    assert code(await office.post("/outcomes", body)) == (409, "shares-exceed-the-whole")


@pytest.mark.parametrize("share", ["0", "0.0000", "100.0001", "120", "999.9999"])
async def test_a_share_outside_the_whole_is_refused(office: EventsOffice, share: str) -> None:
    outcome = await office.outcome()
    body = {"upstream": {"service": "events", "kind": "lead", "id": str(new_id())}, "share": share}
    answer = await office.post(f"/outcomes/{outcome['id']}/links", body, version=1)
    assert code(answer) == (422, "share-out-of-range")
    unsourced = {**body, "share": "10", "source": {"origin": "sourced"}}
    answer = await office.post(f"/outcomes/{outcome['id']}/links", unsourced, version=1)
    assert code(answer) == (422, "publication-missing")


async def test_acts_need_the_present_version_and_refusals_speak_vietnamese(office: EventsOffice) -> None:
    event = await office.draft(**OUTSIDE)
    assert (await office.post(f"/events/{event['id']}/plan")).status_code == 428
    assert (await office.post(f"/events/{event['id']}/plan", version=7)).status_code == 412
    closed = await office.post(f"/events/{event['id']}/closure", version=1)
    assert code(closed) == (409, "not-possible-in-status")
    assert closed.json()["detail"].startswith("Sự kiện đang ở trạng thái DRAFT")
