"""Annual plans from files: each row is an item found again by its number, whatever else the plan has come to."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from caytre.core.testing import Log
from tests.builders.agreements_office import LEAD
from tests.builders.delegations_office import TODAY, Office

APPLY = "/annual-plans/recordings?mode=apply"
UPDATE = f"{APPLY}&update=true"
FIRST = {"number": "1", "purpose": "Xúc tiến đầu tư", "countries": ["KR"], "month_from": 5, "month_to": 6}
SECOND = {**FIRST, "number": "2", "purpose": "Hợp tác giáo dục", "countries": ["JP"]}
THIRD = {**FIRST, "number": "3", "countries": ["LA"]}


def plan(*items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "source": {"system": "ke-hoach", "number": "HY-OUT"},
        "locality": "Hưng Yên",
        "year": TODAY.year,
        "direction": "OUT",
        "items": list(items),
        **changes,
    }


def outcomes(answer: dict[str, Any]) -> list[str]:
    return [item["outcome"] for item in answer["items"]]


async def test_rows_come_in_once_and_new_ones_are_added_without_touching_the_others(office: Office) -> None:
    rehearsed = (await office.post("/annual-plans/recordings", plan(FIRST, SECOND))).json()
    assert (rehearsed["outcome"], rehearsed["id"], outcomes(rehearsed)) == ("created", None, ["created", "created"])
    made = (await office.post(APPLY, plan(FIRST, SECOND))).json()
    again = (await office.post(APPLY, plan(FIRST, SECOND))).json()
    assert (again["outcome"], again["id"], again["version"]) == ("unchanged", made["id"], 1)
    more = (await office.post(APPLY, plan(SECOND, THIRD))).json()
    assert (more["outcome"], more["version"], outcomes(more)) == ("updated", 2, ["unchanged", "created"])
    kept = await office.present("annual_plan", made["id"])
    assert [item["countries"] for item in kept["items"]] == [["KR"], ["JP"], ["LA"]]
    await office.hear()
    assert await office.types(made["id"]) == ["annual_plan.recorded", "annual_plan.recorded"]


async def test_a_row_that_differs_is_told_and_followed_on_demand_while_new_ones_go_in(office: Office) -> None:
    made = (await office.post(APPLY, plan(FIRST))).json()
    other = {**FIRST, "month_to": 7, "status": "POSTPONED", "reason": "Phía mời hoãn"}
    told = (await office.post(APPLY, plan(other, SECOND))).json()
    assert outcomes(told) == ["different", "created"]
    assert [each["field"] for each in told["items"][0]["differences"]] == ["month_to", "status", "reason"]
    kept = await office.present("annual_plan", made["id"])
    assert [item["month_to"] for item in kept["items"]] == [6, 6]
    followed = (await office.post(UPDATE, plan(other, SECOND))).json()
    assert (followed["outcome"], outcomes(followed)) == ("updated", ["updated", "unchanged"])
    kept = await office.present("annual_plan", made["id"])
    assert (kept["items"][0]["status"], kept["items"][0]["month_to"]) == ("POSTPONED", 7)
    assert (await office.post(UPDATE, plan(other, SECOND))).json()["outcome"] == "unchanged"


async def test_what_a_file_leaves_open_or_is_told_by_the_carrier_is_no_difference(office: Office) -> None:
    made = (await office.post(APPLY, plan(FIRST, SECOND))).json()
    items = (await office.present("annual_plan", made["id"]))["items"]
    carrier = {"service": "events", "kind": "event", "id": made["id"]}
    for item, decision in (
        (items[0], {"status": "POSTPONED", "reason": "Chờ phía mời"}),
        (items[1], {"status": "PLANNED", "reason": "Hội nghị sẽ thực hiện", "carried_by": carrier}),
    ):
        await office.act("annual_plan", made["id"], f"items/{item['id']}/decision", decision)
    lagging = {**SECOND, "status": "DROPPED"}
    assert outcomes((await office.post(UPDATE, plan(FIRST, lagging))).json()) == ["unchanged", "unchanged"]
    kept = await office.present("annual_plan", made["id"])
    assert [item["status"] for item in kept["items"]] == ["POSTPONED", "PLANNED"]


async def test_a_second_list_of_the_year_is_refused_before_it_is_applied(office: Office) -> None:
    await office.post(APPLY, plan(FIRST))
    other = plan(FIRST, source={"system": "so-khac", "number": "HY-OUT"})
    refused = await office.post("/annual-plans/recordings", other)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/plan-year-taken")


async def test_a_row_that_cannot_be_is_blamed_by_its_place(office: Office) -> None:
    for items, pointer in (
        ((FIRST, {**SECOND, "countries": ["VN"]}), "#/items/1/countries"),
        ((FIRST, FIRST), "#/items/1"),
    ):
        refused = (await office.post(APPLY, plan(*items))).json()
        assert [error["pointer"] for error in refused["errors"]] == [pointer]
    await office.post(APPLY, plan(FIRST))
    refused = (await office.post(APPLY, plan(SECOND, {**THIRD, "month_to": 4}))).json()
    assert [error["pointer"] for error in refused["errors"]] == ["#/items/1/month_to"]


async def test_a_draft_that_a_file_approves_takes_its_year(office: Office) -> None:
    drafted = plan(FIRST, status="DRAFT")
    made = (await office.post(APPLY, drafted)).json()
    approved = (await office.post(UPDATE, plan(FIRST, status="APPROVED"))).json()
    assert (approved["outcome"], [d["field"] for d in approved["differences"]]) == ("updated", ["status"])
    twin = plan(FIRST, status="APPROVED", source={"system": "so-khac", "number": "1"})
    assert (await office.post(APPLY, twin)).json()["type"] == "/problems/plan-year-taken"
    assert (await office.present("annual_plan", made["id"]))["status"] == "APPROVED"


async def test_an_event_that_is_held_realises_an_item_that_a_withdrawn_adjustment_had_taken_out(office: Office) -> None:
    made = (await office.post(APPLY, plan(FIRST, SECOND, year=TODAY.year + 1))).json()
    item, event = (await office.present("annual_plan", made["id"]))["items"][0]["id"], uuid4()
    carrier = {"service": "events", "kind": "event", "id": str(event)}
    decision = {"status": "PLANNED", "reason": "gắn với hội nghị", "carried_by": carrier}
    await office.act("annual_plan", made["id"], f"items/{item}/decision", decision)
    await office.act("annual_plan", made["id"], "adjustment", {"reason": "đối tác đổi lịch"})
    await office.act("annual_plan", made["id"], "items", {"remove": [item]})
    assert (await office.post(UPDATE, plan(FIRST, SECOND, THIRD, year=TODAY.year + 1))).status_code == 409
    await office.hear(Log("events").say("caytre.event.held.v1", event, {}, state={"id": str(event)}))
    withdrawn = await office.act("annual_plan", made["id"], "withdrawal", {"reason": "giữ như cũ"}, LEAD)
    became = {each["id"]: each["status"] for each in withdrawn["items"]}
    assert (len(became), became[item]) == (2, "REALISED")
