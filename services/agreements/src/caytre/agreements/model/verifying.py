"""The verification of a foreign partner: REQUESTED -> IN_PROGRESS -> VERIFIED | REJECTED, then EXPIRED | REVOKED.

The ministry verifies foreign partners; how long it takes and holds is policy of the platform's operator
(procedure PARTNER_VERIFICATION), so every limit comes from there.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

from caytre.agreements.model.clocks import deadline, on_the_day, settled
from caytre.contracts.agreements import (
    DeadlineCode,
    Evidence,
    PartnerRejected,
    PartnerRevoked,
    PartnerState,
    PartnerVerificationExpired,
    PartnerVerificationRequested,
    PartnerVerificationStarted,
    PartnerVerified,
    Verification,
)
from caytre.contracts.message import Deadline, Document, Settlement
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.naming import agency_name
from caytre.core.papers import issued
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.reference import procedures


class PartnerIsMerged(Refusal):
    en = "This partner was merged into {into}; act on that record."
    vi = "Đối tác này đã được gộp vào {into}; hãy thao tác trên hồ sơ đó."


class VerificationPending(Refusal):
    en = "A verification of this partner is already under way (round {round})."
    vi = "Đối tác này đang được xác minh (lần {round})."


class NoVerificationPending(Refusal):
    en = "No verification of this partner is under way."
    vi = "Không có yêu cầu xác minh nào đang được xử lý."


class NotAVerifier(Refusal):
    en = "{verifier} does not verify partners: ask the Ministry of Foreign Affairs or a mission abroad."
    vi = "{verifier} không xác minh đối tác: hãy đề nghị Bộ Ngoại giao hoặc cơ quan đại diện ở nước ngoài."


class EvidenceFromTheFuture(Refusal):
    en = "The evidence was obtained on {obtained_on}, after today."
    vi = "Căn cứ được thu thập ngày {obtained_on}, sau hôm nay."


class NotTheVerifier(Refusal):
    en = "The verification was asked of {verifier}; only that organisation can act on it."
    vi = "Yêu cầu xác minh được gửi tới {verifier}; chỉ cơ quan đó được xử lý."


class EvidenceMissing(Refusal):
    en = "At least one piece of evidence is needed."
    vi = "Cần ít nhất một căn cứ."


class NotVerified(Refusal):
    en = "The partner is not verified, so there is nothing to revoke."
    vi = "Đối tác chưa được xác minh nên không có gì để thu hồi."


#: Codes of those that vouch for a partner: the ministry and, by the head of the code, the missions abroad. The last
#: stands for the invented verifier of illustrations.
MINISTRY = "MOFA"
ABROAD = ("MISSION-", "EMBASSY-", "CONSULATE-")
MISSIONS = (*ABROAD, "MINH-HOA-")


class Verifying(Record, PartnerState):
    """What can be asked and said about a partner's verification."""

    def ensure_active(self) -> None:
        """Raises PartnerIsMerged."""
        if self.status == "MERGED":
            raise PartnerIsMerged(into=self.merged_into)

    @property
    def consultees(self) -> tuple[str, ...]:
        """The organisation that is asked to verify may read the record even when it is restricted."""
        return (self.verification.verifier,) if self.verification else ()

    def request_verification(
        self, *, verifier: str, requested_by: str | None, reason: str | None, at: datetime
    ) -> PartnerVerificationRequested:
        """Ask an organisation to verify the partner. Raises NotAVerifier, VerificationPending, PartnerIsMerged."""
        self.ensure_active()
        admit(reason)
        if verifier != MINISTRY and not verifier.startswith(MISSIONS):
            raise NotAVerifier(pointer="/verifier", verifier=agency_name(verifier))
        if self._pending():
            raise VerificationPending(round=self._case().round)
        clock = self._ask(verifier=verifier, requested_by=requested_by, reason=reason, at=at)
        return PartnerVerificationRequested(round=clock.round, verifier=verifier, deadlines=(clock,))

    def _ask(self, *, verifier: str, requested_by: str | None, reason: str | None, at: datetime) -> Deadline:
        round = self.verification.round + 1 if self.verification else 1
        self.verification = Verification(
            round=round,
            status="REQUESTED",
            requested_at=at,
            requested_by=requested_by,
            reason=reason,
            verifier=verifier,
        )
        rule = _procedure(at).deadline(DeadlineCode.PARTNER_VERIFY)
        return deadline(rule, anchor=day_of(at), answerable=verifier, round=round)

    def ask_anew(self, reason: str, at: datetime) -> tuple[tuple[Settlement, ...], tuple[Deadline, ...]]:
        """What the verifier looks at has changed: what counts or is under way ends, and the question is put anew.

        Of the ministry, where a mission was asked: another one may be competent now. Gives what ends and what begins.
        """
        settles = self.running_deadlines()
        if not settles:
            return (), ()
        case = self._case()
        verifier = MINISTRY if case.verifier.startswith(ABROAD) else case.verifier
        self.verified_until = None
        return settles, (self._ask(verifier=verifier, requested_by=case.requested_by, reason=reason, at=at),)

    def start_verification(self, *, verifier: str | None) -> PartnerVerificationStarted:
        """Take the request up. Raises NoVerificationPending, NotTheVerifier, VerificationPending."""
        case = self._asked_of(verifier)
        if case.status == "IN_PROGRESS":
            raise VerificationPending(round=case.round)
        self.verification = case.model_copy(update={"status": "IN_PROGRESS"})
        return PartnerVerificationStarted(round=case.round, verifier=case.verifier)

    def verify(
        self, *, verifier: str | None, evidence: tuple[Evidence, ...], document: Document | None, at: datetime
    ) -> PartnerVerified:
        """Vouch for the partner for as many months as policy gives.

        Raises NoVerificationPending, NotTheVerifier, EvidenceMissing, EvidenceFromTheFuture, DocumentFromTheFuture.
        """
        case = self._asked_of(verifier)
        admit(evidence, document)
        if not evidence:
            raise EvidenceMissing(pointer="/evidence")
        ensure_known_by(day_of(at), evidence, document)
        procedure = _procedure(at)
        until = _months_later(day_of(at), procedure.validity_months or 0)
        settles = (settled(DeadlineCode.PARTNER_VERIFY, round=case.round), *self._validity_deadlines())
        decided = {"status": "VERIFIED", "evidence": evidence, "decided_at": at, "document": document}
        self.verification = case.model_copy(update=decided)
        self.verified_until, self.verified_round = until, case.round
        review = procedure.deadline(DeadlineCode.PARTNER_REVIEW)
        return PartnerVerified(
            round=case.round,
            verifier=case.verifier,
            valid_until=until,
            evidence_kinds=tuple(piece.kind for piece in evidence),
            settles=settles,
            deadlines=(
                deadline(review, anchor=until, answerable=case.verifier, round=case.round),
                on_the_day(
                    DeadlineCode.PARTNER_EXPIRY,
                    anchor=until + timedelta(days=1),
                    answerable=case.verifier,
                    round=case.round,
                ),
            ),
        )

    def reject(
        self,
        *,
        verifier: str | None,
        reason: str,
        evidence: tuple[Evidence, ...],
        document: Document | None,
        at: datetime,
    ) -> PartnerRejected:
        """Do not vouch; an earlier verification ends too.

        Raises NoVerificationPending, NotTheVerifier, EvidenceFromTheFuture, DocumentFromTheFuture.
        """
        case = self._asked_of(verifier)
        admit(reason, evidence, document)
        ensure_known_by(day_of(at), evidence, document)
        settles = (settled(DeadlineCode.PARTNER_VERIFY, round=case.round), *self._validity_deadlines())
        decided = {
            "status": "REJECTED",
            "reason": reason,
            "evidence": evidence,
            "decided_at": at,
            "document": document,
        }
        self.verification = case.model_copy(update=decided)
        self.verified_until = None
        return PartnerRejected(round=case.round, verifier=case.verifier, reason=reason, settles=settles)

    def revoke(self, *, reason: str, document: Document | None, at: datetime) -> PartnerRevoked:
        """Take the verification back at once. Raises NotVerified, DocumentFromTheFuture."""
        admit(reason, document)
        if self.verified_until is None:
            raise NotVerified
        ensure_known_by(day_of(at), (), document)
        settles = self.running_deadlines()
        case = self._case()
        revoked = {"status": "REVOKED", "reason": reason, "decided_at": at, "document": document}
        self.verification = case.model_copy(update=revoked)
        self.verified_until = None
        return PartnerRevoked(round=self.verified_round, reason=reason, settles=settles)

    def verification_ran_out(self, round: int, on: date) -> PartnerVerificationExpired | None:
        """What the deadline PARTNER_EXPIRY of that round brings about; None if another verification counts by now."""
        until = self.verified_until
        if until is None or round != self.verified_round or on <= until:
            return None
        settles = self._validity_deadlines()
        if not self._pending():
            self.verification = self._case().model_copy(update={"status": "EXPIRED"})
        self.verified_until = None
        return PartnerVerificationExpired(round=round, valid_until=until, settles=settles)

    def running_deadlines(self) -> tuple[Settlement, ...]:
        """Every clock of this partner that still runs."""
        pending = (settled(DeadlineCode.PARTNER_VERIFY, round=self._case().round),) if self._pending() else ()
        return (*pending, *self._validity_deadlines())

    def _validity_deadlines(self) -> tuple[Settlement, ...]:
        if self.verified_until is None:
            return ()
        codes = (DeadlineCode.PARTNER_REVIEW, DeadlineCode.PARTNER_EXPIRY)
        return tuple(settled(code, round=self.verified_round) for code in codes)

    def _pending(self) -> bool:
        return self.verification is not None and self.verification.status in {"REQUESTED", "IN_PROGRESS"}

    def _case(self) -> Verification:
        if self.verification is None:
            raise NoVerificationPending
        return self.verification

    def _asked_of(self, verifier: str | None) -> Verification:
        self.ensure_active()
        case = self._case()
        if not self._pending():
            raise NoVerificationPending
        if verifier != case.verifier:
            raise NotTheVerifier(verifier=agency_name(case.verifier))
        return case


def ensure_known_by(today: date, evidence: tuple[Evidence, ...], document: Document | None) -> None:
    """Raises EvidenceFromTheFuture, DocumentFromTheFuture."""
    for piece in evidence:
        if piece.obtained_on and piece.obtained_on > today:
            raise EvidenceFromTheFuture(pointer="/evidence", obtained_on=piece.obtained_on)
    for paper in (document, *(piece.document for piece in evidence)):
        if paper:
            issued(paper, today)


def _procedure(at: datetime) -> procedures.Procedure:
    return procedures.procedure("PARTNER_VERIFICATION", day_of(at))


def _months_later(day: date, months: int) -> date:
    # To the same day of the month, or its last day (Civil Code 2015, Art. 148, counts months so).
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
