"""The item of a plan and what carries it out, over HTTP and messages: guarded, moved, and free again."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.builders.agreements_office import CHAIR, LEAD, MINISTRY, NEIGHBOUR, Person
from tests.builders.delegations import CAO_BANG, HUNG_YEN, ITEM
from tests.builders.delegations_office import NEIGHBOURS_CHAIR, PAPER, RULING, TODAY, Office, ahead


async def a_plan(
    office: Office, locality: str = HUNG_YEN, by: Person = LEAD, chair: Person = CHAIR, direction: str = "OUT"
) -> dict[str, Any]:
    body = {"locality": locality, "year": TODAY.year, "direction": direction, "items": [ITEM, ITEM]}
    plan = await office.create("annual_plan", body, by)
    await office.act("annual_plan", plan["id"], "submission", by=by)
    await office.act("annual_plan", plan["id"], "advice", {"agency": "MOFA", "answer": "agree"}, MINISTRY)
    return await office.act("annual_plan", plan["id"], "approval", RULING, chair)


def at(plan: dict[str, Any], number: int = 0) -> dict[str, Any]:
    return {"plan_id": plan["id"], "item_id": plan["items"][number]["id"]}


def planned(office: Office, plan: dict[str, Any], number: int = 0) -> dict[str, Any]:
    body = office.trip(plan=at(plan, number))
    del body["out_of_plan"]
    return body


async def carriers(office: Office, plan: dict[str, Any]) -> list[tuple[str, str | None]]:
    items = (await office.present("annual_plan", plan["id"]))["items"]
    return [(each["status"], each["carried_by"]["id"] if each["carried_by"] else None) for each in items]


async def test_an_approved_delegation_moves_within_its_plan_by_a_new_decision_and_both_items_are_told(
    office: Office,
) -> None:
    plan = await a_plan(office)
    theirs = await a_plan(office, CAO_BANG, NEIGHBOUR, NEIGHBOURS_CHAIR)
    trip = await office.approved(planned(office, plan))
    assert await carriers(office, plan) == [("PLANNED", trip["id"]), ("PLANNED", None)]
    assert await office.refused("delegation", trip["id"], "amendments", {"plan": at(theirs)}) == "not-there"
    assert await office.refused("delegation", trip["id"], "amendments", {"plan": None}) == "out-of-plan-unjustified"
    moved = await office.act("delegation", trip["id"], "amendments", {"plan": at(plan, 1)})
    assert (moved["status"], moved["step"]) == ("AMENDING", "AUTHORITY")
    await office.hear()
    assert await carriers(office, plan) == [("PLANNED", None), ("PLANNED", trip["id"])]
    why = {"reason": "theo chỉ đạo", "directed_by": "Thường trực Tỉnh ủy", "document": PAPER}
    await office.act("delegation", trip["id"], "amendments", {"out_of_plan": why})
    await office.hear()
    assert await carriers(office, plan) == [("PLANNED", None), ("PLANNED", None)]
    assert (await office.act("delegation", trip["id"], "approval", RULING, CHAIR))["plan"] is None


async def test_the_item_of_a_delegation_that_is_given_back_or_rejected_is_free(office: Office) -> None:
    plan = await a_plan(office)
    trip = await office.submitted(planned(office, plan))
    await office.act("delegation", trip["id"], "return-to-draft", {"reason": "thiếu bản dịch"}, LEAD)
    await office.hear()
    assert await carriers(office, plan) == [("PLANNED", None), ("PLANNED", None)]
    other = await office.referred(planned(office, plan))
    assert await carriers(office, plan) == [("PLANNED", other["id"]), ("PLANNED", None)]
    assert await office.refused("delegation", trip["id"], "submission") == "item-carried"
    await office.act("delegation", other["id"], "rejection", {**RULING, "reason": "không có kinh phí"}, CHAIR)
    await office.hear()
    assert await carriers(office, plan) == [("PLANNED", None), ("PLANNED", None)]
    await office.act("delegation", trip["id"], "submission")
    await office.hear()
    assert await carriers(office, plan) == [("PLANNED", trip["id"]), ("PLANNED", None)]


async def test_an_item_is_held_before_its_plan_has_heard_of_it(office: Office) -> None:
    plan = await a_plan(office)
    one, other = [await office.with_papers(planned(office, plan)) for _ in range(2)]
    await office.act("delegation", one["id"], "submission")
    assert await office.refused("delegation", other["id"], "submission") == "item-carried"
    await office.act("delegation", one["id"], "return-to-draft", {"reason": "thiếu bản dịch"}, LEAD)
    await office.act("delegation", other["id"], "submission")
    assert await office.refused("delegation", one["id"], "submission") == "item-carried"
    await office.act("delegation", other["id"], "amendments", {"plan": at(plan, 1)})
    await office.act("delegation", one["id"], "submission")
    await office.hear()
    assert await carriers(office, plan) == [("PLANNED", one["id"]), ("PLANNED", other["id"])]


async def test_of_two_submissions_on_one_item_in_one_instant_one_is_refused(office: Office) -> None:
    plan = await a_plan(office)
    for _ in range(4):
        pair = [await office.with_papers(planned(office, plan)) for _ in range(2)]
        answers = await asyncio.gather(
            *(office.post(f"/delegations/{each['id']}/submission", version=each["version"]) for each in pair)
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]
        [refused] = [answer.json()["type"] for answer in answers if answer.status_code == 409]
        assert refused.rpartition("/")[2] in {"item-taken", "item-carried"}
        [holder] = [answer.json()["id"] for answer in answers if answer.status_code == 200]
        await office.hear()
        assert await carriers(office, plan) == [("PLANNED", holder), ("PLANNED", None)]
        await office.act("delegation", holder, "return-to-draft", {"reason": "thiếu bản dịch"}, LEAD)
        await office.hear()


async def test_of_two_visits_on_one_item_the_second_is_not_approved(office: Office) -> None:
    plan = await a_plan(office, direction="IN")
    days = {"arrives_on": ahead(10), "leaves_on": ahead(12)}
    visits = []
    for _ in range(2):
        body = {"locality": HUNG_YEN, "title": "Đoàn khách", "country": "KR", "plan": at(plan), **days}
        visits.append(await office.create("visit", body))
        await office.act("visit", visits[-1]["id"], "partner-check", {}, LEAD)
        await office.act("visit", visits[-1]["id"], "programme", {"items": [{"number": 1, "title": "Gặp"}]})
    one, other = visits
    await office.act("visit", one["id"], "approval", RULING, CHAIR)
    assert await office.refused("visit", other["id"], "approval", RULING, CHAIR) == "item-carried"
    await office.act("visit", one["id"], "amendments", {"plan": at(plan, 1)})
    assert (await office.act("visit", other["id"], "approval", RULING, CHAIR))["status"] == "APPROVED"


async def test_a_draft_that_is_given_up_moves_no_item(office: Office) -> None:
    theirs = await a_plan(office, CAO_BANG, NEIGHBOUR, NEIGHBOURS_CHAIR)
    draft = await office.create("delegation", planned(office, theirs))
    await office.act("delegation", draft["id"], "cancellation", {"reason": "nhầm kế hoạch"})
    await office.hear()
    items = (await office.present("annual_plan", theirs["id"], NEIGHBOUR))["items"]
    assert [(each["status"], each["carried_by"]) for each in items] == [("PLANNED", None)] * 2
