"""The succession of an agreement to a unit that has ended (Decree 177/2025/NĐ-CP)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from caytre.agreements.model.clocks import deadline
from caytre.agreements.model.stalling import last_day_of
from caytre.contracts.agreements import AgreementState, DeadlineCode, SuccessionState
from caytre.contracts.agreements.succession import (
    ForeignPartyNotified,
    SuccessionAmended,
    SuccessionClosed,
    SuccessionOpened,
    SuccessionOverdue,
    SuccessionResolved,
    SuccessionRestricted,
    SuccessorAssigned,
)
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Document, Provenance, Settlement, is_restricted
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.naming import listed
from caytre.core.papers import issued
from caytre.core.places import established
from caytre.core.record import Record
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference import localities, procedures
from caytre.reference.unclear import Unclear

_NAMES = {
    "IDENTIFIED": Words("đã xác định", "identified"),
    "ASSIGNED": Words("đã giao đơn vị kế thừa", "successor assigned"),
    "NOTIFIED": Words("đã thông báo bên nước ngoài", "foreign party notified"),
    "RESOLVED": Words("đã quyết định", "resolved"),
    "CLOSED": Words("đã kết thúc", "closed"),
}


class SuccessionInAnotherState(Refusal):
    en = 'The succession is "{status}"; this act is possible only in: {allowed}.'
    vi = 'Việc kế thừa đang ở trạng thái "{status}"; thao tác này chỉ thực hiện được khi: {allowed}.'


class NotASuccessor(Refusal):
    en = "{unit} did not take over the functions of {ended}."
    vi = "{unit} không tiếp nhận chức năng của {ended}."


class ReplacementMissing(Refusal):
    status = 422
    en = "A replaced agreement names the new one that is signed, and only a replaced one does."
    vi = "Khi thay thế phải nêu thỏa thuận mới đã ký, và chỉ khi thay thế mới nêu."


class Succession(Record, SuccessionState):
    """One case for one agreement and one unit that has ended."""

    KIND: ClassVar[str] = "succession"

    @staticmethod
    def id_of(agreement: UUID, locality: str, effective: date) -> UUID:
        """The same for the same cause, so that a cause heard again opens no second case."""
        return uuid5(NAMESPACE_URL, f"succession/{locality}/{effective.isoformat()}/{agreement}")

    @classmethod
    def open(cls, agreement: AgreementState, locality: str, at: datetime) -> tuple[Self, SuccessionOpened]:
        """Open the case for a unit that has ended. Its clock runs from the first day without the unit."""
        last = last_day_of(locality)
        if last is None or last >= day_of(at):
            raise ValueError(f"{locality} has not ended")
        effective, unit = last + timedelta(days=1), localities.get(locality)
        try:
            heir: str | None = localities.current(locality, day_of(at)).id
        except Unclear:
            heir = None
        countries = dict.fromkeys(party.country for party in agreement.foreign_parties if party.country)
        upstream = Ref(service="agreements", kind="agreement", id=agreement.id, label=agreement.register_no)
        procedure = procedures.procedure("AGREEMENT_SUCCESSION", day_of(at))
        rule = procedure.deadline(DeadlineCode.AGR_SUCCESSION)
        law = Provenance(origin="law", citation=procedure.citations[0].en)
        case = cls(
            id=cls.id_of(agreement.id, locality, effective),
            status="IDENTIFIED",
            agreement_id=agreement.id,
            title=agreement.title_vi,
            locality=locality,
            locality_name=unit.name_vi,
            successor=heir,
            effective=effective,
            responsible_locality=heir or agreement.responsible_locality,
            countries=tuple(countries),
            sensitivity=agreement.sensitivity,
            localities=tuple(dict.fromkeys((*agreement.localities, *((heir,) if heir else unit.successors)))),
            provenance=law,
            links=(Link(upstream=upstream, relation="succeeds", provenance=law, asserted_on=day_of(at)),),
        )
        clock = deadline(rule, anchor=effective, answerable=case.responsible_locality)
        # It was over before the record came in from a register.
        over = effective + timedelta(days=rule.n) < day_of(at)
        return case, SuccessionOpened(
            agreement_id=agreement.id,
            from_locality=locality,
            to_locality=heir,
            effective=effective,
            deadlines=(clock.model_copy(update={"historical": over}),),
        )

    def ensure(self, *allowed: str) -> None:
        """Raises SuccessionInAnotherState."""
        if self.status not in allowed:
            raise SuccessionInAnotherState(status=_NAMES[self.status], allowed=listed(_NAMES[each] for each in allowed))

    def assign(
        self, *, successor: str | None, agency: str, document: Document | None, at: datetime
    ) -> SuccessorAssigned:
        """Name who carries the agreement on; the unit may be left out where the law names it.

        Raises SuccessionInAnotherState, NotASuccessor, LocalityNotKnown, LocalityNotInBeing, Invalid.
        """
        self.ensure("IDENTIFIED", "ASSIGNED")
        admit(agency, document)
        today = day_of(at)
        if document:
            issued(document, today)
        named = successor or self.successor
        if named is None:
            raise Invalid(
                pointer="/successor",
                reason=Words("đơn vị cũ đã được chia: hãy nêu đơn vị kế thừa", "name the successor"),
            )
        unit = established(named, today)
        old = localities.get(self.locality)
        if unit.id not in self._heirs(today):
            raise NotASuccessor(
                pointer="/successor",
                unit=Words(unit.name_vi, unit.name_en),
                ended=Words(old.name_vi, old.name_en),
            )
        self.successor = self.responsible_locality = unit.id
        self.localities = tuple(dict.fromkeys((*self.localities, unit.id)))
        self.agency, self.assignment, self.status = agency, document, "ASSIGNED"
        return SuccessorAssigned(successor=unit.id, agency=agency)

    def _heirs(self, today: date) -> set[str]:
        heirs, waiting = set(), [self.locality]
        while waiting:
            unit = localities.get(waiting.pop())
            if unit.valid_on(today):
                heirs.add(unit.id)
            waiting += unit.successors
        return heirs

    def notify(self, *, on: date, document: Document, at: datetime) -> ForeignPartyNotified:
        """The foreign party has been told. Raises SuccessionInAnotherState, Invalid, DocumentFromTheFuture."""
        self.ensure("ASSIGNED")
        admit(document)
        self._ensure_day("/on", on, day_of(at))
        issued(document, day_of(at))
        self.notified_on, self.notice, self.status = on, document, "NOTIFIED"
        return ForeignPartyNotified(notified_on=on, document_number=document.number)

    def resolve(
        self,
        *,
        resolution: str,
        decision: Document,
        reason: str | None,
        replaced_by: UUID | None,
        at: datetime,
    ) -> SuccessionResolved:
        """Decide what becomes of the agreement.

        Raises SuccessionInAnotherState, ReplacementMissing, DocumentFromTheFuture, StateSecretNotAdmitted.
        """
        self.ensure("NOTIFIED")
        admit(decision, reason)
        if (resolution == "replaced") != (replaced_by is not None) or replaced_by == self.agreement_id:
            raise ReplacementMissing(pointer="/replaced_by")
        issued(decision, day_of(at), since=self.effective)
        self.resolution, self.decision, self.reason = resolution, decision, reason
        self.replaced_by, self.resolved_on, self.status = replaced_by, day_of(at), "RESOLVED"
        return SuccessionResolved(
            agreement_id=self.agreement_id,
            from_locality=self.locality,
            to_locality=self.successor,
            resolution=resolution,
            settles=(Settlement(code=DeadlineCode.AGR_SUCCESSION),),
        )

    def close(self, at: datetime) -> SuccessionClosed:
        """What was decided has been carried out. Raises SuccessionInAnotherState."""
        self.ensure("RESOLVED")
        self.closed_on, self.status = day_of(at), "CLOSED"
        return SuccessionClosed(closed_on=day_of(at))

    def ran_over(self, at: datetime) -> SuccessionOverdue | None:
        """What an overdue AGR_SUCCESSION brings about; None when it is settled or known by now."""
        if self.overdue_since is not None or self.status in ("RESOLVED", "CLOSED"):
            return None
        self.overdue_since = day_of(at)
        return SuccessionOverdue(overdue_since=day_of(at))

    def follow_sensitivity(self, sensitivity: str) -> SuccessionAmended | SuccessionRestricted | None:
        """Be as sensitive as the agreement; None when it is."""
        if sensitivity == self.sensitivity:
            return None
        self.sensitivity = sensitivity
        return SuccessionRestricted() if is_restricted(sensitivity) else SuccessionAmended(fields=("sensitivity",))

    def _ensure_day(self, pointer: str, day: date, today: date) -> None:
        if day > today or day < self.effective:
            raise Invalid(
                pointer=pointer,
                reason=Words(
                    "ngày nằm từ ngày đơn vị cũ kết thúc đến hôm nay",
                    "the day lies between the end of the unit and today",
                ),
            )
