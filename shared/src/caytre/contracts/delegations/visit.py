"""Incoming delegations: the request or invitation, the check of the partner, the programme, the visit, the report."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.delegations.delegation import Commitment, Host, PlanPlace, Ruling, Setback
from caytre.contracts.lineage import Link
from caytre.contracts.message import Document, Message, Provenance, Shape, State, open_enum
from caytre.contracts.origins import ActOfOrigin

VisitStatus = Annotated[
    str,
    open_enum(
        "REQUESTED",
        "INVITED",
        "PARTNER_CHECK",
        "PROGRAMME_DRAFT",
        "APPROVED",
        "ARRIVED",
        "DEPARTED",
        "REPORTED",
        "CLOSED",
        "DECLINED",
        "CANCELLED",
    ),
]
VisitKind = Annotated[str, open_enum("official", "business", "overseas_vietnamese", "press", "ngo", "other")]

_PARTNER = "01980000-0000-7000-8000-000000000001"
_INVITATION = "01980000-0000-7000-8000-000000000042"
_AGREEMENT = "01980000-0000-7000-8000-000000000003"


class ProgrammeItem(Shape):
    """One entry of the programme. Host, venue, vehicle and interpreter can be in one place at a time only.

    What is known of a past visit may have no time (`stated` then says what a source knows of it). `host` is an office.
    Who interprets and who is met are persons: they are encrypted with the visit and said no more.
    """

    number: int
    kind: Annotated[str, open_enum("meeting", "talk", "visit", "ceremony", "meal", "transfer", "other")] = "meeting"
    title: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    stated: StatedDate | None = None
    place: str | None = None
    host: str | None = None
    venue: str | None = None
    vehicle: str | None = None
    interpreter: str | None = None
    interlocutors: tuple[str, ...] = ()


class PartnerCheck(Shape):
    """The guest's side in the register of partners at the time of the check, or why it was let pass unverified."""

    checked_at: datetime
    partner_id: UUID | None = None
    verified_until: date | None = None
    waived: str | None = None


class VisitReport(Shape):
    """What the visit was meant to bring, what it brought, and where the report comes from."""

    filed_at: datetime
    expected: str | None = None
    achieved: Annotated[str, open_enum("more", "as_expected", "less", "not_stated")] = "not_stated"
    text: str
    document: Document | None = None
    commitments: tuple[Commitment, ...] = ()
    provenance: Provenance = Provenance()


class VisitState(State):
    """A foreign delegation received by a locality. Guests are told by rank and number; their names are encrypted."""

    PRIVATE: ClassVar[bool] = True

    status: VisitStatus
    direction: str = "IN"
    locality: str
    organisation: str | None = None
    title: str
    kind: VisitKind = "official"
    channel: Annotated[str, open_enum("party", "state", "people")] = "state"
    guest: Host | None = None
    guest_name: str | None = None
    country: str
    head_rank: str | None = None
    size: int | None = None
    business: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    arrives_on: StatedDate | None = None
    leaves_on: StatedDate | None = None
    programme: tuple[ProgrammeItem, ...] = ()
    programme_version: int = 0
    partner_check: PartnerCheck | None = None
    partner_flag: str | None = None
    plan: PlanPlace | None = None
    invitation_id: UUID | None = None
    ruling: Ruling | None = None
    arrived_on: date | None = None
    departed_on: date | None = None
    report: VisitReport | None = None
    setback: Setback | None = None
    agreement_ids: tuple[UUID, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def countries(self) -> tuple[str, ...]:
        """The guests' country."""
        return (self.country,)


class _VisitMessage(Message):
    direction: str = "IN"
    country: str
    arrives_on: StatedDate | None = None
    leaves_on: StatedDate | None = None
    partner_id: UUID | None = None


_VISIT: dict[str, object] = {"country": "KR", "partner_id": _PARTNER}


class VisitRequested(_VisitMessage):
    """A foreign side asks to come."""

    TYPE = "caytre.visit.requested.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _VISIT


class VisitInvited(_VisitMessage):
    """A visit follows from an accepted invitation."""

    TYPE = "caytre.visit.invited.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "invitation_id": _INVITATION}

    invitation_id: UUID


class VisitRecorded(_VisitMessage):
    """A visit has come in from a file, a publication or an illustration; it starts no clock of the past."""

    TYPE = "caytre.visit.recorded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "status": "CLOSED", "origin": "sourced"}

    status: VisitStatus
    origin: str


class VisitAmended(_VisitMessage):
    """Particulars changed; an approved visit goes back to its programme."""

    TYPE = "caytre.visit.amended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "fields": ["arrives_on"]}

    fields: tuple[str, ...]


class VisitPartnerChecked(_VisitMessage):
    """The guest's side was looked up in the register of partners."""

    TYPE = "caytre.visit.partner_checked.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "verified_until": "2028-03-09", "waived": False}

    verified_until: date | None = None
    waived: bool = False


class VisitProgrammePublished(_VisitMessage):
    """There is a version of the programme without clashes in itself."""

    TYPE = "caytre.visit.programme_published.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "programme_version": 1, "items": 6}

    programme_version: int
    items: int


class VisitApproved(_VisitMessage):
    """The competent authority approves the visit and its programme."""

    TYPE = "caytre.visit.approved.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "authority": "PC_CHAIR", "programme_version": 1}

    authority: str
    programme_version: int


class VisitDeclined(_VisitMessage):
    """The locality does not receive the visit."""

    TYPE = "caytre.visit.declined.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "reason": "no capacity"}

    reason: str


class VisitCancelled(_VisitMessage):
    """The visit does not take place."""

    TYPE = "caytre.visit.cancelled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "reason": "the guests cannot come"}

    reason: str


class VisitArrived(_VisitMessage):
    """The guests are there."""

    TYPE = "caytre.visit.arrived.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "on": "2026-05-04"}

    on: date


class VisitDeparted(_VisitMessage):
    """The guests have left."""

    TYPE = "caytre.visit.departed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "on": "2026-05-06"}

    on: date


class VisitReportFiled(ActOfOrigin, _VisitMessage):
    """What the visit brought; commitments become follow-ups.

    `origin` is that of the report, which may be weaker than the visit's.
    """

    TYPE = "caytre.visit.report_filed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "achieved": "more", "commitments": 1}

    achieved: str
    commitments: int = 0


class VisitClosed(_VisitMessage):
    """Nothing is left to do."""

    TYPE = "caytre.visit.closed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _VISIT


class VisitPartnerFlagged(_VisitMessage):
    """The guest's side is no longer vouched for, or was merged into another partner."""

    TYPE = "caytre.visit.partner_flagged.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "why": "REVOKED"}

    why: str


class VisitLinked(_VisitMessage):
    """A link of the visit with what it came out of, or with an agreement signed during it."""

    TYPE = "caytre.visit.linked.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_VISIT, "agreement_ids": [_AGREEMENT]}

    added: tuple[Link, ...] = ()
    agreement_ids: tuple[UUID, ...] = ()


VISIT_MESSAGES: tuple[type[Message], ...] = (
    VisitRequested,
    VisitInvited,
    VisitRecorded,
    VisitAmended,
    VisitPartnerChecked,
    VisitProgrammePublished,
    VisitApproved,
    VisitDeclined,
    VisitCancelled,
    VisitArrived,
    VisitDeparted,
    VisitReportFiled,
    VisitClosed,
    VisitPartnerFlagged,
    VisitLinked,
)
