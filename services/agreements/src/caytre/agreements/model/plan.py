"""The implementation plan of an agreement: drawn up, approved, worked on, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from caytre.agreements.model.clocks import on_the_day, settled
from caytre.agreements.model.partner import NothingChanges
from caytre.agreements.model.stalling import last_day_of
from caytre.contracts.agreements import AgreementState, DeadlineCode, PlanState
from caytre.contracts.agreements.plan import (
    Agency,
    Milestone,
    PlanAbandoned,
    PlanActivated,
    PlanAmended,
    PlanApproved,
    PlanCompleted,
    PlanDrafted,
    PlanRehomed,
    PlanRestricted,
)
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Deadline, Document, Settlement, is_restricted
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.naming import listed, quoted
from caytre.core.papers import issued
from caytre.core.record import Record
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference import localities
from caytre.reference.unclear import Unclear

PLANNABLE = ("SIGNED", "IN_FORCE", "SUSPENDED")
_NAMES = {
    "DRAFT": Words("dự thảo", "draft"),
    "APPROVED": Words("đã duyệt", "approved"),
    "ACTIVE": Words("đang thực hiện", "active"),
    "COMPLETED": Words("đã hoàn thành", "completed"),
    "ABANDONED": Words("đã dừng", "abandoned"),
}


class PlanInAnotherState(Refusal):
    en = 'The plan is "{status}"; this act is possible only in: {allowed}.'
    vi = 'Kế hoạch đang ở trạng thái "{status}"; thao tác này chỉ thực hiện được khi: {allowed}.'


class NothingToPlanFor(Refusal):
    en = "A plan is drawn up for an agreement that is signed and has not ended."
    vi = "Chỉ lập kế hoạch cho thỏa thuận đã ký và chưa kết thúc."


class PlanExists(Refusal):
    en = "The agreement has a plan already; amend it, or abandon it first."
    vi = "Thỏa thuận đã có kế hoạch; hãy sửa kế hoạch đó hoặc dừng trước."


class PlanIncomplete(Refusal):
    en = "The plan cannot be approved yet; it lacks: {missing}."
    vi = "Chưa thể duyệt kế hoạch; còn thiếu: {missing}."


class LeadAgencyAbolished(Refusal):
    en = "The lead agency's unit has ended ({ended_on}): name one that is in being."
    vi = "Đơn vị của cơ quan chủ trì đã kết thúc ({ended_on}): hãy chọn cơ quan đang tồn tại."


class MilestonesLeft(Refusal):
    en = "The plan has milestones that are neither done nor dropped: {milestones}."
    vi = "Kế hoạch còn mốc chưa hoàn thành và chưa bỏ: {milestones}."


_FIELDS = ("title", "key_issues", "lead_agency", "coordinating", "budget", "review_every_months", "milestones")


class PlanCase(Record, PlanState):
    """A plan from its draft to its end; what happens to single milestones is in `milestones`."""

    KIND: ClassVar[str] = "plan"

    @classmethod
    def draft(
        cls,
        *,
        id: UUID,
        agreement: AgreementState,
        ordinal: int,
        title: str,
        milestones: Sequence[Milestone] = (),
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, PlanDrafted]:
        """Draw a plan up. Raises NothingToPlanFor, Invalid, StateSecretNotAdmitted."""
        if agreement.status not in PLANNABLE:
            raise NothingToPlanFor
        countries = dict.fromkeys(party.country for party in agreement.foreign_parties if party.country)
        upstream = Ref(service="agreements", kind="agreement", id=agreement.id, label=agreement.register_no)
        plan = cls(
            id=id,
            status="DRAFT",
            agreement_id=agreement.id,
            ordinal=ordinal,
            title=title,
            sensitivity=agreement.sensitivity,
            localities=agreement.localities,
            responsible_locality=agreement.responsible_locality,
            countries=tuple(countries),
            provenance=agreement.provenance,
            milestones=_numbered(milestones),
            drafted_at=at,
            changed_on=day_of(at),
            links=(Link(upstream=upstream, relation="implements", asserted_on=day_of(at)),),
            **particulars,
        )
        admit(plan)
        return plan, PlanDrafted(agreement_id=agreement.id)

    def ensure(self, *allowed: str) -> None:
        """Raises PlanInAnotherState."""
        if self.status not in allowed:
            raise PlanInAnotherState(status=_NAMES[self.status], allowed=listed(_NAMES[each] for each in allowed))

    def amend(self, changes: Mapping[str, Any]) -> PlanAmended:
        """Edit the draft. Raises PlanInAnotherState, NothingChanges, StateSecretNotAdmitted."""
        self.ensure("DRAFT")
        new = {name: changes[name] for name in _FIELDS if name in changes}
        if "milestones" in new:
            new["milestones"] = _numbered(new["milestones"])
        changed = tuple(name for name, value in new.items() if getattr(self, name) != value)
        if not changed:
            raise NothingChanges
        for name in changed:
            setattr(self, name, new[name])
        admit(self)
        return PlanAmended(fields=changed)

    def approve(self, *, document: Document, at: datetime) -> PlanApproved:
        """Approve it.

        Raises PlanInAnotherState, PlanIncomplete, LeadAgencyAbolished, DocumentFromTheFuture.
        """
        self.ensure("DRAFT")
        admit(document)
        missing = self._missing()
        if missing:
            raise PlanIncomplete(missing=listed(missing))
        self._ensure_standing(self.lead_agency, day_of(at))
        issued(document, day_of(at))
        self.status, self.approval, self.approved_on, self.changed_on = "APPROVED", document, day_of(at), day_of(at)
        return PlanApproved(
            agreement_id=self.agreement_id,
            approved_on=day_of(at),
            deadlines=tuple(self.clock(each) for each in self.milestones),
            settles=(Settlement(owner=f"agreement/{self.agreement_id}", code=DeadlineCode.AGR_PLAN),),
        )

    def _missing(self) -> list[Words]:
        missing = []
        if not self.key_issues:
            missing.append(Words("các vấn đề then chốt", "the key issues"))
        if self.lead_agency is None:
            missing.append(Words("cơ quan chủ trì", "the lead agency"))
        if not self.milestones:
            missing.append(Words("ít nhất một mốc", "at least one milestone"))
        if any(not each.owner or each.due_on is None for each in self.milestones):
            missing.append(Words("người phụ trách và ngày của từng mốc", "owner and day of each milestone"))
        return missing

    def _ensure_standing(self, agency: Agency | None, today: date) -> None:
        ended = last_day_of(agency.locality) if agency and agency.locality else None
        if ended is not None and ended < today:
            raise LeadAgencyAbolished(pointer="/lead_agency", ended_on=ended)

    def clock(self, milestone: Milestone) -> Deadline:
        """The deadline of a milestone: its own day, rest day or not."""
        if milestone.due_on is None:
            raise Invalid(pointer="/milestones", reason=Words("mốc chưa có ngày", "the milestone has no day"))
        deadline = on_the_day(
            DeadlineCode.AGR_MILESTONE,
            anchor=milestone.due_on,
            answerable=self.responsible_locality,
            round=milestone.round,
        )
        return deadline.model_copy(update={"discriminator": milestone.id, "verified": False})

    def activate(self, at: datetime) -> PlanActivated:
        """Begin the work. Raises PlanInAnotherState."""
        self.ensure("APPROVED")
        self.status, self.activated_on, self.changed_on = "ACTIVE", day_of(at), day_of(at)
        return PlanActivated(activated_on=day_of(at))

    def open_due(self) -> tuple[date, ...]:
        """The days of milestones that are still to be done."""
        return tuple(each.due_on for each in self.milestones if each.status not in ("DONE", "DROPPED") and each.due_on)

    def _left(self) -> tuple[Milestone, ...]:
        return tuple(each for each in self.milestones if each.status not in ("DONE", "DROPPED"))

    def complete(self, at: datetime) -> PlanCompleted:
        """Close the plan. Raises PlanInAnotherState, MilestonesLeft."""
        self.ensure("ACTIVE")
        if left := self._left():
            raise MilestonesLeft(milestones=listed(quoted(each.title) for each in left))
        self.status, self.completed_on, self.changed_on = "COMPLETED", day_of(at), day_of(at)
        return PlanCompleted(completed_on=day_of(at))

    def abandon(self, *, reason: str, at: datetime) -> PlanAbandoned:
        """Give the plan up. Raises PlanInAnotherState, StateSecretNotAdmitted."""
        self.ensure("DRAFT", "APPROVED", "ACTIVE")
        admit(reason)
        clocks = self._left() if self.status != "DRAFT" else ()
        self.status, self.reason, self.abandoned_on, self.changed_on = "ABANDONED", reason, day_of(at), day_of(at)
        settles = tuple(settled(DeadlineCode.AGR_MILESTONE, each.id, each.round) for each in clocks)
        return PlanAbandoned(reason=reason, settles=settles)

    def rehome(self, today: date) -> PlanRehomed | None:
        """Follow the unit that answers for the plan to its successor; None while it stands or was split."""
        last = last_day_of(self.responsible_locality)
        if last is None or last >= today:
            return None
        try:
            heir = localities.current(self.responsible_locality, today).id
        except Unclear:
            return None
        before, self.responsible_locality = self.responsible_locality, heir
        self.localities = tuple(dict.fromkeys((*self.localities, heir)))
        return PlanRehomed(before=before, responsible_locality=heir)

    def follow_sensitivity(self, sensitivity: str) -> PlanAmended | PlanRestricted | None:
        """Be as sensitive as the agreement; None when it is."""
        if sensitivity == self.sensitivity:
            return None
        self.sensitivity = sensitivity
        return PlanRestricted() if is_restricted(sensitivity) else PlanAmended(fields=("sensitivity",))


def _numbered(milestones: Sequence[Milestone]) -> tuple[Milestone, ...]:
    return tuple(each.model_copy(update={"id": f"M{n}"}) for n, each in enumerate(milestones, 1))
