"""What the agreements service says about an agreement from its signature on."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from caytre.contracts.agreements.agreement import Occasion, ReportKind
from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.message import Message


class SigningAuthorised(Message):
    """The competent authority authorises another person to sign."""

    TYPE = "caytre.agreement.signing_authorised.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"office": "Director of the Department of Foreign Affairs"}

    office: str


class AgreementSigned(Message):
    """The parties have signed.

    Carries AGR_PM_REPORT, AGR_MOFA_COPY, AGR_PLAN, AGR_IN_FORCE and, where the text ends on a known day,
    AGR_EXPIRY_NOTICE and AGR_EXPIRY.
    """

    TYPE = "caytre.agreement.signed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "signed_on": {"text": "2026-03-20", "earliest": "2026-03-20", "latest": "2026-03-20", "precision": "day"},
        "text_sha256": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
        "deadlines": [
            {
                "code": "AGR_PM_REPORT",
                "anchor": "2026-03-20",
                "n": 15,
                "unit": "CALENDAR",
                "answerable": "VN-P-2025-33",
                "citation": "Law 70/2020/QH14, Art. 19(2)",
                "citation_vi": "khoản 2 Điều 19 Luật 70/2020/QH14",
                "verified": True,
            }
        ],
    }

    signed_on: StatedDate
    effective_from: StatedDate | None = None
    expires_on: StatedDate | None = None
    occasion: Occasion | None = None
    text_sha256: tuple[str, ...] = ()


class AgreementEnteredIntoForce(Message):
    """The agreement is in force. Settles AGR_IN_FORCE."""

    TYPE = "caytre.agreement.entered_into_force.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"effective_from": "2026-04-01", "settles": [{"code": "AGR_IN_FORCE"}]}

    effective_from: date


class AnnualReportAsked(Message):
    """A year has begun on which a report is due, the agreement being in force. Carries AGR_ANNUAL_REPORT."""

    TYPE = "caytre.agreement.annual_report_asked.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "year": 2026,
        "due_on": "2026-12-15",
        "deadlines": [
            {
                "code": "AGR_ANNUAL_REPORT",
                "discriminator": "2026",
                "anchor": "2026-12-15",
                "n": 0,
                "unit": "CALENDAR",
                "answerable": "VN-P-2025-33",
            }
        ],
    }

    year: int
    due_on: date


class StatutoryReportFiled(Message):
    """The report to the Prime Minister, the ministry's copy or a year's report was filed. Settles its deadline."""

    TYPE = "caytre.agreement.statutory_report_filed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "kind": "PM_REPORT",
        "filed_on": "2026-03-30",
        "document_number": "90/BC-UBND",
        "settles": [{"code": "AGR_PM_REPORT"}],
    }

    kind: ReportKind
    year: int | None = None
    filed_on: date
    document_number: str


class StatutoryReportOverdue(Message):
    """A statutory report has not been filed in time."""

    TYPE = "caytre.agreement.statutory_report_overdue.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"kind": "PM_REPORT", "overdue_since": "2026-04-07T01:00:00Z"}

    kind: ReportKind
    year: int | None = None
    overdue_since: datetime


class AgreementExpired(Message):
    """The agreement's last day is over. Settles AGR_EXPIRY and what warned of it."""

    TYPE = "caytre.agreement.expired.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"expired_on": "2031-03-19", "settles": [{"code": "AGR_EXPIRY"}]}

    expired_on: date


class AgreementWithdrawn(Message):
    """The record's sensitivity was raised: its public state ends, published history stays as it is.

    This says nothing about the parties; they withdraw from an agreement by another act.
    """

    TYPE = "caytre.agreement.withdrawn.v1"
    TOMBSTONE: ClassVar[bool] = True
    EXAMPLE: ClassVar[dict[str, object]] = {}


SIGNATURE_MESSAGES: tuple[type[Message], ...] = (
    SigningAuthorised,
    AgreementSigned,
    AgreementEnteredIntoForce,
    AnnualReportAsked,
    StatutoryReportFiled,
    StatutoryReportOverdue,
    AgreementExpired,
    AgreementWithdrawn,
)
