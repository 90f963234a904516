"""The signature and what follows from it: reports within 15 days, entry into force, expiry (Law 70/2020/QH14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from caytre.agreements.model.case import VietnameseTextMissing
from caytre.agreements.model.clocks import deadline, settled
from caytre.agreements.model.partner import Partner
from caytre.agreements.model.proposing import NotAParty, ensure_span
from caytre.agreements.model.yearly import ANNUAL, Yearly
from caytre.contracts import delegations, events
from caytre.contracts.agreements import (
    AgreementSigned,
    DeadlineCode,
    Occasion,
    Report,
    SignedText,
    Signer,
    Signing,
    StatedDate,
    StatutoryReportFiled,
    StatutoryReportOverdue,
)
from caytre.contracts.message import Deadline, Document, Settlement
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.naming import office_name, word
from caytre.core.papers import issued
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference.procedures import Procedure


class SigningInTheFuture(Refusal):
    en = "The day of signing ({signed_on}) lies after today ({today})."
    vi = "Ngày ký ({signed_on}) sau ngày hôm nay ({today})."


class SigningBeforeApproval(Refusal):
    en = "The day of signing ({signed_on}) lies before the approval ({approved_on})."
    vi = "Ngày ký ({signed_on}) trước ngày phê duyệt ({approved_on})."


class SigningBeforeConsent(Refusal):
    en = "The day of signing ({signed_on}) lies before the Prime Minister's written consent ({consented_on})."
    vi = "Ngày ký ({signed_on}) trước ngày Thủ tướng Chính phủ đồng ý bằng văn bản ({consented_on})."


class SignerNotAuthorised(Refusal):
    en = "Only {authority} or a person it has authorised in writing may sign; that day there was no authorisation."
    vi = "Chỉ {authority} hoặc người được ủy quyền bằng văn bản được ký; tại ngày ký chưa có văn bản ủy quyền."


class ForeignSignerMissing(Refusal):
    status = 422
    en = "Somebody signs for the foreign side: give the signer's office and, where parties are several, its party."
    vi = "Phải có người ký của bên nước ngoài: ghi chức danh người ký và bên được đại diện nếu có nhiều bên."


class SignedTextMissing(Refusal):
    en = "The signed text is missing: give its SHA-256, size and media type."
    vi = "Thiếu văn bản đã ký: cần SHA-256, kích thước và loại tệp."


class FiledBeforeWritten(Refusal):
    en = "The report cannot be filed on {filed_on}: its paper bears the date {issued_on}."
    vi = "Báo cáo không thể được gửi ngày {filed_on}: văn bản ghi ngày {issued_on}."


class AlreadyFiled(Refusal):
    en = "Already filed: {kind}."
    vi = "Đã được gửi: {kind}."


AFTER_SIGNATURE = ("SIGNED", "IN_FORCE", "SUSPENDED", "EXPIRED", "TERMINATED", "WITHDRAWN", "REPLACED")
REPORTS = {"PM_REPORT": DeadlineCode.AGR_PM_REPORT, "MOFA_COPY": DeadlineCode.AGR_MOFA_COPY}


def without_title(occasion: Occasion | None) -> Occasion | None:
    """An occasion that is a record of this platform, by its id: what it is called stands with that record alone."""
    if occasion is None or occasion.service not in (delegations.SERVICE, events.SERVICE):
        return occasion
    return occasion.model_copy(update={"label": None})


class SigningActs(Yearly):
    """The signature and the statutory reports; how long the agreement lasts is in `lasting`."""

    def sign(
        self,
        *,
        signed_on: date,
        by_authorised: bool,
        foreign_signers: Sequence[Signer],
        texts: Sequence[SignedText],
        place: str | None = None,
        occasion: Occasion | None = None,
        effective_from: date | None = None,
        expires_on: date | None = None,
        signer_names: Sequence[str] = (),
        partners: Mapping[UUID, Partner],
        at: datetime,
    ) -> AgreementSigned:
        """Record the signature.

        Raises NotInThisStatus, SigningInTheFuture, SigningBeforeConsent, SigningBeforeApproval,
        SignerNotAuthorised, ForeignSignerMissing, NotAParty, SignedTextMissing, VietnameseTextMissing, TooFewParties,
        PartnerNotVerified, Invalid.
        """
        self.ensure("APPROVED")
        admit(place, list(foreign_signers), list(signer_names), occasion)
        occasion = without_title(occasion)
        self._ensure_day(signed_on, day_of(at))
        self.ensure_parties()
        theirs = self._foreign(foreign_signers)
        self._ensure_texts(texts)
        self.ensure_verified(partners, day_of(at))
        effect = StatedDate.on_day(effective_from) if effective_from else self.effective_from
        end = StatedDate.on_day(expires_on) if expires_on else self.expires_on
        if effect and effect.latest < signed_on:
            raise Invalid(
                pointer="/effective_from",
                reason=Words(
                    "thỏa thuận không thể có hiệu lực trước ngày ký", "an agreement takes no effect before it is signed"
                ),
            )
        ensure_span(effect or StatedDate.on_day(signed_on), end)
        ours = Signer(side="vietnamese", office=self._office(by_authorised, signed_on))
        self.effective_from, self.expires_on = effect, end
        self.signer_names = tuple(signer_names)
        self.signing = Signing(
            signed_on=StatedDate.on_day(signed_on),
            place=place,
            signers=(ours, *theirs),
            occasion=occasion,
            texts=tuple(texts),
        )
        self.status = "SIGNED"
        return AgreementSigned(
            signed_on=self.signing.signed_on,
            effective_from=effect,
            expires_on=end,
            occasion=occasion,
            text_sha256=tuple(text.sha256 for text in texts),
            deadlines=(*self.duties(signed_on, self.pinned()), *self.life(signed_on)),
            settles=self.end_under_its_version(),
        )

    def _ensure_day(self, signed_on: date, today: date) -> None:
        if signed_on > today:
            raise SigningInTheFuture(pointer="/signed_on", signed_on=signed_on, today=today)
        consent = self.escalation.decision if self.escalation else None
        if consent and consent.issued_on and signed_on < consent.issued_on:
            raise SigningBeforeConsent(pointer="/signed_on", signed_on=signed_on, consented_on=consent.issued_on)
        if self.decision is None:
            return
        approved_on = self.decision.document.issued_on or day_of(self.decision.decided_at)
        if signed_on < approved_on:
            raise SigningBeforeApproval(pointer="/signed_on", signed_on=signed_on, approved_on=approved_on)

    def _ensure_texts(self, texts: Sequence[SignedText]) -> None:
        if not any(not text.translation for text in texts):
            raise SignedTextMissing(pointer="/texts")
        if not any(text.language == "vi" for text in texts):
            raise VietnameseTextMissing(pointer="/texts")

    def _office(self, by_authorised: bool, signed_on: date) -> str:
        if not by_authorised:
            return self.authority()
        given = self.authorisation
        if given is None or (given.document.issued_on or day_of(given.authorised_at)) > signed_on:
            raise SignerNotAuthorised(pointer="/by_authorised", authority=office_name(self.authority()))
        return given.office

    def _foreign(self, signers: Sequence[Signer]) -> tuple[Signer, ...]:
        # Where there is one foreign party, a signer who names none signs for it.
        sole = self.partner_ids[0] if len(self.partner_ids) == 1 else None
        named = tuple(s if s.partner_id else s.model_copy(update={"partner_id": sole}) for s in signers)
        if not named or any(signer.partner_id is None for signer in named):
            raise ForeignSignerMissing(pointer="/foreign_signers")
        for signer in named:
            if signer.partner_id not in self.partner_ids:
                raise NotAParty(pointer="/foreign_signers", partner=signer.partner_id)
        return named

    def duties(self, signed_on: date, procedure: Procedure) -> tuple[Deadline, ...]:
        """What is due after the signature: report, copy, plan."""
        codes = (DeadlineCode.AGR_PM_REPORT, DeadlineCode.AGR_MOFA_COPY, DeadlineCode.AGR_PLAN)
        return tuple(
            deadline(procedure.deadline(code), anchor=signed_on, answerable=self.responsible_locality) for code in codes
        )

    def file_report(
        self, *, kind: str, year: int | None = None, filed_on: date, document: Document, at: datetime
    ) -> StatutoryReportFiled:
        """File the Prime Minister's report, the ministry's copy, or the report on a `year`.

        Raises NotInThisStatus, AlreadyFiled, ReportNotAsked, Invalid, FiledBeforeWritten, DocumentFromTheFuture,
        DocumentTooOld.
        """
        self.ensure(*AFTER_SIGNATURE)
        admit(document)
        settles = self._clock_of_report(kind, year)
        if any((report.kind, report.year) == (kind, year) for report in self.reports):
            raise AlreadyFiled(kind=word("report", kind))
        if filed_on > day_of(at) or (self.signing and filed_on < self.signing.signed_on.earliest):
            raise Invalid(
                pointer="/filed_on",
                reason=Words(
                    "báo cáo được gửi từ ngày ký đến hôm nay", "a report is filed between the signature and today"
                ),
            )
        signed_on = self.signing.signed_on.earliest if self.signing else None
        issued(document, day_of(at), since=signed_on)
        if document.issued_on and filed_on < document.issued_on:
            raise FiledBeforeWritten(pointer="/filed_on", filed_on=filed_on, issued_on=document.issued_on)
        report = Report(kind=kind, year=year, filed_on=filed_on, filed_at=at, document=document)
        self.reports = (*self.reports, report)
        return StatutoryReportFiled(
            kind=kind, year=year, filed_on=filed_on, document_number=document.number, settles=(settles,)
        )

    def _clock_of_report(self, kind: str, year: int | None) -> Settlement:
        if kind == ANNUAL:
            return self.annual_clock(year)
        if year is not None:
            raise Invalid(
                pointer="/year",
                reason=Words("chỉ báo cáo hằng năm ghi năm báo cáo", "only a yearly report is about a year"),
            )
        return settled(REPORTS[kind])

    def report_ran_over(self, code: str, at: datetime) -> StatutoryReportOverdue | None:
        """What an overdue report clock brings about; None when it is filed or known by now."""
        kind = next(kind for kind, known in REPORTS.items() if known == code)
        if kind in self.reports_overdue or any(report.kind == kind for report in self.reports):
            return None
        self.reports_overdue = (*self.reports_overdue, kind)
        return StatutoryReportOverdue(kind=kind, overdue_since=at)
