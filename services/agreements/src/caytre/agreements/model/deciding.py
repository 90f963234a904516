"""Escalation to the Prime Minister, and the decision of the competent authority (Law 70/2020/QH14, Art. 18 and 19)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from caytre.agreements.model.clocks import deadline
from caytre.agreements.model.partner import Partner
from caytre.agreements.model.silence import Silence
from caytre.contracts.agreements import (
    AgreementApproved,
    AgreementRefused,
    Authorisation,
    DeadlineCode,
    Decision,
    EscalatedToPM,
    Escalation,
    PMDecided,
    PMDossierCompleted,
    PMOpinionOverdue,
    SigningAuthorised,
)
from caytre.contracts.message import Document
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.naming import office_name
from caytre.core.papers import issued
from caytre.core.refusals import Refusal

MINISTRY = "MOFA"
PRIME_MINISTER = "PRIME_MINISTER"


#: A chair's token acts for the People's Council if its organisation is this code or begins with it and a hyphen
#: (`PCOUNCIL-VN-P-2025-33`), and for the People's Committee otherwise.
PEOPLES_COUNCIL = "PCOUNCIL"


class NothingToEscalate(Refusal):
    en = "There is no disagreement that the Prime Minister has not yet decided on."
    vi = "Không có ý kiến không đồng ý nào chưa được Thủ tướng Chính phủ xem xét nên không thuộc trường hợp trình."


class PMDossierAlreadyComplete(Refusal):
    en = "The Prime Minister's office already has the complete dossier."
    vi = "Văn phòng Chính phủ đã nhận đủ hồ sơ."


class WrongAuthority(Refusal):
    en = "{authority} decides on this agreement (Law 70/2020/QH14, Art. 18), not {given}."
    vi = "Thẩm quyền quyết định thỏa thuận này là {authority} (Điều 18 Luật 70/2020/QH14), không phải {given}."


class MinistryOpinionRequired(Refusal):
    en = "The matter is sensitive: without the opinion of the Ministry of Foreign Affairs it cannot be approved."
    vi = "Nội dung nhạy cảm: chưa có ý kiến của Bộ Ngoại giao thì không được phê duyệt."


def office_of(organisation: str | None) -> str:
    """The office (code of an authority) in which a chair whose token names this organisation decides."""
    council = organisation is not None and organisation.partition("-")[0] == PEOPLES_COUNCIL
    return "PCOUNCIL_PRESIDENT" if council else "PC_CHAIR"


class Deciding(Silence):
    """Who decides when agencies agree, and who when one does not."""

    def ensure_office(self, authority: str, office: str) -> None:
        """Who decides as `authority` holds that office. Raises WrongAuthority, NoProcedureFits."""
        if authority != office:
            competent = self.authority()
            given = office if authority == competent else authority
            raise WrongAuthority(pointer="/authority", authority=office_name(competent), given=office_name(given))

    def escalate(self, *, document: Document, at: datetime) -> EscalatedToPM:
        """Submit a disagreement with all opinions; one that came after an answer of the Prime Minister anew.

        Raises NotInThisStatus, NothingToEscalate, OpinionsMissing, DossierIncomplete, DocumentTooOld.
        """
        self.ensure("CONSULTING")
        admit(document)
        if not self.open_disagreements():
            raise NothingToEscalate
        self.ensure_opinions()
        self.ensure_complete("PM")
        submitted = issued(document, day_of(at), since=self._consulted_until())
        settles = self.running_deadlines()
        self.status = "ESCALATED"
        self.earlier_escalations += (self.escalation,) if self.escalation else ()
        self.escalation = Escalation(
            round=len(self.earlier_escalations) + 1,
            disagreements=self.open_disagreements(),
            submitted_at=at,
            document=submitted,
        )
        return EscalatedToPM(
            document_number=document.number,
            disagreeing=self.disagreeing(),
            round=self.escalation.round,
            settles=settles,
        )

    def complete_pm_dossier(self, *, document: Document, at: datetime) -> PMDossierCompleted:
        """The Prime Minister's office confirms the complete dossier in writing, which starts its clock.

        Raises NotInThisStatus, PMDossierAlreadyComplete, DocumentTooOld.
        """
        self.ensure("ESCALATED")
        admit(document)
        escalation = self._escalation()
        if escalation.dossier_complete_at:
            raise PMDossierAlreadyComplete
        received = issued(document, day_of(at), since=_day(escalation.document, escalation.submitted_at)).issued_on
        self.escalation = escalation.model_copy(update={"dossier_complete_at": at})
        rule = self.pinned().deadline(DeadlineCode.AGR_PM_OPINION)
        clock = deadline(rule, anchor=received or day_of(at), answerable=PRIME_MINISTER, round=escalation.round)
        return PMDossierCompleted(document_number=document.number, round=escalation.round, deadlines=(clock,))

    def record_pm_opinion(self, *, consent: bool, document: Document, at: datetime) -> PMDecided:
        """The Prime Minister's written answer, with number and date: CLEARED or REFUSED.

        A disagreement that came while he had the dossier is not among those he consented to: back to CONSULTING.

        Raises NotInThisStatus, Invalid, DocumentFromTheFuture, DocumentTooOld.
        """
        self.ensure("ESCALATED")
        admit(document)
        escalation = self._escalation()
        since = _day(escalation.document, escalation.submitted_at)
        decision = issued(document, day_of(at), dated=True, since=since)
        settles = self.running_deadlines()
        answered = {"consent": consent, "decided_at": at, "decision": decision}
        self.escalation = escalation.model_copy(update=answered)
        self.status = "CLEARED" if consent else "REFUSED"
        if not consent:
            settles = (*settles, *self.procedure_clock())
        if consent and self.open_disagreements():
            self.status = "CONSULTING"
            self.due_again("PM")
        return PMDecided(consent=consent, document_number=document.number, round=escalation.round, settles=settles)

    def pm_ran_over(self, *, round: int, at: datetime) -> PMOpinionOverdue | None:
        """What the overdue clock of that submission to the Prime Minister brings about; None when he has answered."""
        escalation = self.escalation
        if self.status != "ESCALATED" or escalation is None or escalation.overdue_at or escalation.round != round:
            return None
        self.escalation = escalation.model_copy(update={"overdue_at": at})
        return PMOpinionOverdue(overdue_since=at, round=round)

    def approve(
        self, *, authority: str, document: Document, partners: Mapping[UUID, Partner], at: datetime
    ) -> AgreementApproved:
        """Approve the signature.

        Raises NotInThisStatus, WrongAuthority, MinistryOpinionRequired, PartnerNotVerified, DocumentTooOld.
        """
        self.ensure("CLEARED")
        admit(document)
        self._ensure_authority(authority)
        if self.sensitive and not any(o.agency == MINISTRY and o.answer for o in self.opinions):
            raise MinistryOpinionRequired
        self.ensure_verified(partners, day_of(at))
        decided = issued(document, day_of(at), since=self._consulted_until())
        self.decision = Decision(outcome="approved", authority=authority, decided_at=at, document=decided)
        self.status = "APPROVED"
        return AgreementApproved(authority=authority, document_number=document.number)

    def refuse(self, *, authority: str, document: Document, reason: str, at: datetime) -> AgreementRefused:
        """Refuse the signature. Raises NotInThisStatus, WrongAuthority, DocumentTooOld."""
        self.ensure("CLEARED")
        admit(document, reason)
        self._ensure_authority(authority)
        decided = issued(document, day_of(at), since=self._consulted_until())
        self.decision = Decision(outcome="refused", authority=authority, decided_at=at, document=decided, reason=reason)
        self.status = "REFUSED"
        return AgreementRefused(
            authority=authority, document_number=document.number, reason=reason, settles=self.procedure_clock()
        )

    def authorise_signing(self, *, authority: str, office: str, document: Document, at: datetime) -> SigningAuthorised:
        """Let the holder of another office sign, by a paper that is no older than the decision.

        Raises NotInThisStatus, WrongAuthority, DocumentFromTheFuture, DocumentTooOld.
        """
        self.ensure("APPROVED")
        admit(document, office)
        self._ensure_authority(authority)
        decided = _day(self.decision.document, self.decision.decided_at) if self.decision else None
        given = issued(document, day_of(at), since=decided)
        self.authorisation = Authorisation(office=office, authorised_at=at, document=given)
        return SigningAuthorised(office=office)

    def _consulted_until(self) -> date | None:
        # The last thing a decision answers. What bears no date counts as of the day on which it was recorded.
        days = [_day(o.document, o.answered_at) for o in self.opinions if o.answered_at]
        days += [_day(o.no_reply.document, o.no_reply.recorded_at) for o in self.opinions if o.no_reply]
        with_pm = self.escalation
        if with_pm is not None and with_pm.decided_at is not None:
            days.append(_day(with_pm.decision, with_pm.decided_at))
        return max(days, default=None)

    def _ensure_authority(self, given: str) -> None:
        competent = self.authority()
        if given != competent:
            raise WrongAuthority(pointer="/authority", authority=office_name(competent), given=office_name(given))

    def _escalation(self) -> Escalation:
        if self.escalation is None:
            raise NothingToEscalate
        return self.escalation


def _day(document: Document | None, recorded_at: datetime) -> date:
    return (document.issued_on if document else None) or day_of(recorded_at)
