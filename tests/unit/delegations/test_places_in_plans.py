"""The place in the annual plan: guarded whenever it changes, held by one, then free again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from caytre.contracts.delegations import Member, OutOfPlan, PlanItem, PlanPlace
from caytre.contracts.lineage import Ref
from caytre.core.ids import new_id
from caytre.delegations.model import AnnualPlan, Visit
from caytre.delegations.model.life import NotThere
from caytre.delegations.model.plan import PlanNotInForce, ensure_free
from caytre.delegations.model.plan_items import ItemCarried, ItemNotOpen
from caytre.delegations.model.planned import carrier_ref
from caytre.delegations.model.preparing import OutOfPlanUnjustified, PapersMissing
from tests.builders.delegations import (
    AT,
    CAO_BANG,
    a_draft,
    a_plan,
    a_visit,
    approved,
    item,
    paper,
    place_of,
    referred,
    scanned,
    submitted,
)


def carried(plan: AnnualPlan) -> Ref:
    """The first item is carried out by a delegation."""
    trip = Ref(service="delegations", kind="delegation", id=new_id(), label="Đoàn đã nộp")
    plan.follow(trip, plan.items[0].id, "PLANNED", takes=True, reason=None)
    return trip


def test_an_approved_delegation_that_changes_its_place_in_the_plan_is_decided_again() -> None:
    plan = a_plan(item(), item())
    trip = approved(a_draft(plan=place_of(plan)), plan=plan)
    other = PlanPlace(plan_id=plan.id, item_id=plan.items[1].id)
    trip.amend({"plan": other}, plan=plan, at=AT)
    assert (trip.status, trip.step, trip.revision) == ("AMENDING", "AUTHORITY", 2)
    outside = approved(a_draft(plan=place_of(plan)), plan=plan)
    why = OutOfPlan(reason="theo chỉ đạo", directed_by="Thường trực Tỉnh ủy", document=paper())
    outside.amend({"out_of_plan": why}, at=AT)
    assert (outside.status, outside.plan) == ("AMENDING", None)


def test_an_amendment_names_an_open_item_of_an_approved_plan_of_its_own_locality() -> None:
    theirs, draft, incoming = a_plan(locality=CAO_BANG), a_plan(approved=False), a_plan(direction="IN")
    done, held = a_plan(), a_plan()
    done.move_item(done.items[0].id, "REALISED")
    carried(held)
    for plan, refusal in (
        (theirs, NotThere),
        (incoming, NotThere),
        (draft, PlanNotInForce),
        (done, ItemNotOpen),
        (held, ItemCarried),
    ):
        for trip in (submitted(a_draft()), approved(a_draft())):
            with pytest.raises(refusal):
                trip.amend({"plan": place_of(plan)}, plan=plan, at=AT)
    with pytest.raises(NotThere):
        approved(a_draft()).amend({"plan": place_of(done)}, plan=None, at=AT)


def test_an_amendment_does_not_take_a_delegation_out_of_the_plan_without_saying_why() -> None:
    plan = a_plan()
    trip = approved(a_draft(plan=place_of(plan)), plan=plan)
    with pytest.raises(OutOfPlanUnjustified):
        trip.amend({"plan": None}, at=AT)


def test_an_item_that_another_carries_out_is_refused_by_the_name_of_that_one() -> None:
    plan = a_plan()
    trip = carried(plan)
    with pytest.raises(ItemCarried, match=f"Đoàn đã nộp .delegation {trip.id}."):
        submitted(a_draft(plan=place_of(plan)), plan)
    event = Ref(service="events", kind="event", id=new_id())
    with pytest.raises(ItemCarried, match=str(trip.id)):
        plan.decide_item(plan.items[0].id, "PLANNED", reason="gắn với hội nghị", carried_by=event)


def shown(plan: AnnualPlan) -> list[tuple[str, UUID | None]]:
    return [(each.status, each.carried_by.id if each.carried_by else None) for each in plan.items]


def test_what_holds_another_item_or_none_leaves_its_item_free() -> None:
    plan = a_plan(item(), item())
    trip = carried(plan)
    moved = plan.follow(trip, plan.items[1].id, "PLANNED", takes=True, reason=None)
    assert [(each.item, each.carried_by) for each in moved] == [(plan.items[0].id, None), (plan.items[1].id, trip)]
    assert shown(plan) == [("PLANNED", None), ("PLANNED", trip.id)]
    assert plan.follow(trip, plan.items[1].id, "PLANNED", takes=True, reason=None) == ()
    plan.follow(trip, plan.items[1].id, None, takes=False, reason=None)
    assert shown(plan) == [("PLANNED", None), ("PLANNED", None)]


def test_what_never_held_an_item_does_not_move_it() -> None:
    plan = a_plan()
    stranger = Ref(service="delegations", kind="delegation", id=new_id())
    assert plan.follow(stranger, plan.items[0].id, "DROPPED", takes=False, reason="x") == ()
    trip = carried(plan)
    assert plan.follow(stranger, plan.items[0].id, "DROPPED", takes=False, reason="x") == ()
    assert shown(plan) == [("PLANNED", trip.id)]


def test_what_is_realised_stays_with_who_realised_it() -> None:
    plan = a_plan()
    trip = carried(plan)
    plan.follow(trip, plan.items[0].id, "REALISED", takes=False, reason=None)
    assert plan.follow(trip, None, "PLANNED", takes=True, reason=None) == ()
    assert shown(plan) == [("REALISED", trip.id)]


def test_a_managed_cadre_who_joins_by_amendment_needs_the_notice_before_the_approval() -> None:
    managed = (Member(number=1, role="head", managed=True), Member(number=2))
    for trip in (referred(a_draft()), approved(a_draft())):
        trip.amend({"members": managed}, at=AT)
        trip.note_scan(found=0, blocking=0, coordinate=0, at=AT)
        decision: dict[str, Any] = {"authority": "PC_CHAIR", "document": paper(), "findings": (), "partners": {}}
        with pytest.raises(PapersMissing, match="ORGANISATION_NOTICE"):
            trip.approve(**decision, at=AT)
        trip.receive_paper(item="ORGANISATION_NOTICE", document=paper(), at=AT)
        assert trip.approve(**decision, at=AT).revision == 2


def test_policy_is_evaluated_again_when_an_amendment_changes_what_it_looks_at() -> None:
    leaders = (Member(number=1, role="head", post="party_secretary"), Member(number=2, post="pc_chair"))
    trip = approved(a_draft())
    assert "TWO_LEADERS_AWAY" not in {found.code for found in trip.policy_findings}
    trip.amend({"members": leaders}, at=AT)
    assert "TWO_LEADERS_AWAY" in {found.code for found in trip.policy_findings}
    unread = scanned(a_draft())
    unread.amend({"members": leaders}, at=AT)
    assert unread.policy_findings == (), "the review evaluates it first"


def approve(visit: Visit, plan: AnnualPlan | None = None) -> None:
    visit.approve(authority="PC_CHAIR", document=paper(), partner=None, plan=plan, at=AT)


def test_a_visit_is_in_an_approved_plan_of_its_locality_for_those_who_arrive() -> None:
    outgoing, theirs, draft = (
        a_plan(),
        a_plan(direction="IN", locality=CAO_BANG),
        a_plan(direction="IN", approved=False),
    )
    for plan, refusal in ((outgoing, NotThere), (theirs, NotThere), (draft, PlanNotInForce)):
        with pytest.raises(refusal):
            a_visit().amend({"plan": place_of(plan)}, plan=plan)
        with pytest.raises(refusal):
            approve(a_visit(plan=plan), plan)


def test_another_place_in_the_plan_ends_the_approval_of_a_visit() -> None:
    items: list[PlanItem] = [item(), item()]
    plan = a_plan(*items, direction="IN")
    visit = a_visit(plan=plan)
    approve(visit, plan)
    visit.amend({"plan": PlanPlace(plan_id=plan.id, item_id=items[1].id)}, plan=plan)
    assert (visit.status, visit.ruling) == ("PROGRAMME_DRAFT", None)


def test_what_took_an_item_holds_it_until_it_is_given_back_refused_or_moves_on() -> None:
    plan = a_plan(item(), item())
    place, other = place_of(plan), PlanPlace(plan_id=plan.id, item_id=plan.items[1].id)
    trip = submitted(a_draft(plan=place), plan)
    with pytest.raises(ItemCarried, match=f"{trip.title} .delegation {trip.id}."):
        ensure_free(place, plan, trip)
    ensure_free(other, plan, trip)
    trip.send_back(reason="thiếu bản dịch", document=None, at=AT)
    ensure_free(place, plan, trip)


def test_a_plan_names_what_is_restricted_by_its_id_alone() -> None:
    assert carrier_ref(a_draft(title="Đoàn kín", sensitivity="restricted")).label is None
    assert carrier_ref(a_draft(title="Đoàn đi")).label == "Đoàn đi"
