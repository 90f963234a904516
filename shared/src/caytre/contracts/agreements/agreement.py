"""The public state of an agreement: from the proposal through consultation and signature to the statutory report."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.agreements.implementation import Effectiveness, Implementation, Stall
from caytre.contracts.agreements.vouching import PartnerNotVouchedFor
from caytre.contracts.message import Document, Shape, State, open_enum

AgreementStatus = Annotated[
    str,
    open_enum(
        "DRAFT",
        "CONSULTING",
        "CLEARED",
        "ESCALATED",
        "REFUSED",
        "APPROVED",
        "SIGNED",
        "IN_FORCE",
        "SUSPENDED",
        "EXPIRED",
        "TERMINATED",
        "WITHDRAWN",
        "REPLACED",
        "CANCELLED",
    ),
]
SignatoryType = Annotated[
    str, open_enum("PROVINCE_PC", "PROVINCE_PCOUNCIL", "DEPARTMENT", "BORDER_COMMUNE", "ORG_PROVINCIAL")
]
Form = Annotated[str, open_enum("agreement", "mou", "letter_of_intent", "minutes", "joint_statement", "other")]
Channel = Annotated[str, open_enum("party", "state", "people")]
Answer = Annotated[str, open_enum("agree", "agree_with_comments", "disagree")]
ReportKind = Annotated[str, open_enum("PM_REPORT", "MOFA_COPY", "ANNUAL_REPORT")]
ProcedureDecision = Annotated[str, open_enum("KEPT", "ADOPTED")]


class VietnameseParty(Shape):
    """Who signs for the Vietnamese side: the locality as it was called then, and its body."""

    locality: str
    name_at_signing: str
    organisation: str | None = None


class ForeignParty(Shape):
    """The partner as it was named when it became a party; the name of a natural person stays out.

    An international organisation may have no country.
    """

    partner_id: UUID
    country: str | None = None
    name: str | None = None
    role: str | None = None


class ProcedureRef(Shape):
    """The procedure a case runs under, pinned when it began."""

    code: str
    version: int


class LaterProcedure(Shape):
    """A version of the pinned procedure that came into force while the case was open (`since`), and what was decided.

    KEPT goes on under the version it began under, ADOPTED under this one; empty while nobody has decided.
    """

    version: int
    since: date
    decided: ProcedureDecision | None = None
    reason: str | None = None
    document: Document | None = None


class Reduced(Shape):
    """Why the reduced procedure applies (Law 70/2020, Art. 35) and the paper that shows it."""

    ground: str
    evidence: Document


class DossierItem(Shape):
    """One paper of a dossier (OPINION, REDUCED or PM); received when `received_at` is set."""

    dossier: str
    code: str
    required: bool
    received_at: datetime | None = None
    document: Document | None = None


class Comment(Shape):
    """A point an agency makes, and how the proposing side took it up or why not."""

    text: str
    resolution: str | None = None


class NoReply(Shape):
    """The chair's record that an agency has not replied although its time is over. It is no consent."""

    recorded_at: datetime
    reason: str
    document: Document | None = None


class OpinionRound(Shape):
    """One round of the consultation of one agency. Its clock starts with its own act that the dossier is complete.

    `draft` is the draft that was sent, `round` counts how often the agency was asked. What an agency has put on paper
    only (`receipt`, `return_document`, or a reply `on_paper`) the province records with number and date.
    """

    agency: str
    mandatory: bool = True
    round: int = 1
    draft: int = 1
    requested_at: datetime
    dossier_complete_at: datetime | None = None
    receipt: Document | None = None
    returned_at: datetime | None = None
    return_document: Document | None = None
    answer: Answer | None = None
    text: str | None = None
    comments: tuple[Comment, ...] = ()
    answered_at: datetime | None = None
    document: Document | None = None
    on_paper: bool = False
    overdue_at: datetime | None = None
    no_reply: NoReply | None = None


class Opinion(OpinionRound):
    """The consultation of one agency: its present round, and the `earlier` ones as they stood when they ended."""

    earlier: tuple[OpinionRound, ...] = ()


class WithdrawnRequest(Shape):
    """An agency that was asked and, before it had said anything, is asked no more."""

    opinion: Opinion
    reason: str
    withdrawn_at: datetime
    document: Document | None = None


