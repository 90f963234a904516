"""What is due and to whom, the calendar feed, boards, localities and countries."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from caytre.contracts.message import RESTRICTED
from caytre.core.clock import Rehearsal, business_today, rehearse
from caytre.core.testing import deliver
from caytre.gateway.api import worklist
from caytre.gateway.consumers import consumers
from tests.builders.agreements_office import MINISTRY, NEIGHBOUR, OFFICER, OPERATOR, POLICE
from tests.builders.front import Front
from tests.builders.said import Services
from tests.builders.views import CAO_BANG, HUNG_YEN, OLD_THAI_BINH

HA_NOI = "VN-P-2008-01"

FINDING: dict[str, Any] = {
    "status": "OPEN",
    "conflict": "SAME_HOST_SAME_DAYS",
    "severity": "COORDINATE",
    "first_day": "2026-12-01",
    "last_day": "2026-12-03",
    "countries": ["KR"],
    "found_at": "2026-11-01T00:00:00Z",
}


async def told(front: Front, services: Services) -> None:
    await deliver(consumers, front.database, services.messages)


async def test_the_worklist_names_what_is_due_overdue_first_and_goes_on(front: Front) -> None:
    services = Services()
    trip = services.delegation(HUNG_YEN)
    late, soon, unknown = (services.deadline(trip, HUNG_YEN, day) for day in ("2026-01-05", "2026-12-01", None))
    services.deadline(trip, HUNG_YEN, "2026-01-01", status="MET")
    asked = services.deadline(trip, "MPS", "2026-12-24", code="AGR_OPINION", consultees=["MPS"])
    office = services.deadline(trip, "Sở Ngoại vụ", "2026-12-25")
    services.deadline(services.delegation(CAO_BANG), CAO_BANG, "2026-12-24")
    await told(front, services)
    first = (await front.get("/views/worklist?limit=2")).json()
    assert [item["id"] for item in first["items"]] == [str(late), str(soon)]
    assert first["items"][0]["overdue_days"] > 0
    assert first["items"][0]["owner"] | {"id": None} == {
        "kind": "delegation",
        "kind_label": "Đoàn ra",
        "id": None,
        "label": "Đoàn Minh Họa",
        "restricted": False,
        "page": f"/views/delegations/{trip}",
    }
    rest = (await front.get(f"/views/worklist?limit=2&cursor={first['next']}")).json()
    assert [item["id"] for item in rest["items"]] == [str(office), str(unknown)]
    assert [item["id"] for item in (await front.get("/views/worklist", by=POLICE)).json()["items"]] == [str(asked)]
    assert (await front.get("/views/worklist", by=MINISTRY)).json()["items"] == []
    assert (await front.get("/views/worklist", by=OPERATOR)).status_code == 403
    days = (await front.get("/views/calendar?start=2026-11-01&end=2026-12-24")).json()["days"]
    assert [day["day"] for day in days] == ["2026-12-01"]


async def test_the_feed_escapes_and_says_nothing_of_restricted_records(front: Front) -> None:
    services = Services()
    title = "Đoàn, số; 1\r\nBEGIN:VEVENT\\n"
    trip = services.delegation(HUNG_YEN, title=title)
    services.deadline(trip, HUNG_YEN, "2026-12-01")
    secret = services.delegation(HUNG_YEN, title="Kín đáo", sensitivity=RESTRICTED)
    services.deadline(secret, HUNG_YEN, "2026-12-02", explanation={"vi": "Kín đáo", "en": "Kín đáo"})
    await told(front, services)
    answer = await front.get("/views/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(events[1]["summary"]) == "Nghĩa vụ trên một hồ sơ hạn chế tiếp cận"
    assert len(events) == 2
    assert "Đoàn, số; 1 BEGIN:VEVENT\\n" in str(events[0]["summary"])
    assert [str(event["class"]) for event in events] == ["PRIVATE", "CONFIDENTIAL"]
    assert "Kín" not in answer.text
    assert str(secret) not in answer.text


async def test_the_feed_goes_on_page_by_page_and_says_when_it_is_cut(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = Services()
    trip = services.delegation(HUNG_YEN)
    for day in range(1, 8):
        services.deadline(trip, HUNG_YEN, f"2026-12-0{day}", code="DEL_REPORT", discriminator=str(day))
    await told(front, services)
    monkeypatch.setattr(worklist, "MOST_DAYS", 2)
    events = Calendar.from_ical((await front.get("/views/calendar.ics")).content).walk("VEVENT")
    assert [event.decoded("dtstart").day for event in events] == list(range(1, 8))
    monkeypatch.setattr(worklist, "MOST_IN_FEED", 5)
    for language, words in (("vi", "hơn 5"), ("en", "more than 5")):
        answer = await front.get("/views/calendar.ics", accept_language=language)
        events = Calendar.from_ical(answer.content).walk("VEVENT")
        assert len(events) == 6
        assert words in str(events[-1]["summary"])
        assert events[-1].decoded("dtstart") == business_today()
    monkeypatch.setattr(worklist, "MOST_IN_FEED", 7)
    assert len(Calendar.from_ical((await front.get("/views/calendar.ics")).content).walk("VEVENT")) == 7


async def test_the_links_of_the_feed_are_the_platforms_whatever_host_was_asked(front: Front) -> None:
    services = Services()
    trip = services.delegation(HUNG_YEN)
    services.deadline(trip, HUNG_YEN, "2026-12-01")
    await told(front, services)

    async def link() -> str:
        answer = await front.get("/views/calendar.ics", host="elsewhere.example")
        [event] = Calendar.from_ical(answer.content).walk("VEVENT")
        return str(event["url"])

    assert await link() == f"http://elsewhere.example/views/delegations/{trip}"
    front.app.state.public_url = "https://caytre.example"
    assert await link() == f"https://caytre.example/views/delegations/{trip}"


async def test_of_a_conflict_the_other_side_is_told_no_more_than_agreed(front: Front) -> None:
    services = Services()
    own, other = services.delegation(HUNG_YEN), services.delegation(CAO_BANG, title="Đoàn của tỉnh khác")
    side = {"countries": ["KR"], "first_day": "2026-12-01", "last_day": "2026-12-03", "hosts": ["Thành phố A"]}
    sides = [
        {**side, "delegation_id": str(own), "locality": HUNG_YEN, "also": [HA_NOI], "contact": "Sở Ngoại vụ"},
        {**side, "delegation_id": str(other), "locality": CAO_BANG, "contact": "Văn phòng"},
    ]
    services.record("finding", [HUNG_YEN, CAO_BANG], sides=sides, **FINDING)
    closed = services.record("finding", [HUNG_YEN, CAO_BANG], sides=sides, **FINDING)
    services.say(closed, status="CLOSED")
    await told(front, services)
    answer = await front.get("/views/conflicts", accept_language="en")
    [line] = answer.json()["items"]
    assert line["labels"]["severity"] == "To be coordinated"
    mine, theirs = line["sides"]
    assert mine["page"] == f"/views/delegations/{own}"
    assert set(theirs) == {"locality", "also", "countries", "first_day", "last_day", "hosts", "contact"}
    assert ([each["id"] for each in mine["also"]], theirs["also"]) == ([HA_NOI], []), "one that names nobody has none"
    assert "Đoàn của tỉnh khác" not in answer.text
    assert (await front.get("/views/conflicts", by=POLICE)).json()["items"] == []
    html = (await front.get("/views/conflicts", accept="text/html", accept_language="en")).text
    assert "Same host" in html
    assert f"{mine['locality']['name']}, {mine['also'][0]['name']}</dt>" in html


async def test_agreements_that_stall_are_on_the_board_until_they_do_not(front: Front) -> None:
    services = Services()
    agreement = services.record(
        "agreement",
        [HUNG_YEN],
        status="SIGNED",
        title_vi="Thỏa thuận đình trệ",
        signatory_type="PROVINCE_PC",
        vietnamese_parties=[],
        foreign_parties=[],
        responsible_locality=HUNG_YEN,
    )
    reason = {"code": "S1", "level": "critical", "since": "2026-01-01", "rule_version": 1}
    fact = {"vi": "Chưa có kế hoạch", "en": "No plan"}
    action = {"vi": "Lập kế hoạch", "en": "Make a plan"}
    stall = {
        "level": "critical",
        "since": "2026-01-01",
        "reasons": [{**reason, "fact": fact}],
        "next_action": action,
    }
    services.say(agreement, "stalled", stall=stall)
    await told(front, services)
    [line] = (await front.get("/views/stalled")).json()["items"]
    assert line["id"] == str(agreement)
    assert (line["stall"]["level_label"], line["stall"]["next_action"]) == ("Nghiêm trọng", "Lập kế hoạch")
    assert line["stall"]["reasons"] == [{**reason, "fact": "Chưa có kế hoạch"}]
    assert len((await front.get(f"/views/stalled?locality={HUNG_YEN}")).json()["items"]) == 1
    assert "Lập kế hoạch" in (await front.get("/views/stalled", accept="text/html")).text
    services.say(agreement, "unstalled", stall=None)
    await told(front, services)
    assert (await front.get("/views/stalled")).json()["items"] == []


async def test_a_plan_stands_beside_what_took_place(front: Front) -> None:
    services = Services()
    on = {"text": "2026-03-01", "earliest": "2026-03-01", "latest": "2026-03-01", "precision": "day"}
    carried = services.delegation(HUNG_YEN, departs_on=on)
    services.delegation(HUNG_YEN, title="Đoàn ngoài kế hoạch", departs_on=on)
    ref = {"service": "delegations", "kind": "delegation", "id": str(carried)}
    item = {"purpose": "Xúc tiến", "countries": ["KR"], "month_from": 3, "month_to": 4}
    items = [
        {"id": str(carried), "status": "REALISED", "carried_by": ref, **item},
        {"id": str(services.delegation(CAO_BANG)), "status": "DROPPED", **item},
    ]
    services.record(
        "annual_plan", [HUNG_YEN], status="APPROVED", locality=HUNG_YEN, year=2026, direction="OUT", items=items
    )
    await told(front, services)
    path = f"/views/plan-versus-actual?locality={HUNG_YEN}&year=2026"
    view = (await front.get(path)).json()
    [plan] = view["plans"]
    assert plan["counts"] == {"REALISED": 1, "DROPPED": 1}
    assert plan["items"][0]["carried_by"]["id"] == str(carried)
    assert [trip["label"] for trip in view["unplanned"]] == ["Đoàn ngoài kế hoạch"]
    assert (await front.get(path, by=NEIGHBOUR)).json()["plans"] == []
    assert "Xúc tiến" in (await front.get(path, accept="text/html")).text
    assert (await front.get("/views/plan-versus-actual?year=2026")).status_code == 422


@pytest.mark.parametrize("then", [OLD_THAI_BINH, HUNG_YEN])
async def test_a_locality_shows_what_is_under_it_now_and_was_then(front: Front, then: str) -> None:
    services = Services()
    trips = [services.delegation(OLD_THAI_BINH, HUNG_YEN, title=f"Đoàn {n}") for n in range(7)]
    services.outcome(OLD_THAI_BINH, HUNG_YEN)
    services.deadline(trips[0], HUNG_YEN, "2026-12-01")
    await told(front, services)
    reader = {**OFFICER, "localities": [OLD_THAI_BINH, HUNG_YEN]}
    place = (await front.get(f"/views/localities/{then}", by=reader)).json()
    assert [(group["kind"], group["count"]) for group in place["groups"]] == [("delegation", 7), ("outcome", 1)]
    assert [line["id"] for line in place["groups"][0]["newest"]] == [str(id) for id in reversed(trips[2:])]
    assert len(place["due"]) == (1 if then == HUNG_YEN else 0)
    html = (await front.get(f"/views/localities/{then}", by=reader, accept="text/html", accept_language="en")).text
    assert "Outgoing delegation: 7" in html


async def test_in_a_rehearsal_every_view_says_so(front: Front, tmp_path: Path) -> None:
    Rehearsal.begin(tmp_path / "clock.json", date(2023, 1, 1))
    rehearse(tmp_path / "clock.json")
    try:
        for path in ("/views/search", "/views/worklist", f"/views/localities/{HUNG_YEN}", "/views/agreements"):
            said = (await front.get(path)).json()["rehearsal"]
            assert (said["began"], said["business_time"][:10]) == ("2023-01-01", "2022-12-31")
        html = (await front.get("/views/worklist", accept="text/html")).text
        assert "Diễn tập: giờ nghiệp vụ là 01/01/2023" in html
    finally:
        rehearse(None)
    assert "rehearsal" not in (await front.get("/views/worklist")).json()
