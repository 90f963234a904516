"""Drafts and adjustments of annual plans that nobody will carry on: given up, and what stands then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caytre.contracts.delegations import (
    AnnualPlanAdjustmentWithdrawn,
    AnnualPlanWithdrawn,
    Money,
    PlanItem,
    PlanPlace,
)
from caytre.contracts.lineage import Ref
from caytre.contracts.message import Provenance
from caytre.core.ids import new_id
from caytre.delegations.model import AnnualPlan
from caytre.delegations.model.life import NotAtThisStage
from caytre.delegations.model.plan_entries import compare_items, take_rows
from caytre.delegations.model.plan_items import AdjustmentUnrecorded, ItemNotApprovedYet
from caytre.delegations.model.registers import HandledHere
from tests.builders.delegations import AT, HUNG_YEN, SOURCED, TODAY, a_draft, a_plan, item, later, paper, submitted

WHY = "lập trùng"


FROM_A_FILE = Provenance(origin="imported", file="ke-hoach.xlsx")


def recorded(status: str, *rows: PlanItem, provenance: Provenance = FROM_A_FILE) -> AnnualPlan:
    """A plan that was not drafted here."""
    plan, _ = AnnualPlan.record(
        id=new_id(),
        locality=HUNG_YEN,
        year=TODAY.year,
        direction="OUT",
        status=status,
        items=rows,
        provenance=provenance,
        at=AT,
    )
    return plan


def adjusted(plan: AnnualPlan) -> AnnualPlan:
    """An adjustment that changes the first item, takes the second out and adds a third."""
    first, second = plan.items
    plan.open_adjustment("đối tác đổi lịch", AT)
    plan.revise(put=[first.model_copy(update={"size": 40}), item(purpose="thêm")], remove=[second.id])
    return plan


def test_a_draft_is_withdrawn_before_it_is_handed_in_and_its_clock_ends() -> None:
    plan = a_plan(approved=False)
    said = plan.withdraw(WHY, later(3))
    assert isinstance(said, AnnualPlanWithdrawn)
    assert [(each.code, each.round) for each in said.settles] == [("PLAN_SUBMIT", 1)]
    assert (plan.status, plan.withdrawn_for, plan.withdrawn_at) == ("WITHDRAWN", WHY, later(3))
    with pytest.raises(NotAtThisStage):
        plan.submit(AT)
    with pytest.raises(NotAtThisStage):
        plan.withdraw(WHY, AT)


def test_a_draft_that_was_given_back_is_withdrawn_without_settling_its_day_again() -> None:
    plan = a_plan(approved=False)
    plan.submit(AT)
    with pytest.raises(NotAtThisStage, match="SUBMITTED"):
        plan.withdraw(WHY, AT)
    plan.send_back("thiếu kinh phí")
    assert plan.withdraw(WHY, AT).settles == ()


def test_a_plan_in_force_is_not_withdrawn_but_its_adjustment_is() -> None:
    plan = a_plan(item(), item())
    with pytest.raises(NotAtThisStage, match="APPROVED"):
        plan.withdraw(WHY, AT)
    before = plan.items
    said = adjusted(plan).withdraw(WHY, AT)
    assert isinstance(said, AnnualPlanAdjustmentWithdrawn)
    assert said.settles == (), "the wait for a round ended when this one began"
    assert (plan.status, plan.items, plan.adjustment, plan.adjusting_for) == ("APPROVED", before, None, None)
    assert len(plan.adoptions) == 1
    plan.open_adjustment("lần nữa", AT)
    assert plan.status == "ADJUSTING"


def test_what_became_of_an_item_during_a_withdrawn_adjustment_stays() -> None:
    plan = adjusted(a_plan(item(), item()))
    first, second, third = plan.items
    carrier = Ref(service="delegations", kind="delegation", id=new_id())
    plan.move_item(first.id, "REALISED", carried_by=carrier)
    assert plan.move_item(second.id, "REALISED") is None, "the adjustment has dropped it"
    plan.withdraw(WHY, AT)
    assert [(each.id, each.status, each.size) for each in plan.items] == [
        (first.id, "REALISED", None),
        (second.id, "PLANNED", None),
    ]
    assert plan.items[0].carried_by == carrier
    assert third.id not in {each.id for each in plan.items}


def test_an_item_that_was_changed_and_then_dropped_is_as_it_was_approved_where_it_then_stood() -> None:
    plan = a_plan(item(), item())
    first = plan.items[0]
    plan.open_adjustment("x", AT)
    plan.revise(put=[first.model_copy(update={"budget": Money(amount=1)})])
    plan.decide_item(first.id, "POSTPONED", reason="đối tác bận")
    plan.revise(remove=[first.id])
    plan.withdraw(WHY, AT)
    back = plan.items[0]
    assert (back.status, back.reason, back.budget) == ("POSTPONED", "đối tác bận", first.budget)


def test_an_adjustment_that_began_without_a_record_of_its_changes_is_not_withdrawn() -> None:
    plan = a_plan(item(), item())
    plan.open_adjustment("đối tác đổi lịch", AT)
    plan.adjustment = None  # as it was stored before changes were recorded
    plan.revise(put=[item(purpose="thêm")])
    with pytest.raises(AdjustmentUnrecorded) as refused:
        plan.withdraw(WHY, AT)
    assert refused.value.sentence("vi") != refused.value.sentence("en")
    assert plan.adjustment is None, "a part of it could not be taken back"
    plan.approve(authority="PARTY_STANDING_BOARD", document=paper(), at=AT)
    plan.open_adjustment("lần nữa", AT)
    plan.withdraw(WHY, AT)
    assert [each.purpose for each in plan.items][-1] == "thêm"


def test_an_adjustment_that_has_changed_nothing_is_withdrawn_too() -> None:
    plan = a_plan(item())
    before = plan.items
    plan.open_adjustment("đối tác đổi lịch", AT)
    plan.withdraw(WHY, AT)
    assert (plan.status, plan.items, plan.adjustment) == ("APPROVED", before, None)


def test_an_event_that_is_held_realises_an_item_that_a_withdrawn_adjustment_had_dropped() -> None:
    plan = a_plan(item(), item())
    event = Ref(service="events", kind="event", id=new_id())
    plan.decide_item(plan.items[1].id, "PLANNED", reason="gắn với hội nghị", carried_by=event)
    second = adjusted(plan).items[1]
    said = plan.realise_by(event.id)
    assert said is not None
    assert (said.item, said.status, said.carried_by) == (second.id, "REALISED", event)
    assert plan.realise_by(event.id) is None
    assert plan.items[1].status == "DROPPED", "until the adjustment is withdrawn"
    plan.withdraw(WHY, AT)
    assert (plan.items[1].id, plan.items[1].status, plan.items[1].carried_by) == (second.id, "REALISED", event)


def test_a_plan_from_a_file_has_its_items_again_too() -> None:
    rows = (item(), item())
    plan = recorded("APPROVED", *rows, provenance=SOURCED)
    adjusted(plan).withdraw(WHY, AT)
    assert {each.id: each for each in plan.items} == {each.id: each for each in rows}


def test_nothing_carries_an_item_that_an_adjustment_adds_before_it_is_approved() -> None:
    plan = adjusted(a_plan(item(), item()))
    added = PlanPlace(plan_id=plan.id, item_id=plan.items[2].id)
    with pytest.raises(ItemNotApprovedYet, match="thêm"):
        submitted(a_draft(plan=added), plan)
    event = Ref(service="events", kind="event", id=new_id())
    with pytest.raises(ItemNotApprovedYet, match="thêm"):
        plan.decide_item(added.item_id, "PLANNED", reason="x", carried_by=event)
    plan.approve(authority="PARTY_STANDING_BOARD", document=paper(), at=AT)
    assert submitted(a_draft(plan=added), plan).status == "SUBMITTED"
    assert plan.decide_item(plan.items[0].id, "PLANNED", reason="x", carried_by=event).carried_by == event


def test_a_file_does_not_bring_a_withdrawn_draft_back() -> None:
    here, there = recorded("DRAFT", item()), recorded("DRAFT", item(), item())
    here.withdraw(WHY, AT + timedelta(days=1))
    compared = compare_items(here, there.items, open=())
    with pytest.raises(HandledHere):
        take_rows(here, compared, there, (), update=False)


def test_a_file_does_not_change_a_plan_while_it_is_adjusted_here() -> None:
    row = item()
    here, there = (recorded("APPROVED", *rows) for rows in ((row,), (row.model_copy(update={"size": 7}), item())))
    compared = compare_items(here, there.items, open=())
    here.open_adjustment("đối tác đổi lịch", AT)
    for update in (True, False):
        with pytest.raises(HandledHere):
            take_rows(here, compared, there, (), update=update)
    here.withdraw(WHY, AT)
    assert here.items == (row,)
    assert take_rows(here, compared, there, (), update=True) is not None
    assert [each.size for each in here.items] == [7, None]
