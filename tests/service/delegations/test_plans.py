"""Annual plans over HTTP: one approved per year, adjusted, followed item by item, compared with what became of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from caytre.contracts.notifications import DayBegan
from caytre.core.testing import Log, deliver
from caytre.delegations.consumers import consumers
from caytre.delegations.consumers.time import awaited_day
from tests.builders.agreements_office import CHAIR, LEAD, MINISTRY
from tests.builders.delegations import HUNG_YEN, ITEM
from tests.builders.delegations_office import RULING, TODAY, Office


def body(**particulars: Any) -> dict[str, Any]:
    return {"locality": HUNG_YEN, "year": TODAY.year, "direction": "OUT", "items": [ITEM, ITEM], **particulars}


async def consulted(office: Office, **particulars: Any) -> dict[str, Any]:
    plan = await office.create("annual_plan", body(**particulars))
    await office.act("annual_plan", plan["id"], "submission")
    return await office.act("annual_plan", plan["id"], "advice", {"agency": "MOFA", "answer": "agree"}, MINISTRY)


async def approved(office: Office, **particulars: Any) -> dict[str, Any]:
    plan = await consulted(office, **particulars)
    return await office.act("annual_plan", plan["id"], "approval", RULING, CHAIR)


async def test_a_locality_has_one_approved_plan_per_year_and_direction(office: Office) -> None:
    first = await approved(office, year=TODAY.year + 2)
    await approved(office)
    second = await consulted(office)
    assert await office.refused("annual_plan", second["id"], "approval", RULING, CHAIR) == "plan-year-taken"
    assert (await approved(office, direction="IN"))["status"] == "APPROVED"
    assert (await approved(office, year=TODAY.year + 1))["status"] == "APPROVED"
    await office.act("annual_plan", first["id"], "adjustment", {"reason": "đối tác đổi lịch"})
    await office.act("annual_plan", first["id"], "items", {"put": [ITEM]})
    again = await office.act("annual_plan", first["id"], "approval", RULING, CHAIR)
    assert [a["number"] for a in again["adoptions"]] == [1, 2]


async def test_a_plan_that_is_not_whole_or_too_dear_is_refused_by_name(office: Office) -> None:
    lacking = await office.create("annual_plan", body(items=[{**ITEM, "head_rank": None}]))
    assert await office.refused("annual_plan", lacking["id"], "submission") == "item-incomplete"
    dear = await office.create("annual_plan", body(ceiling="1000"))
    assert await office.refused("annual_plan", dear["id"], "submission") == "budget-over-ceiling"


async def test_a_draft_that_is_withdrawn_leaves_its_year_to_another(office: Office) -> None:
    stale = await office.create("annual_plan", body())
    withdrawn = await office.act("annual_plan", stale["id"], "withdrawal", {"reason": "lập trùng"}, LEAD)
    assert (withdrawn["status"], withdrawn["withdrawn_for"]) == ("WITHDRAWN", "lập trùng")
    assert await office.types(stale["id"]) == ["annual_plan.drafted", "annual_plan.withdrawn"]
    settled = await office.database.worker.fetchval(
        "SELECT data -> 'settles' -> 0 ->> 'code' FROM outbox WHERE type = 'caytre.annual_plan.withdrawn.v1'"
    )
    assert settled == "PLAN_SUBMIT"
    assert await office.refused("annual_plan", stale["id"], "submission") == "not-at-this-stage"
    assert (await approved(office))["status"] == "APPROVED"


async def test_what_a_withdrawn_adjustment_had_dropped_follows_its_delegation_again(office: Office) -> None:
    plan = await approved(office, year=TODAY.year + 1)
    first = plan["items"][0]["id"]
    trip_body = office.trip(first=0, last=1, plan={"plan_id": plan["id"], "item_id": first})
    del trip_body["out_of_plan"]
    trip = await office.approved(trip_body)
    await office.act("annual_plan", plan["id"], "adjustment", {"reason": "đối tác đổi lịch"})
    await office.act("annual_plan", plan["id"], "items", {"put": [ITEM], "remove": [first]})
    await office.act("delegation", trip["id"], "departure", {"on": TODAY.isoformat()})
    await office.act("delegation", trip["id"], "return", {"on": TODAY.isoformat()})
    await office.hear()
    assert (await office.present("annual_plan", plan["id"]))["items"][0]["status"] == "DROPPED"
    withdrawn = await office.act("annual_plan", plan["id"], "withdrawal", {"reason": "giữ như đã duyệt"}, LEAD)
    assert (withdrawn["status"], len(withdrawn["items"])) == ("APPROVED", 2)
    await office.hear()
    after = await office.present("annual_plan", plan["id"])
    assert [item["status"] for item in after["items"]] == ["REALISED", "PLANNED"]
    assert after["version"] == withdrawn["version"] + 1


async def test_an_item_follows_its_delegation_and_the_year_is_compared(office: Office) -> None:
    plan = await approved(office)
    place = {"plan_id": plan["id"], "item_id": plan["items"][0]["id"]}
    trip_body = office.trip(first=0, last=1, plan=place)
    del trip_body["out_of_plan"]
    trip = await office.approved(trip_body)
    carried = (await office.present("annual_plan", plan["id"]))["items"][0]
    assert (carried["status"], carried["carried_by"]["id"]) == ("PLANNED", trip["id"])
    second = await office.with_papers(trip_body)
    assert await office.refused("delegation", second["id"], "submission") == "item-carried"
    await office.act("delegation", trip["id"], "departure", {"on": TODAY.isoformat()})
    await office.act("delegation", trip["id"], "return", {"on": TODAY.isoformat()})
    await office.approved(office.trip(first=0, last=0))
    await office.hear()
    compared = (await office.get(f"/annual-plans/{plan['id']}/comparison")).json()
    assert compared["by_status"] == {"REALISED": 1, "PLANNED": 1}
    assert (compared["share_realised"], len(compared["outside_the_plan"])) == (50.0, 1)


async def test_a_trip_that_is_put_off_or_given_up_tells_its_item(office: Office) -> None:
    plan = await approved(office)
    became = {"postponement": "POSTPONED", "cancellation": "DROPPED"}
    for item, (act, status) in zip(plan["items"], became.items(), strict=True):
        trip_body = office.trip(plan={"plan_id": plan["id"], "item_id": item["id"]})
        del trip_body["out_of_plan"]
        trip = await office.submitted(trip_body)
        await office.act("delegation", trip["id"], act, {"reason": "đối tác bận"})
        await office.hear()
        items = {each["id"]: each for each in (await office.present("annual_plan", plan["id"]))["items"]}
        assert (items[item["id"]]["status"], items[item["id"]]["reason"]) == (status, "đối tác bận")


async def test_an_event_that_is_held_realises_the_item_that_names_it(office: Office) -> None:
    plan = await approved(office)
    item, event = plan["items"][0]["id"], uuid4()
    decision = {
        "status": "POSTPONED",
        "reason": "gắn với hội nghị",
        "carried_by": {"service": "events", "kind": "event", "id": str(event)},
    }
    await office.act("annual_plan", plan["id"], f"items/{item}/decision", decision)
    held = Log("events").say("caytre.event.held.v1", event, {}, state={"id": str(event)})
    await deliver(consumers, office.database, [held])
    assert (await office.present("annual_plan", plan["id"]))["items"][0]["status"] == "REALISED"


def day(log: Log, on: str) -> Any:
    said = DayBegan.model_validate({"day": on, "working_day": True, "calendar_version": 1})
    return log.say(DayBegan.TYPE, uuid5(UUID(int=1), on), said)


async def test_what_a_year_leaves_open_lapses_when_the_next_begins(office: Office) -> None:
    plan = await approved(office)
    await office.hear(day(office.notifications, f"{TODAY.year}-12-31"))
    before = await office.present("annual_plan", plan["id"])
    assert {item["status"] for item in before["items"]} == {"PLANNED"}
    await office.hear(day(office.notifications, f"{TODAY.year + 1}-01-01"))
    after = await office.present("annual_plan", plan["id"])
    assert {item["status"] for item in after["items"]} == {"LAPSED"}
    assert after["version"] == before["version"] + 1
    closed = await office.act("annual_plan", plan["id"], "closure", by=LEAD)
    assert closed["status"] == "CLOSED"


async def test_a_plan_may_be_adjusted_until_its_date_and_nobody_waits_the_day_after(office: Office) -> None:
    year = TODAY.year + 1
    plan = await approved(office, year=year)
    assert plan["adjust_until"] == f"{year}-10-01"
    assert await awaited_day(office.database, date(year, 9, 30)) == date(year, 10, 2)
    await office.hear(day(office.notifications, f"{year}-10-01"))
    assert await office.present("annual_plan", plan["id"]) == plan
    await office.hear(day(office.notifications, f"{year}-10-02"))
    after = await office.present("annual_plan", plan["id"])
    assert (after["adjust_until"], after["version"]) == (None, plan["version"] + 1)
    rows = await office.database.worker.fetch(
        "SELECT data -> 'deadlines' -> 0 ->> 'code' AS begun, data -> 'settles' -> 0 ->> 'code' AS settled "
        "FROM outbox WHERE record_id = $1 ORDER BY id",
        UUID(plan["id"]),
    )
    told = [(row["begun"], row["settled"]) for row in rows]
    assert told == [
        ("PLAN_SUBMIT", None),
        (None, "PLAN_SUBMIT"),
        (None, None),
        ("PLAN_ADJUST", None),
        (None, "PLAN_ADJUST"),
    ]


async def test_by_its_dates_a_delegation_leaves_and_is_back_and_a_person_confirms(office: Office) -> None:
    trip = await office.approved(office.trip(first=0, last=1))
    await office.hear(day(office.notifications, TODAY.isoformat()))
    there = await office.present("delegation", trip["id"])
    assert (there["status"], there["departure_expected"]) == ("APPROVED", True)
    await office.act("delegation", trip["id"], "departure", {"on": TODAY.isoformat()})
    late = f"{TODAY.year + 1}-06-01"
    await office.hear(day(office.notifications, late))
    assert (await office.present("delegation", trip["id"]))["return_expected"] is True
    assert (await office.types(trip["id"]))[-3:] == [
        "delegation.departure_expected",
        "delegation.departed",
        "delegation.return_expected",
    ]


async def test_the_records_of_a_merged_province_are_carried_on_by_the_one_of_today(office: Office) -> None:
    old, heir = "VN-P-2008-34", {"sub": "heir", "roles": ["locality_officer"], "localities": [HUNG_YEN]}
    plan = await office.create("annual_plan", body())
    invited = {"locality": HUNG_YEN, "invitee": "x", "country": "KR", "purpose": "x"}
    invitation = await office.create("invitation", invited)
    # As they were written before the merger, when nobody knew of it.
    for table in ("annual_plan", "invitation"):
        await office.database.worker.execute(
            f"UPDATE {table} SET localities = $1, document = jsonb_set(document, '{{localities}}', $2)",
            [old],
            f'["{old}"]',
        )
    assert (await office.get(f"/annual-plans/{plan['id']}", heir)).status_code == 404
    await office.hear(day(office.notifications, "2025-06-30"))
    assert (await office.get(f"/annual-plans/{plan['id']}", heir)).status_code == 404
    await office.hear(day(office.notifications, "2025-07-01"), day(office.notifications, "2025-07-02"))
    after = await office.present("annual_plan", plan["id"], heir)
    assert (after["localities"], after["version"]) == ([old, HUNG_YEN], plan["version"] + 1)
    assert (await office.types(invitation["id"]))[-1] == "invitation.rehomed"


async def test_the_service_waits_for_departures_returns_the_end_of_the_year_and_mergers(office: Office) -> None:
    assert await awaited_day(office.database, date(2025, 5, 3)) == date(2025, 7, 1)
    assert await awaited_day(office.database, TODAY) is None
    year = TODAY.year + 1
    await approved(office, year=year)
    assert await awaited_day(office.database, TODAY) == date(year, 10, 2)
    assert await awaited_day(office.database, date(year, 10, 2)) == date(year + 1, 1, 1)
    trip = await office.approved(office.trip(first=3, last=5))
    assert await awaited_day(office.database, TODAY) == TODAY + timedelta(days=3)
    assert await awaited_day(office.database, TODAY + timedelta(days=3)) == date(year, 10, 2)
    assert trip["status"] == "APPROVED"
