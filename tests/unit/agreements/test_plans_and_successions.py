"""Plans and successions: named refusals, progress by weight, clocks, and any sequence of acts."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from caytre.agreements.model import Plan, Succession
from caytre.agreements.model.milestones import EvidenceOfMilestoneMissing, MilestoneSettled
from caytre.agreements.model.plan import LeadAgencyAbolished, MilestonesLeft, NothingToPlanFor, PlanIncomplete
from caytre.agreements.model.succession import NotASuccessor, ReplacementMissing, SuccessionInAnotherState
from caytre.contracts.agreements import MESSAGES, read_state
from caytre.contracts.agreements.plan import Agency, Milestone
from caytre.contracts.message import Message
from caytre.core.ids import new_id
from caytre.core.refusals import Invalid, Refusal
from tests.builders.agreements import (
    AT,
    CAO_BANG,
    HUNG_YEN,
    OLD_THAI_BINH,
    TODAY,
    Life,
    a_document,
    a_register_entry,
    days,
)

DUE = TODAY + timedelta(days=60)


def a_plan(**changes: Any) -> Plan:
    particulars: dict[str, Any] = {
        "title": "Kế hoạch thực hiện",
        "key_issues": ("học bổng",),
        "lead_agency": Agency(name="Sở Ngoại vụ", locality=HUNG_YEN),
        "milestones": (
            Milestone(id="", title="Trao đổi sinh viên", owner="Sở Y tế", due_on=DUE),
            Milestone(id="", title="Hội thảo", owner="Sở Ngoại vụ", due_on=DUE, weight=3),
        ),
    }
    plan, _ = Plan.draft(id=new_id(), agreement=Life().signed(), ordinal=1, at=AT, **particulars | changes)
    return plan


def an_active_plan() -> Plan:
    plan = a_plan()
    plan.approve(document=a_document(), at=AT)
    plan.activate(AT)
    return plan


def a_case() -> Succession:
    agreement, _ = a_register_entry()
    case, _ = Succession.open(agreement, OLD_THAI_BINH, AT)
    return case


def test_nothing_is_planned_for_an_agreement_that_is_not_signed() -> None:
    with pytest.raises(NothingToPlanFor):
        Plan.draft(id=new_id(), agreement=Life().agreement, ordinal=1, title="x", at=AT)


@pytest.mark.parametrize(
    "lacking",
    [
        {"key_issues": ()},
        {"lead_agency": None},
        {"milestones": ()},
        {"milestones": (Milestone(id="", title="x", owner="y"),)},
        {"milestones": (Milestone(id="", title="x", due_on=DUE),)},
    ],
)
def test_a_plan_is_approved_when_it_says_who_does_what_by_when(lacking: dict[str, Any]) -> None:
    with pytest.raises(PlanIncomplete):
        a_plan(**lacking).approve(document=a_document(), at=AT)


def test_an_agency_of_a_unit_that_has_ended_leads_no_plan() -> None:
    with pytest.raises(LeadAgencyAbolished):
        a_plan(lead_agency=Agency(name="Sở cũ", locality=OLD_THAI_BINH)).approve(document=a_document(), at=AT)


def test_approval_settles_the_agreements_clock_and_starts_one_per_milestone() -> None:
    plan = a_plan()
    said = plan.approve(document=a_document(), at=AT)
    assert [(each.owner, each.code) for each in said.settles] == [(f"agreement/{plan.agreement_id}", "AGR_PLAN")]
    clocks = [(each.code, each.discriminator, each.anchor, each.round) for each in said.deadlines]
    assert clocks == [("AGR_MILESTONE", "M1", DUE, 1), ("AGR_MILESTONE", "M2", DUE, 1)]


def test_progress_is_weighted_and_what_is_dropped_counts_no_more() -> None:
    plan = an_active_plan()
    said = plan.finish("M2", done_on=TODAY, evidence=(a_document(),), note=None, at=AT)
    assert (said.progress, said.settles[0].discriminator) == (75, "M2")
    with pytest.raises(MilestonesLeft):
        plan.complete(AT)
    assert plan.drop("M1", reason="x", at=AT).progress == 100
    assert plan.complete(AT).completed_on == TODAY


def test_a_milestone_is_done_once_on_evidence_between_approval_and_today() -> None:
    plan = an_active_plan()
    with pytest.raises(EvidenceOfMilestoneMissing):
        plan.finish("M1", done_on=TODAY, evidence=(), note=None, at=AT)
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(Invalid):
            plan.finish("M1", done_on=day, evidence=(a_document(),), note=None, at=AT)
    plan.finish("M1", done_on=TODAY, evidence=(a_document(),), note=None, at=AT)
    with pytest.raises(MilestoneSettled):
        plan.start("M1", AT)


def test_a_late_milestone_is_late_once_and_another_day_begins_another_round() -> None:
    plan = an_active_plan()
    assert plan.ran_late("M1", 1, days(61)) is not None
    assert plan.ran_late("M1", 1, days(62)) is None
    said = plan.reschedule("M1", due_on=DUE + timedelta(days=30), reason="x", at=days(62))
    assert (said.settles[0].round, said.deadlines[0].round, plan.milestones[0].status) == (1, 2, "PLANNED")
    assert plan.ran_late("M1", 1, days(63)) is None, "of the day it had before"


def test_a_case_names_the_heir_and_its_clock_is_history_when_it_was_over_before() -> None:
    agreement, _ = a_register_entry()
    case, said = Succession.open(agreement, OLD_THAI_BINH, AT)
    assert (case.successor, case.effective, case.provenance.origin) == (HUNG_YEN, date(2025, 7, 1), "law")
    assert [(each.code, each.n, each.historical) for each in said.deadlines] == [("AGR_SUCCESSION", 90, True)]
    assert Succession.open(agreement, OLD_THAI_BINH, days(3))[0].id == case.id


def test_a_case_goes_from_the_successor_over_the_partner_to_the_decision() -> None:
    case = a_case()
    with pytest.raises(SuccessionInAnotherState):
        case.notify(on=TODAY, document=a_document(), at=AT)
    with pytest.raises(NotASuccessor):
        case.assign(successor=CAO_BANG, agency="Sở Ngoại vụ", document=None, at=AT)
    case.assign(successor=None, agency="Sở Ngoại vụ", document=None, at=AT)
    case.notify(on=TODAY, document=a_document(), at=AT)
    for resolution, other in (("replaced", None), ("continued", new_id()), ("replaced", case.agreement_id)):
        with pytest.raises(ReplacementMissing):
            case.resolve(resolution=resolution, decision=a_document(), reason=None, replaced_by=other, at=AT)
    said = case.resolve(resolution="continued", decision=a_document(), reason=None, replaced_by=None, at=AT)
    assert [each.code for each in said.settles] == ["AGR_SUCCESSION"]
    assert case.close(AT).closed_on == TODAY


class Lives(RuleBasedStateMachine):
    """A record whose status moves only as the table allows, and that its two texts hold whole."""

    ALLOWED: ClassVar[set[tuple[str, str]]] = set()
    record: Any

    def act(self, move: Callable[[Any], Message | None]) -> None:
        trial = deepcopy(self.record)
        before, text = trial.status, trial.open_text()
        said, refused = None, None
        try:
            said = move(trial)
        except Refusal as refusal:
            refused = refusal
        if refused is not None:
            assert type(refused) is not Refusal
            assert "{" not in refused.sentence("vi") + refused.sentence("en")
            return
        assert before == trial.status or (before, trial.status) in self.ALLOWED
        assert said is None or (MESSAGES[said.TYPE] is type(said) and said.TYPE.split(".")[1] == trial.KIND)
        assert said is not None or trial.open_text() == text, "a change is said"
        self.record = trial

    @invariant()
    def the_state_after_each_message_is_the_record(self) -> None:
        text = json.loads(self.record.open_text())
        assert type(self.record).from_parts(text) == self.record
        assert read_state(f"caytre.{self.record.KIND}.x.v1", text).id == self.record.id


milestones = st.sampled_from(("M1", "M2", "M3"))
moments = st.integers(0, 100).map(days)


class PlanLives(Lives):
    ALLOWED: ClassVar[set[tuple[str, str]]] = {
        ("DRAFT", "APPROVED"),
        ("APPROVED", "ACTIVE"),
        ("ACTIVE", "COMPLETED"),
        *((status, "ABANDONED") for status in ("DRAFT", "APPROVED", "ACTIVE")),
    }

    def __init__(self) -> None:
        super().__init__()
        self.record = a_plan()

    @rule(title=st.sampled_from(("A", "B")))
    def amend(self, title: str) -> None:
        self.act(lambda plan: plan.amend({"title": title}))

    @rule()
    def approve(self) -> None:
        self.act(lambda plan: plan.approve(document=a_document(), at=AT))

    @rule(at=moments)
    def activate(self, at: Any) -> None:
        self.act(lambda plan: plan.activate(at))

    @rule(id=milestones, at=moments)
    def start(self, id: str, at: Any) -> None:
        self.act(lambda plan: plan.start(id, at))

    @rule(id=milestones, at=moments, papers=st.booleans())
    def finish(self, id: str, at: Any, papers: bool) -> None:
        evidence = (a_document(),) if papers else ()
        self.act(lambda plan: plan.finish(id, done_on=TODAY, evidence=evidence, note=None, at=at))

    @rule(id=milestones, round=st.integers(1, 2), at=moments)
    def run_late(self, id: str, round: int, at: Any) -> None:
        self.act(lambda plan: plan.ran_late(id, round, at))

    @rule(id=milestones, at=moments, days_later=st.integers(-5, 200))
    def reschedule(self, id: str, at: Any, days_later: int) -> None:
        due = TODAY + timedelta(days=days_later)
        self.act(lambda plan: plan.reschedule(id, due_on=due, reason="x", at=at))

    @rule(id=milestones)
    def drop(self, id: str) -> None:
        self.act(lambda plan: plan.drop(id, reason="x", at=AT))

    @rule()
    def complete(self) -> None:
        self.act(lambda plan: plan.complete(days(100)))

    @rule(often=st.integers(0, 3))
    def abandon(self, often: int) -> None:
        if often == 3:
            self.act(lambda plan: plan.abandon(reason="x", at=AT))

    @rule(level=st.sampled_from(("public", "internal")))
    def follow_sensitivity(self, level: str) -> None:
        self.act(lambda plan: plan.follow_sensitivity(level))

    @invariant()
    def progress_is_a_percentage(self) -> None:
        assert 0 <= self.record.progress <= 100
        assert self.record.status != "COMPLETED" or self.record.open_due() == ()


class SuccessionLives(Lives):
    ALLOWED: ClassVar[set[tuple[str, str]]] = {
        ("IDENTIFIED", "ASSIGNED"),
        ("ASSIGNED", "NOTIFIED"),
        ("NOTIFIED", "RESOLVED"),
        ("RESOLVED", "CLOSED"),
    }

    def __init__(self) -> None:
        super().__init__()
        self.record = a_case()

    @rule(successor=st.sampled_from((None, HUNG_YEN, CAO_BANG, "Atlantis")))
    def assign(self, successor: str | None) -> None:
        self.act(lambda case: case.assign(successor=successor, agency="Sở Ngoại vụ", document=None, at=AT))

    @rule(on=st.sampled_from((TODAY, TODAY + timedelta(days=9), date(2025, 1, 1))))
    def notify(self, on: date) -> None:
        self.act(lambda case: case.notify(on=on, document=a_document(), at=AT))

    @rule(
        resolution=st.sampled_from(("continued", "replaced", "terminated")),
        other=st.sampled_from((None, None, new_id())),
    )
    def resolve(self, resolution: str, other: Any) -> None:
        self.act(
            lambda case: case.resolve(
                resolution=resolution, decision=a_document(), reason=None, replaced_by=other, at=AT
            )
        )

    @rule()
    def close(self) -> None:
        self.act(lambda case: case.close(AT))

    @rule()
    def run_over(self) -> None:
        self.act(lambda case: case.ran_over(AT))


TestPlanLives = PlanLives.TestCase
TestPlanLives.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestSuccessionLives = SuccessionLives.TestCase
TestSuccessionLives.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
