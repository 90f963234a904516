"""An incoming delegation: asked for or invited, the guest's side looked up, a programme, the visit, its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from caytre.contracts.delegations import (
    Commitment,
    PartnerCheck,
    ProgrammeItem,
    Ruling,
    Setback,
    VisitAmended,
    VisitApproved,
    VisitArrived,
    VisitCancelled,
    VisitClosed,
    VisitDeclined,
    VisitDeparted,
    VisitPartnerChecked,
    VisitProgrammePublished,
    VisitReport,
    VisitReportFiled,
)
from caytre.contracts.message import Document, Provenance
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.refusals import Refusal
from caytre.delegations.model.life import NothingToChange, as_reported, ensure_happened, ensure_span
from caytre.delegations.model.partners import HostNotVerified, KnownPartner, PartnerUnknown
from caytre.delegations.model.plan import AnnualPlan, ensure_place
from caytre.delegations.model.programme import ensure_apart, ensure_programme
from caytre.delegations.model.receiving import Receiving
from caytre.delegations.model.travelling import FollowUpsMissing, follow_up_id

BEFORE_ARRIVAL = ("REQUESTED", "INVITED", "PARTNER_CHECK", "PROGRAMME_DRAFT", "APPROVED")
#: Neither over nor given up: what happens elsewhere may still concern the visit.
VISIT_GOES_ON = (*BEFORE_ARRIVAL, "ARRIVED")


class ProgrammeMissing(Refusal):
    en = "The visit has no programme yet."
    vi = "Chuyến thăm chưa có chương trình."


class VisitUndated(Refusal):
    en = "The days of the visit are not known to the day yet."
    vi = "Chưa xác định được ngày đến và ngày đi của đoàn."


class Visit(Receiving):
    """A foreign delegation received by a locality."""

    #: What may be edited before the guests arrive.
    AMENDABLE: ClassVar[frozenset[str]] = frozenset(
        {
            "title",
            "kind",
            "channel",
            "guest_name",
            "head_rank",
            "size",
            "business",
            "purposes",
            "arrives_on",
            "leaves_on",
            "guests",
            "confidential_note",
            "organisation",
            "plan",
            "agreement_ids",
        }
    )

    def amend(self, changes: Mapping[str, Any], *, plan: AnnualPlan | None = None) -> VisitAmended:
        """Edit it. Other days end an approval, since the programme no longer fits, and so does another place in a plan.

        `plan` is the annual plan that the changes name. Raises NotAtThisStage, NothingToChange, NotThere,
        PlanNotInForce, ItemNotOpen, ItemCarried, Invalid, StateSecretNotAdmitted.
        """
        self.ensure(*BEFORE_ARRIVAL)
        admit(*changes.values())
        changed = tuple(field for field in sorted(changes) if getattr(self, field) != changes[field])
        if not changed:
            raise NothingToChange
        for field in changed:
            setattr(self, field, changes[field])
        ensure_span(self.arrives_on, self.leaves_on, "/leaves_on")
        if "plan" in changed and self.plan is not None:
            ensure_place(self.plan, plan, self, "IN")
        if {"arrives_on", "leaves_on", "plan"} & set(changed) and self.status == "APPROVED":
            self.status, self.ruling = "PROGRAMME_DRAFT", None
        return VisitAmended(**self.summary(), fields=changed)

    def check_partner(self, partner: KnownPartner | None, *, waived: str | None, at: datetime) -> VisitPartnerChecked:
        """Look the guest's side up in the register. Who is not vouched for needs a reason; who is barred is refused.

        Raises NotAtThisStage, PartnerUnknown, HostNotVerified, StateSecretNotAdmitted.
        """
        self.ensure("REQUESTED", "INVITED", "PARTNER_CHECK", "PROGRAMME_DRAFT")
        admit(waived)
        today = day_of(at)
        if self.guest is not None and partner is None:
            raise PartnerUnknown(pointer="/partner_id", partner=self.guest.partner_id)
        if partner is not None and (partner.barred or (not partner.vouched_for(today) and not waived)):
            raise HostNotVerified(pointer="/waived", partner=partner.called, day=today)
        self.partner_check = PartnerCheck(
            checked_at=at,
            partner_id=partner.id if partner else None,
            verified_until=partner.verified_until if partner else None,
            waived=waived,
        )
        self.partner_flag = None
        if self.status != "PROGRAMME_DRAFT":
            self.status = "PARTNER_CHECK"
        until = partner.verified_until if partner else None
        return VisitPartnerChecked(**self.summary(), verified_until=until, waived=waived is not None)

    def publish_programme(
        self, items: Sequence[ProgrammeItem], *, others: Sequence[Receiving] = ()
    ) -> VisitProgrammePublished:
        """A version of the programme. `others` are visits of the same locality on these days.

        Raises NotAtThisStage, ItemOutsideVisit, ProgrammeClash, Invalid, StateSecretNotAdmitted.
        """
        self.ensure("PARTNER_CHECK", "PROGRAMME_DRAFT", "APPROVED")
        admit(list(items))
        first = self.arrives_on.earliest if self.arrives_on else None
        last = self.leaves_on.latest if self.leaves_on else None
        ensure_programme(items, first, last)
        for other in others:
            ensure_apart(items, other.whole_programme)
        if tuple(items) == self.whole_programme:
            raise NothingToChange
        self.take_programme(items)
        self.programme_version += 1
        self.status, self.ruling = "PROGRAMME_DRAFT", None
        return VisitProgrammePublished(
            **self.summary(), programme_version=self.programme_version, items=len(self.programme)
        )

    def approve(
        self,
        *,
        authority: str,
        document: Document,
        partner: KnownPartner | None,
        plan: AnnualPlan | None = None,
        others: Sequence[Receiving] = (),
        at: datetime,
    ) -> VisitApproved:
        """The authority approves the visit with its programme; `plan` is the annual plan that the visit names.

        Raises NotAtThisStage, ProgrammeMissing, VisitUndated, ProgrammeClash, NotThere, PlanNotInForce, ItemNotOpen,
        ItemCarried, PartnerUnknown, HostNotVerified, DocumentFromTheFuture.
        """
        self.ensure("PROGRAMME_DRAFT")
        if not self.programme:
            raise ProgrammeMissing
        if not (self.arrives_on and self.arrives_on.exact and self.leaves_on and self.leaves_on.exact):
            raise VisitUndated(pointer="/arrives_on")
        programme = self.whole_programme
        ensure_programme(programme, self.arrives_on.exact, self.leaves_on.exact)
        for other in others:
            ensure_apart(programme, other.whole_programme)
        if self.plan is not None:
            ensure_place(self.plan, plan, self, "IN")
        waived = self.partner_check is not None and self.partner_check.waived is not None
        if self.guest is not None:
            if partner is None:
                raise PartnerUnknown(partner=self.guest.partner_id)
            if partner.barred or (not partner.vouched_for(day_of(at)) and not waived):
                raise HostNotVerified(partner=partner.called, day=day_of(at))
        issued(document, day_of(at))
        admit(document)
        self.ruling = Ruling(
            outcome="approved",
            authority=authority,
            revision=self.programme_version,
            decided_at=at,
            document=document,
        )
        self.status = "APPROVED"
        return VisitApproved(**self.summary(), authority=authority, programme_version=self.programme_version)

    def decline(self, *, reason: str, document: Document | None, at: datetime) -> VisitDeclined:
        """Do not receive the visit. Raises NotAtThisStage, DocumentFromTheFuture."""
        self.ensure("REQUESTED", "INVITED", "PARTNER_CHECK", "PROGRAMME_DRAFT")
        self._set_back(reason, document, at)
        self.status = "DECLINED"
        return VisitDeclined(**self.summary(), reason=reason)

    def cancel(self, *, reason: str, document: Document | None, at: datetime) -> VisitCancelled:
        """It does not take place. Raises NotAtThisStage, DocumentFromTheFuture."""
        self.ensure(*BEFORE_ARRIVAL)
        self._set_back(reason, document, at)
        self.status = "CANCELLED"
        return VisitCancelled(**self.summary(), reason=reason)

    def arrive(self, *, on: date, at: datetime) -> VisitArrived:
        """The guests are there. Raises NotAtThisStage, DayAhead."""
        self.ensure("APPROVED")
        ensure_happened(on, day_of(at))
        self.status, self.arrived_on = "ARRIVED", on
        return VisitArrived(**self.summary(), on=on)

    def leave(self, *, on: date, at: datetime) -> VisitDeparted:
        """The guests have left. Raises NotAtThisStage, DayAhead, DayTooEarly."""
        self.ensure("ARRIVED")
        ensure_happened(on, day_of(at), since=self.arrived_on)
        self.status, self.departed_on = "DEPARTED", on
        return VisitDeparted(**self.summary(), on=on)

    def file_report(
        self,
        *,
        text: str,
        expected: str | None,
        achieved: str,
        commitments: Sequence[Commitment],
        document: Document | None,
        provenance: Provenance | None = None,
        at: datetime,
    ) -> VisitReportFiled:
        """What the visit was meant to bring, and what it brought. Raises NotAtThisStage, DocumentFromTheFuture."""
        self.ensure("DEPARTED")
        admit(text, expected, list(commitments), document)
        if document:
            issued(document, day_of(at))
        self.report = VisitReport(
            filed_at=at,
            expected=expected,
            achieved=achieved,
            text=text,
            document=document,
            commitments=tuple(commitments),
            provenance=provenance or Provenance(),
        )
        self.status = "REPORTED"
        return VisitReportFiled(
            **self.summary(), achieved=achieved, commitments=len(commitments), origin=self.report.provenance.origin
        )

    @property
    def reported(self) -> Provenance:
        """Where what the report tells comes from."""
        return as_reported(self.provenance, self.report)

    def close(self, follow_ups: Sequence[UUID]) -> VisitClosed:
        """Nothing is left to do. Raises NotAtThisStage, FollowUpsMissing."""
        self.ensure("REPORTED")
        commitments = self.report.commitments if self.report else ()
        numbers = [each.number for each in commitments if each.declined is None]
        missing = [number for number in numbers if follow_up_id(self.id, number) not in follow_ups]
        if missing:
            raise FollowUpsMissing(commitments=", ".join(map(str, missing)))
        self.status = "CLOSED"
        return VisitClosed(**self.summary())

    def _set_back(self, reason: str, document: Document | None, at: datetime) -> None:
        admit(reason, document)
        if document:
            issued(document, day_of(at))
        self.setback = Setback(reason=reason, on=day_of(at), document=document)
