"""The trip and what follows: departure, return, report per objective, closing; giving it up or putting it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from caytre.contracts.delegations import (
    Commitment,
    DelegationCancelled,
    DelegationClosed,
    DelegationDeparted,
    DelegationLinked,
    DelegationPostponed,
    DelegationReportAccepted,
    DelegationReportFiled,
    DelegationReportOverdue,
    DelegationReturned,
    DelegationsDeadline,
    DepartureExpected,
    InvitationExtended,
    Result,
    ReturnExpected,
    Setback,
    TripReport,
)
from caytre.contracts.lineage import Link
from caytre.contracts.message import Document, Message, Provenance
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.delegations.model.life import (
    NothingToChange,
    NotThere,
    as_reported,
    clock,
    ensure_countries,
    ensure_happened,
    met,
)
from caytre.delegations.model.reviewing import BEFORE_DEPARTURE, Reviewing

_NAMESPACE = UUID("0b7a3d0c-5f0a-5f0e-8b7e-2b1e6d5c9a42")


class ResultsMissing(Refusal):
    en = "The report says nothing of these objectives: {objectives}."
    vi = "Báo cáo chưa nêu kết quả của các mục tiêu: {objectives}."


class FollowUpsMissing(Refusal):
    en = "These commitments are neither followed up nor declined yet: {commitments}."
    vi = "Các cam kết sau chưa được lập thành việc cần tiếp tục hoặc bỏ qua có lý do: {commitments}."


class ReportNotAccepted(Refusal):
    en = "The report has not been accepted yet."
    vi = "Báo cáo chưa được chấp nhận."


class ReportAcceptedAlready(Refusal):
    en = "The report has been accepted already."
    vi = "Báo cáo đã được chấp nhận."


def follow_up_id(source: UUID, commitment: int) -> UUID:
    """The follow-up of a numbered commitment: the same however often the report is heard."""
    return uuid5(_NAMESPACE, f"{source}|commitment|{commitment}")


def invitation_id(report: UUID, invitee: int) -> UUID:
    """The invitation of a numbered invitee of a report."""
    return uuid5(_NAMESPACE, f"{report}|invitation|{invitee}")


class Travelling(Reviewing):
    """From the departure to the end, and the ways out before it."""

    @property
    def reported(self) -> Provenance:
        """Where what the report tells comes from."""
        return as_reported(self.provenance, self.report)

    def expect(self, today: date) -> Message | None:
        """By its dates it leaves or is back: proposed once each, a person confirms."""
        if self.trip is None:
            return None
        first, last = self.trip
        if self.status == "APPROVED" and first <= today and not self.departure_expected:
            self.departure_expected = True
            return DepartureExpected(on=first)
        if self.status == "DEPARTED" and last < today and not self.return_expected:
            self.return_expected = True
            return ReturnExpected(on=last)
        return None

    def depart(self, *, on: date, at: datetime) -> DelegationDeparted:
        """It has left. A decision that was never handed back is settled by leaving. Raises NotAtThisStage, DayAhead."""
        self.ensure("APPROVED")
        ruled = day_of(self.ruling.decided_at) if self.ruling else None
        ensure_happened(on, day_of(at), since=ruled)
        settles = self.running_steps()
        self.status, self.step, self.departed_on = "DEPARTED", "", on
        return DelegationDeparted(on=on, countries=self.countries, size=len(self.members), settles=settles)

    def come_back(self, *, on: date, at: datetime) -> DelegationReturned:
        """It is back, which starts the time for the report. Raises NotAtThisStage, DayAhead, DayTooEarly."""
        self.ensure("DEPARTED")
        ensure_happened(on, day_of(at), since=self.departed_on)
        self.status, self.returned_on = "RETURNED", on
        report = clock(
            self.pinned(),
            DelegationsDeadline.DEL_REPORT,
            anchor=on,
            answerable=self.organisation or self.locality,
        )
        return DelegationReturned(on=on, deadlines=(report,))

    def report_ran_over(self, since: date) -> DelegationReportOverdue | None:
        """The report has not come in time; None when it has, or this was said."""
        if self.status != "RETURNED" or self.report_overdue:
            return None
        self.report_overdue = True
        return DelegationReportOverdue(since=since)

    def file_report(
        self,
        *,
        results: Sequence[Result],
        contacts: int,
        diaspora_contacts: int,
        commitments: Sequence[Commitment],
        invitations: Sequence[InvitationExtended],
        invitee_names: Sequence[str],
        document: Document | None,
        provenance: Provenance | None = None,
        at: datetime,
    ) -> DelegationReportFiled:
        """The report: a result for each objective, people met, promises made, invitations extended.

        Raises NotAtThisStage, ResultsMissing, NotThere, Invalid, DocumentFromTheFuture, StateSecretNotAdmitted.
        """
        self.ensure("RETURNED")
        admit(list(results), list(commitments), list(invitations), list(invitee_names), document)
        self.ensure_report(results, invitations, invitee_names)
        if document:
            issued(document, day_of(at))
        self.report = TripReport(
            filed_at=at,
            document=document,
            results=tuple(results),
            contacts=contacts,
            diaspora_contacts=diaspora_contacts,
            commitments=tuple(commitments),
            invitations=tuple(invitations),
            provenance=provenance or Provenance(),
        )
        self.invitee_names = tuple(invitee_names)
        self.status = "REPORTED"
        return DelegationReportFiled(
            results=len(results),
            invitations=len(invitations),
            commitments=len(commitments),
            origin=self.report.provenance.origin,
            settles=(met(DelegationsDeadline.DEL_REPORT),),
        )

    def ensure_report(
        self, results: Sequence[Result], invitations: Sequence[InvitationExtended], names: Sequence[str]
    ) -> None:
        """Raises ResultsMissing, NotThere, Invalid."""
        known = {objective.number for objective in self.objectives}
        told = [result.objective for result in results]
        for number in told:
            if number not in known:
                raise NotThere(pointer="/results", what=Words("mục tiêu", "objective"), number=number)
        missing = sorted(known - set(told))
        if missing:
            raise ResultsMissing(pointer="/results", objectives=", ".join(map(str, missing)))
        ensure_countries([invitation.country for invitation in invitations], "/invitations")
        if names and len(names) != len(invitations):
            raise Invalid(
                pointer="/invitations",
                reason=Words("mỗi lời mời có một tên người được mời", "each invitation has one name of the invitee"),
            )

    def accept_report(self, *, declined: Mapping[int, str], at: datetime) -> DelegationReportAccepted:
        """Accept the report; commitments may be declined with a reason. Raises NotAtThisStage, NotThere."""
        self.ensure("REPORTED")
        report = self._filed()
        if report.accepted_at:
            raise ReportAcceptedAlready
        admit(*declined.values())
        numbers = {commitment.number for commitment in report.commitments}
        for number in declined:
            if number not in numbers:
                raise NotThere(pointer="/declined", what=Words("cam kết", "commitment"), number=number)
        commitments = tuple(
            each.model_copy(update={"declined": declined.get(each.number, each.declined)})
            for each in report.commitments
        )
        self.report = report.model_copy(update={"accepted_at": at, "commitments": commitments})
        return DelegationReportAccepted(declined=len(declined))

    def close(self, follow_ups: Sequence[UUID]) -> DelegationClosed:
        """Nothing is left to do. `follow_ups` are those there are. Raises NotAtThisStage, ReportNotAccepted."""
        self.ensure("REPORTED")
        report = self._filed()
        if report.accepted_at is None:
            raise ReportNotAccepted
        kept = [each.number for each in report.commitments if each.declined is None]
        missing = [number for number in kept if follow_up_id(self.id, number) not in follow_ups]
        if missing:
            raise FollowUpsMissing(commitments=", ".join(map(str, missing)))
        self.status = "CLOSED"
        return DelegationClosed(follow_ups=len(kept))

    def postpone(self, *, reason: str, document: Document | None, at: datetime) -> DelegationPostponed:
        """Put it off; it can be submitted again with other days. Raises NotAtThisStage, DocumentFromTheFuture."""
        self.ensure(*(status for status in BEFORE_DEPARTURE if status not in {"DRAFT", "POSTPONED"}))
        settles = self.running_steps()
        self._set_back(reason, document, at)
        self.status, self.step, self.departure_expected = "POSTPONED", "", False
        return DelegationPostponed(reason=reason, settles=settles)

    def cancel(self, *, reason: str, document: Document | None, at: datetime) -> DelegationCancelled:
        """Give it up before it departs. Raises NotAtThisStage, DocumentFromTheFuture."""
        self.ensure(*BEFORE_DEPARTURE)
        settles = (*self.running_steps(), *self.procedure_clock())
        self._set_back(reason, document, at)
        self.status, self.step = "CANCELLED", ""
        return DelegationCancelled(reason=reason, settles=settles)

    def connect(self, *, links: Sequence[Link] = (), agreement_ids: Sequence[UUID] = ()) -> DelegationLinked:
        """Say what it came out of, and which agreements it serves. Raises NothingToChange."""
        message = self.connected(links, agreement_ids)
        if message is None:
            raise NothingToChange
        return message

    def connected(self, links: Sequence[Link], agreement_ids: Sequence[UUID]) -> DelegationLinked | None:
        """The same for a reaction: None when all of it is known."""
        added = self.take_links(links)
        fresh = tuple(id for id in agreement_ids if id not in self.agreement_ids)
        self.agreement_ids = (*self.agreement_ids, *fresh)
        return DelegationLinked(added=added, agreement_ids=fresh) if added or fresh else None

    def _set_back(self, reason: str, document: Document | None, at: datetime) -> None:
        admit(reason, document)
        if document:
            issued(document, day_of(at))
        self.setback = Setback(reason=reason, on=day_of(at), document=document)

    def _filed(self) -> TripReport:
        if self.report is None:
            raise ReportNotAccepted
        return self.report
