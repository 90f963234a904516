"""The annual plan: drawn up, submitted, advised on, approved (one per locality, year, direction), adjusted, closed.

A draft or an adjustment that nobody will carry on is withdrawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from caytre.contracts.agreements.agreement import ProcedureRef
from caytre.contracts.delegations import (
    Adjustment,
    Adoption,
    Advice,
    AnnualPlanAdjusted,
    AnnualPlanAdjustmentEnded,
    AnnualPlanAdjustmentOpened,
    AnnualPlanAdjustmentWithdrawn,
    AnnualPlanApproved,
    AnnualPlanClosed,
    AnnualPlanConsulted,
    AnnualPlanDrafted,
    AnnualPlanRecorded,
    AnnualPlanRevised,
    AnnualPlanSentBack,
    AnnualPlanSubmitted,
    AnnualPlanWithdrawn,
    DelegationsDeadline,
    PlanItem,
    PlanPlace,
)
from caytre.contracts.message import Document, ExternalRef, Message, Provenance, Settlement
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.places import established, historical, responsible
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.delegations.model.life import (
    Living,
    NothingToChange,
    NotThere,
    ensure_source,
    met,
    procedure_on,
    yearly,
)
from caytre.delegations.model.plan_items import Itemised, carried
from caytre.delegations.model.planned import Carrier, carrier_ref
from caytre.reference import procedures
from caytre.reference.procedures import Procedure

PROCEDURE = "ANNUAL_PLAN"


class PlanYearTaken(Refusal):
    en = "There is an approved plan of this locality for this year and direction already: adjust that one."
    vi = "Địa phương đã có kế hoạch được duyệt cho năm và chiều đoàn này: hãy điều chỉnh kế hoạch đó."


class AdjustmentTooLate(Refusal):
    en = "A plan for {year} can be adjusted until {last}."
    vi = "Kế hoạch năm {year} chỉ được điều chỉnh đến {last}."


class YearNotOver(Refusal):
    en = "The year {year} is not over, and items are still open: {open}."
    vi = "Năm {year} chưa kết thúc và còn {open} mục chưa xong."


class PlanNotInForce(Refusal):
    en = "The item is in the {year} plan of {locality}, which is {status}; only an approved plan carries delegations."
    vi = "Mục này thuộc kế hoạch {year} của {locality} đang ở trạng thái {status}; chỉ dùng kế hoạch đã được duyệt."


class AnnualPlan(Itemised):
    """The plan of a locality for a calendar year, one for outgoing and one for incoming delegations."""

    KIND: ClassVar[str] = "annual_plan"

    @property
    def countries(self) -> tuple[str, ...]:
        """None: a mission does not read a province's plans."""
        return ()

    @classmethod
    def draft(
        cls, *, id: UUID, locality: str, year: int, direction: str, at: datetime, **particulars: Any
    ) -> tuple[Self, AnnualPlanDrafted]:
        """Begin a plan. Raises LocalityNotKnown, LocalityNotInBeing, Invalid, StateSecretNotAdmitted."""
        today = day_of(at)
        place = established(locality, today)
        if not today.year <= year <= today.year + 2:
            raise Invalid(
                pointer="/year",
                reason=Words(
                    "kế hoạch được lập cho năm nay hoặc hai năm tới", "a plan is for this year or the two after it"
                ),
            )
        procedure = procedure_on(PROCEDURE, at)
        plan = cls(
            id=id,
            status="DRAFT",
            locality=place.id,
            localities=(place.id,),
            year=year,
            direction=direction,
            procedure=ProcedureRef(code=procedure.code, version=procedure.version),
            **particulars,
        )
        plan.ensure_items()
        admit(plan)
        submission = yearly(procedure, DelegationsDeadline.PLAN_SUBMIT, year=year, answerable=place.id)
        return plan, AnnualPlanDrafted(**plan._said(), deadlines=(submission,))

    @classmethod
    def record(
        cls,
        *,
        id: UUID,
        locality: str,
        year: int,
        direction: str,
        status: str,
        provenance: Provenance,
        external_refs: tuple[ExternalRef, ...] = (),
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, AnnualPlanRecorded]:
        """Take a plan over as a file shows it, with the locality of that year. Raises as `draft`, and NoSourceGiven."""
        unit = historical(locality, date(year, 1, 1))
        now = responsible(unit, day_of(at))
        plan = cls(
            id=id,
            status=status,
            locality=unit.id,
            localities=tuple(dict.fromkeys((unit.id, now.id))),
            year=year,
            direction=direction,
            provenance=provenance,
            external_refs=external_refs,
            **particulars,
        )
        plan.ensure_items()
        ensure_source(provenance)
        admit(plan)
        return plan, plan.recorded()

    def recorded(self) -> AnnualPlanRecorded:
        """What is said of a plan as a file shows it."""
        return AnnualPlanRecorded(**self._said(), status=self.status, origin=self.provenance.origin)

    def revise(self, *, put: Sequence[PlanItem] = (), remove: Sequence[UUID] = ()) -> AnnualPlanRevised:
        """Add, change or take out items. In an adjustment, items once approved are dropped and not taken out.

        Raises NotAtThisStage, NothingToChange, NotThere, ItemNotOpen, Invalid, StateSecretNotAdmitted.
        """
        self.ensure("DRAFT", "ADJUSTING")
        admit(list(put))
        there = {item.id: item for item in self.items}
        for id in remove:
            if id not in there:
                raise NotThere(pointer="/remove", what=Words("mục", "item"), number=id)
        adoption = len(self.adoptions) + 1
        fresh = [item.model_copy(update={"in_adoption": adoption}) for item in put if item.id not in there]
        changed = {item.id: self.changed(there[item.id], item) for item in put if item.id in there}
        changed = {id: item for id, item in changed.items() if item != there[id]}
        if not (fresh or changed or remove):
            raise NothingToChange
        kept: list[PlanItem] = []
        out: list[PlanItem] = []
        for item in self.items:
            if item.id not in remove:
                kept.append(changed.get(item.id, item))
                continue
            out.append(item)
            if item.in_adoption < adoption:
                self.ensure_open(item)
                kept.append(item.model_copy(update={"status": "DROPPED", "reason": self.adjusting_for}))
        before, self.items = self.items, (*kept, *fresh)
        try:
            self.ensure_items()
        except Invalid:
            self.items = before
            raise
        if self.status == "ADJUSTING":
            self.remember(added=fresh, changed=[there[id] for id in changed], dropped=out)
        return AnnualPlanRevised(added=len(fresh), changed=len(changed), removed=len(remove))

    def submit(self, at: datetime) -> AnnualPlanSubmitted:
        """Hand it in. Raises NotAtThisStage, PlanEmpty, ItemIncomplete, BudgetOverCeiling."""
        self.ensure("DRAFT")
        self.ensure_complete()
        # What was given back to be completed had been handed in; that day is settled.
        settles = () if self.submitted_at else (met(DelegationsDeadline.PLAN_SUBMIT),)
        self.status, self.submitted_at = "SUBMITTED", at
        return AnnualPlanSubmitted(**self._said(), settles=settles)

    def withdraw(self, reason: str, at: datetime) -> AnnualPlanWithdrawn | AnnualPlanAdjustmentWithdrawn:
        """Give up the draft, or the adjustment: then the plan stands as it was approved.

        Raises NotAtThisStage, AdjustmentUnrecorded, StateSecretNotAdmitted.
        """
        self.ensure("DRAFT", "ADJUSTING")
        admit(reason)
        if self.status == "ADJUSTING":
            self.take_back()
            self.status, self.adjusting_for = "APPROVED", None
            return AnnualPlanAdjustmentWithdrawn(reason=reason)
        settles = () if self.submitted_at else (met(DelegationsDeadline.PLAN_SUBMIT),)
        self.status, self.withdrawn_at, self.withdrawn_for = "WITHDRAWN", at, reason
        return AnnualPlanWithdrawn(reason=reason, settles=settles)

    def send_back(self, reason: str) -> AnnualPlanSentBack:
        """Give it back to be completed. Raises NotAtThisStage, StateSecretNotAdmitted."""
        self.ensure("SUBMITTED", "CONSULTED")
        admit(reason)
        self.status, self.advice = "DRAFT", ()
        return AnnualPlanSentBack(reason=reason)

    def take_advice(
        self, *, agency: str, answer: str, text: str | None, document: Document | None, at: datetime
    ) -> AnnualPlanConsulted:
        """Keep what a consulted body says. Raises NotAtThisStage, DocumentFromTheFuture, StateSecretNotAdmitted."""
        self.ensure("SUBMITTED", "CONSULTED")
        admit(text, document)
        if document:
            issued(document, day_of(at))
        given = Advice(agency=agency, answer=answer, text=text, given_at=at, document=document)
        self.advice = (*(a for a in self.advice if a.agency != agency), given)
        self.status = "CONSULTED"
        return AnnualPlanConsulted(agency=agency, answer=answer)

    def approve(self, *, authority: str, document: Document, at: datetime) -> Message:
        """Approve it, or the adjustment. Raises NotAtThisStage, PlanEmpty, ItemIncomplete, BudgetOverCeiling."""
        self.ensure("CONSULTED", "ADJUSTING")
        self.ensure_complete()
        issued(document, day_of(at))
        adjusted, reason = self.status == "ADJUSTING", self.adjusting_for
        number = len(self.adoptions) + 1
        adoption = Adoption(
            number=number,
            authority=authority,
            adopted_at=at,
            document=document,
            items=len(self.items),
            budget=self.budget,
            reason=reason,
        )
        self.adoptions = (*self.adoptions, adoption)
        self.status, self.adjusting_for, self.adjustment = "APPROVED", None, None
        last = self._last_adjustment()
        self.adjust_until = last if day_of(at) <= last else None
        round = yearly(
            self.pinned(),
            DelegationsDeadline.PLAN_ADJUST,
            year=self.year,
            answerable=self.locality,
            round=number,
        )
        kind = AnnualPlanAdjusted if adjusted else AnnualPlanApproved
        return kind(**self._said(), adoption=number, deadlines=(round,) if self.adjust_until else ())

    def open_adjustment(self, reason: str, at: datetime) -> AnnualPlanAdjustmentOpened:
        """Begin an adjustment round. Raises NotAtThisStage, AdjustmentTooLate, StateSecretNotAdmitted."""
        self.ensure("APPROVED")
        admit(reason)
        last = self._last_adjustment()
        if day_of(at) > last:
            raise AdjustmentTooLate(year=self.year, last=last)
        self.status, self.adjusting_for, self.adjustment = "ADJUSTING", reason, Adjustment()
        return AnnualPlanAdjustmentOpened(reason=reason, settles=self._wait_for_no_round())

    def end_adjustments(self, today: date) -> AnnualPlanAdjustmentEnded | None:
        """No round may begin any more; None when one still may, or none was waited for."""
        until = self.adjust_until
        if until is None or today <= until:
            return None
        return AnnualPlanAdjustmentEnded(until=until, settles=self._wait_for_no_round())

    def close(self, at: datetime) -> AnnualPlanClosed:
        """Close it with what became of its items. Raises NotAtThisStage, YearNotOver."""
        self.ensure("APPROVED")
        outcome = Counter(item.status for item in self.items)
        still = outcome["PLANNED"] + outcome["POSTPONED"]
        if still and day_of(at).year <= self.year:
            raise YearNotOver(year=self.year, open=still)
        self.lapse(day_of(at))
        self.status = "CLOSED"
        became = dict(Counter(item.status for item in self.items))
        return AnnualPlanClosed(outcome=became, settles=self._wait_for_no_round())

    def pinned(self) -> Procedure:
        """The procedure it runs under; one from a file runs under the first."""
        pin = self.procedure
        return procedures.by_version(pin.code, pin.version) if pin else procedures.by_version(PROCEDURE, 1)

    def _last_adjustment(self) -> date:
        return self.pinned().yearly(DelegationsDeadline.PLAN_ADJUST).of(self.year)

    def _wait_for_no_round(self) -> tuple[Settlement, ...]:
        if self.adjust_until is None:
            return ()
        self.adjust_until = None
        return (met(DelegationsDeadline.PLAN_ADJUST, round=len(self.adoptions)),)

    def _said(self) -> dict[str, Any]:
        return {
            "locality": self.locality,
            "year": self.year,
            "direction": self.direction,
            "items": len(self.items),
            "budget": self.budget,
        }


def ensure_free(place: PlanPlace, plan: AnnualPlan, last: Carrier) -> None:
    """Whether who took the item `last` has left it, whatever the plan was told by now. Raises ItemCarried."""
    if last.holds(place):
        raise carried(plan.item(place.item_id), carrier_ref(last), "/plan")


def ensure_place(place: PlanPlace, plan: AnnualPlan | None, carrier: Living, direction: str) -> None:
    """Whether this delegation or visit may carry out the item; `plan` is what was read of the plan it names.

    Raises NotThere, also for a plan of another locality or direction, PlanNotInForce, ItemNotOpen, ItemCarried.
    """
    theirs = plan is None or plan.id != place.plan_id or plan.locality not in carrier.localities
    if plan is None or theirs or plan.direction != direction:
        raise NotThere(pointer="/plan", what=Words("kế hoạch năm", "annual plan"), number=place.plan_id)
    if plan.status not in {"APPROVED", "ADJUSTING"}:
        raise PlanNotInForce(pointer="/plan", locality=plan.locality, year=plan.year, status=plan.status)
    plan.ensure_open_item(place.item_id, carrier.id)
