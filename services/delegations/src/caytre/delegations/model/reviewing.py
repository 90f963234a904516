"""Review and decision: intake, search for conflicts, policy, coordination, the authority's ruling, amendments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from caytre.contracts.delegations import (
    DelegationAmended,
    DelegationApproved,
    DelegationCoordinationClosed,
    DelegationCoordinationOpened,
    DelegationDecisionDelivered,
    DelegationHostFlagged,
    DelegationReferred,
    DelegationRejected,
    DelegationReviewStarted,
    DelegationScanned,
    DelegationsDeadline,
    DelegationSentBack,
    Ruling,
    Scan,
    Setback,
)
from caytre.contracts.message import Deadline, Document, Message, Settlement
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.refusals import Refusal
from caytre.delegations.model.finding import Finding
from caytre.delegations.model.life import NotAtThisStage, clock, met
from caytre.delegations.model.partners import KnownPartner, ensure_vouched_for
from caytre.delegations.model.plan import AnnualPlan
from caytre.delegations.model.preparing import PLANNING, WEIGHTY
from caytre.delegations.model.superseding import Superseding

#: From the submission to the return: the trip takes people, hosts and days.
ON_THE_WAY = ("SUBMITTED", "UNDER_REVIEW", "COORDINATING", "APPROVED", "AMENDING", "DEPARTED")
BEFORE_DEPARTURE = ("DRAFT", "SUBMITTED", "UNDER_REVIEW", "COORDINATING", "APPROVED", "AMENDING", "POSTPONED")
#: Neither over nor given up: what happens elsewhere may still concern the trip.
TRIP_GOES_ON = (*BEFORE_DEPARTURE, "DEPARTED")

_CLOCK_OF = {
    "INTAKE": DelegationsDeadline.DEL_INTAKE,
    "REVIEW": DelegationsDeadline.DEL_REVIEW,
    "AUTHORITY": DelegationsDeadline.DEL_AUTHORITY,
    "RETURN": DelegationsDeadline.DEL_RETURN,
}


class NotScannedYet(Refusal):
    en = "Revision {revision} has not been searched for conflicts yet (last was {scanned}); try again in a moment."
    vi = "Phiên bản {revision} chưa được rà soát trùng lặp (gần nhất: {scanned}); hãy thử lại sau giây lát."


class ConflictsUnanswered(Refusal):
    en = "These conflicts stand in the way: {findings}."
    vi = "Còn trường hợp trùng lặp chưa giải quyết: {findings}."


class NotReferred(Refusal):
    en = "The dossier has not been referred to the competent authority yet; it is in step {step}."
    vi = "Hồ sơ chưa được trình cấp có thẩm quyền; đang ở bước {step}."


class DecisionAlreadyDelivered(Refusal):
    en = "The decision has been delivered already."
    vi = "Kết quả đã được trả."


class Reviewing(Superseding):
    """What happens between submission and departure."""

    def note_scan(
        self, *, found: int, blocking: int, coordinate: int, at: datetime, again: bool = False
    ) -> DelegationScanned | None:
        """Keep what the search of the present revision found; None when this was kept before, unless asked `again`."""
        scan = Scan(revision=self.revision, scanned_at=at, found=found, blocking=blocking, coordinate=coordinate)
        before = self.scan
        if before is not None and not again and before.model_copy(update={"scanned_at": at}) == scan:
            return None
        self.scan = scan
        return DelegationScanned(revision=self.revision, found=found, blocking=blocking, coordinate=coordinate)

    def start_review(self, at: datetime) -> DelegationReviewStarted:
        """Accept the dossier; policy is evaluated. Raises NotAtThisStage, NotScannedYet."""
        self.ensure("SUBMITTED")
        self._ensure_scanned()
        self.policy_findings = self.policy()
        self.status, self.step = "UNDER_REVIEW", "REVIEW"
        return DelegationReviewStarted(
            round=self.round,
            policy_findings=tuple(found.code for found in self.policy_findings),
            settles=(met(DelegationsDeadline.DEL_INTAKE, round=self.round),),
            deadlines=(self._step_clock(DelegationsDeadline.DEL_REVIEW, at),),
        )

    def send_back(self, *, reason: str, document: Document | None, at: datetime) -> DelegationSentBack:
        """Give the dossier back to be completed. Raises NotAtThisStage, DocumentFromTheFuture."""
        self.ensure("SUBMITTED", "UNDER_REVIEW", "COORDINATING")
        admit(reason, document)
        if document:
            issued(document, day_of(at))
        settles = self.running_steps()
        self.status, self.step = "DRAFT", ""
        self.setback = Setback(reason=reason, on=day_of(at), document=document)
        return DelegationSentBack(reason=reason, settles=settles)

    def heed(self, findings: Sequence[Finding]) -> Message | None:
        """Wait for answers as long as a conflict is unanswered, and go on when none is; None when nothing changes."""
        waiting = tuple(finding.id for finding in findings if finding.hinders)
        if self.status == "UNDER_REVIEW" and waiting:
            self.status = "COORDINATING"
            return DelegationCoordinationOpened(findings=waiting)
        if self.status == "COORDINATING" and not waiting:
            self.status = "UNDER_REVIEW"
            return DelegationCoordinationClosed(step=self.step)
        return None

    def refer(self, *, recommendation: str, findings: Sequence[Finding], at: datetime) -> DelegationReferred:
        """Lay the reviewed dossier before the authority.

        Raises NotAtThisStage, NotScannedYet, ConflictsUnanswered, StateSecretNotAdmitted.
        """
        self.ensure("UNDER_REVIEW")
        if self.step != "REVIEW":
            raise NotAtThisStage(status=self.step, allowed="REVIEW")
        self._ensure_free(findings)
        admit(recommendation)
        self.recommendation, self.step = recommendation, "AUTHORITY"
        return DelegationReferred(
            round=self.round,
            settles=(met(DelegationsDeadline.DEL_REVIEW, round=self.round),),
            deadlines=(self._step_clock(DelegationsDeadline.DEL_AUTHORITY, at),),
        )

    def approve(
        self,
        *,
        authority: str,
        document: Document,
        findings: Sequence[Finding],
        partners: Mapping[UUID, KnownPartner],
        at: datetime,
    ) -> DelegationApproved:
        """The authority approves the revision that was searched, first or after an amendment.

        A later version of the procedure that waits for a decision is thereby decided: the trip keeps its own.

        Raises NotAtThisStage, NotReferred, PapersMissing, NotScannedYet, ConflictsUnanswered, PartnerUnknown,
        HostNotVerified, DocumentFromTheFuture, DocumentTooOld.
        """
        self._ensure_before_authority()
        # Who joined by an amendment may need a paper that the submission did not.
        self.ensure_papers()
        self._ensure_free(findings)
        ensure_vouched_for(self.host_ids, partners, day_of(at))
        self._rule("approved", authority, document, None, at)
        settles = (met(DelegationsDeadline.DEL_AUTHORITY, round=self.round), *self.keep_by_approval())
        self.flagged_hosts = ()
        self.status, self.step = "APPROVED", "RETURN"
        return DelegationApproved(
            **self.summary(),
            authority=authority,
            revision=self.revision,
            settles=settles,
            deadlines=(self._step_clock(DelegationsDeadline.DEL_RETURN, at),),
        )

    def reject(self, *, authority: str, document: Document, reason: str, at: datetime) -> DelegationRejected:
        """The authority does not approve. Raises NotAtThisStage, NotReferred, DocumentFromTheFuture."""
        self._ensure_before_authority()
        admit(reason)
        settles = (*self.running_steps(), *self.procedure_clock())
        self._rule("rejected", authority, document, reason, at)
        self.status, self.step = "REJECTED", "RETURN"
        return DelegationRejected(
            authority=authority,
            reason=reason,
            settles=settles,
            deadlines=(self._step_clock(DelegationsDeadline.DEL_RETURN, at),),
        )

    def deliver_decision(self) -> DelegationDecisionDelivered:
        """Hand the decision back. Raises NotAtThisStage, DecisionAlreadyDelivered."""
        self.ensure("APPROVED", "REJECTED")
        if self.step != "RETURN":
            raise DecisionAlreadyDelivered
        settles = self.running_steps()
        self.step = ""
        return DelegationDecisionDelivered(round=self.round, settles=settles)

    def amend(
        self,
        changes: Mapping[str, Any],
        *,
        plan: AnnualPlan | None = None,
        partners: Mapping[UUID, KnownPartner] = MappingProxyType({}),
        at: datetime,
    ) -> DelegationAmended:
        """Change the trip after its submission. What touches conflicts or the plan is searched and approved again.

        `plan` is the annual plan that the changes name. Policy is evaluated again once it was.

        Raises NotAtThisStage, NothingToChange, what an itinerary refuses, OutOfPlanUnjustified, NotThere,
        PlanNotInForce, ItemNotOpen, ItemCarried, Invalid.
        """
        self.ensure("SUBMITTED", "UNDER_REVIEW", "COORDINATING", "APPROVED", "AMENDING")
        changed = self.take_changes(changes, partners)
        self._ensure_whole(at)
        if PLANNING & set(changed):
            self.ensure_planned(plan)
        if self.status != "SUBMITTED":
            self.policy_findings = self.policy()
        settles: tuple[Settlement, ...] = ()
        deadlines: tuple[Deadline, ...] = ()
        if self.status == "APPROVED" and WEIGHTY & set(changed):
            settles = self.running_steps()
            self.status, self.step = "AMENDING", "AUTHORITY"
            self.round += 1
            self.departure_expected = False
            deadlines = (self._step_clock(DelegationsDeadline.DEL_AUTHORITY, at),)
        return DelegationAmended(
            **self.summary(),
            fields=changed,
            revision=self.revision,
            round=self.round,
            settles=settles,
            deadlines=deadlines,
        )

    def flag_host(self, partner_id: UUID, why: str) -> DelegationHostFlagged | None:
        """A host is no longer vouched for; None when it is none of the trip's, or that is known."""
        if partner_id not in self.host_ids or partner_id in self.flagged_hosts or self.status not in BEFORE_DEPARTURE:
            return None
        self.flagged_hosts = (*self.flagged_hosts, partner_id)
        return DelegationHostFlagged(partner_id=partner_id, why=why)

    def repoint_host(self, old: UUID, new: KnownPartner) -> DelegationHostFlagged | None:
        """A host was merged into another partner, which stands for it from now on."""
        if old not in self.host_ids:
            return None
        self.stops = tuple(
            stop.model_copy(
                update={
                    "hosts": tuple(
                        host.model_copy(update={"partner_id": new.id}) if host.partner_id == old else host
                        for host in stop.hosts
                    )
                }
            )
            for stop in self.stops
        )
        return DelegationHostFlagged(partner_id=new.id, why="MERGED")

    def running_steps(self) -> tuple[Settlement, ...]:
        """The clock of the present step."""
        code = _CLOCK_OF.get(self.step)
        return (met(code, round=self.round),) if code else ()

    def _step_clock(self, code: DelegationsDeadline, at: datetime) -> Deadline:
        return clock(self.pinned(), code, anchor=day_of(at), answerable=self.locality, round=self.round)

    def _rule(self, outcome: str, authority: str, document: Document, reason: str | None, at: datetime) -> None:
        since: date | None = day_of(self.submitted_at) if self.submitted_at else None
        issued(document, day_of(at), since=since)
        admit(document)
        self.ruling = Ruling(
            outcome=outcome,
            authority=authority,
            revision=self.revision,
            decided_at=at,
            document=document,
            reason=reason,
        )

    def _ensure_before_authority(self) -> None:
        self.ensure("UNDER_REVIEW", "AMENDING")
        if self.step != "AUTHORITY":
            raise NotReferred(step=self.step or "-")

    def _ensure_scanned(self) -> None:
        if self.scan is None or self.scan.revision != self.revision:
            raise NotScannedYet(revision=self.revision, scanned=self.scan.revision if self.scan else "-")

    def _ensure_free(self, findings: Collection[Finding]) -> None:
        self._ensure_scanned()
        hindering = [finding for finding in findings if finding.hinders]
        if hindering:
            raise ConflictsUnanswered(findings=", ".join(f"{f.conflict} ({f.id})" for f in hindering))