class Disagreement(Shape):
    """The disagreement of an agency in one round of its consultation."""

    agency: str
    round: int = 1


class Escalation(Shape):
    """The submission to the Prime Minister after a disagreement (Law 70/2020, Art. 19).

    His consent overcomes the `disagreements` it was given on; a later one is submitted in the next `round`.
    """

    round: int = 1
    disagreements: tuple[Disagreement, ...] = ()
    submitted_at: datetime
    document: Document
    dossier_complete_at: datetime | None = None
    consent: bool | None = None
    decided_at: datetime | None = None
    decision: Document | None = None
    overdue_at: datetime | None = None


class Decision(Shape):
    """The decision of the competent authority on the signature."""

    outcome: Annotated[str, open_enum("approved", "refused")]
    authority: str
    decided_at: datetime
    document: Document
    reason: str | None = None


class Authorisation(Shape):
    """The written authorisation of another person to sign, by office and not by name."""

    office: str
    authorised_at: datetime
    document: Document


class SignedText(Shape):
    """Which text was signed: digest, length in bytes and media type. A `translation` was not signed itself."""

    sha256: str
    size: int
    media_type: str
    language: str
    translation: bool = False


class Signer(Shape):
    """Who signed, by office; names are kept apart and are on no topic."""

    side: Annotated[str, open_enum("vietnamese", "foreign")]
    office: str
    partner_id: UUID | None = None


class Occasion(Shape):
    """The visit or event during which the signature took place."""

    service: str
    kind: str
    id: UUID
    label: str | None = None


class Signing(Shape):
    """The act of signing."""

    signed_on: StatedDate
    place: str | None = None
    signers: tuple[Signer, ...] = ()
    occasion: Occasion | None = None
    texts: tuple[SignedText, ...] = ()


class Report(Shape):
    """A report or copy filed after the signature (Law 70/2020, Art. 19), or the report on a `year` in force."""

    kind: ReportKind
    year: int | None = None
    filed_on: date
    filed_at: datetime
    document: Document


class YearToReport(Shape):
    """A year whose report was asked for, and since when it has been overdue; filed ones stand among the reports."""

    year: int
    due_on: date
    overdue_since: datetime | None = None


class Waiver(Shape):
    """An approver's reason for consulting although a partner is not verified."""

    partner_id: UUID
    reason: str
    document: Document | None = None


class Ending(Shape):
    """Why and when a record came to its end."""

    reason: str
    on: StatedDate
    document: Document | None = None


class Renewal(Shape):
    """What the text says about its own renewal."""

    kind: Annotated[str, open_enum("automatic", "notice", "none")]
    notice_days: int | None = None


class AgreementState(State):
    """An international agreement of a Vietnamese locality (Law 70/2020/QH14).

    `responsible_locality` answers for it today; `vietnamese_parties` keep the name and the unit at the time.
    `partner_flags` are the foreign parties that lost their verification before the signature and have none again.
    """

    status: AgreementStatus
    register_no: str | None = None
    title_vi: str
    title_foreign: str | None = None
    nature: str = "agreement"
    signatory_type: SignatoryType
    form: Form = "agreement"
    channel: Channel = "state"
    vietnamese_parties: tuple[VietnameseParty, ...]
    responsible_locality: str
    foreign_parties: tuple[ForeignParty, ...]
    fields: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    translated: bool = False
    sensitive: bool = False
    rationale: str | None = None
    procedure: ProcedureRef | None = None
    procedure_superseded: LaterProcedure | None = None
    reduced: Reduced | None = None
    draft: int = 1
    proposed_at: datetime | None = None
    dossier: tuple[DossierItem, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    withdrawn_requests: tuple[WithdrawnRequest, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    partner_flags: tuple[PartnerNotVouchedFor, ...] = ()
    escalation: Escalation | None = None
    earlier_escalations: tuple[Escalation, ...] = ()
    decision: Decision | None = None
    authorisation: Authorisation | None = None
    signing: Signing | None = None
    effective_from: StatedDate | None = None
    expires_on: StatedDate | None = None
    renewal: Renewal | None = None
    reports: tuple[Report, ...] = ()
    reports_overdue: tuple[ReportKind, ...] = ()
    years_to_report: tuple[YearToReport, ...] = ()
    ending: Ending | None = None
    implementation: Implementation = Implementation()
    stall: Stall | None = None
    effectiveness: Effectiveness | None = None
