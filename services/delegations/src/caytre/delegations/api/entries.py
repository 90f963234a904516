"""What an entry of a register or a publication may say. Dates are the source's words ("đầu năm 2023", "15/03/2023")."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StrictInt

from caytre.contracts.message import ExternalRef, Provenance
from caytre.core.web.bodies import Agency, Body, Code, Country, DocumentBody, Long, Reason, Short, Title
from caytre.delegations.api.bodies import Amount, CommitmentBody, Count, Currency, Links, Programme
from caytre.delegations.api.plans import ItemBody
from caytre.delegations.api.travelling import InvitationBody, ResultBody
from caytre.delegations.api.trips import TripBody
from caytre.delegations.api.visits import VisitBody

Sensitivity = Annotated[str, Field(pattern="^(public|internal|restricted)$")]
_SOURCED = {"system": "bao-chi", "origin": "sourced", "publication": "S1"}
_PLAN: dict[str, Any] = {
    "source": {"system": "ke-hoach-doan", "number": "HY-2024-OUT", "file": "ke-hoach-2024.xlsx", "row": 4},
    "locality": "Hưng Yên",
    "year": 2024,
    "direction": "OUT",
    "items": [{"number": "1", "purpose": "Xúc tiến đầu tư", "countries": ["KR"]}],
}
_TRIP: dict[str, Any] = {
    "source": {**_SOURCED, "number": "S1-7", "statement": "7"},
    "localities": ["Thái Bình"],
    "status": "RETURNED",
    "title": "Đoàn công tác tại Hàn Quốc",
    "departs": "đầu năm 2023",
    "stops": [{"country": "KR"}],
}
_INVITATION: dict[str, Any] = {
    "source": {**_SOURCED, "number": "S1-7-1", "statement": "7"},
    "locality": "Thái Bình",
    "status": "CHANNELLED",
    "invitee": "Former head of state",
    "country": "KR",
    "purpose": "Thăm tỉnh",
    "form": "oral",
    "extended": "đầu năm 2023",
}
_VISIT: dict[str, Any] = {
    "source": {**_SOURCED, "number": "S1-11", "statement": "11"},
    "locality": "Thái Bình",
    "status": "DEPARTED",
    "title": "Đoàn vào từ Hàn Quốc",
    "country": "KR",
    "arrives": "01/12/2023",
}


class SourceBody(Body):
    """Where the entry stands. `system` and `number` find the record again."""

    system: Code
    number: Short
    origin: Literal["imported", "sourced", "illustration"] = "imported"
    file: Short | None = None
    row: Annotated[StrictInt, Field(ge=1, le=10_000_000)] | None = None
    publication: Short | None = None
    statement: Short | None = None
    date: Short | None = None

    def reference(self) -> ExternalRef:
        """By what it is found again."""
        return ExternalRef(system=self.system, id=self.number)

    def provenance(self) -> Provenance:
        """Where it comes from."""
        return Provenance.model_validate(self.model_dump(exclude={"number"}))


class RecordedItem(ItemBody):
    """One row of a plan, by its number in the file; without `status` it does not say what became of it."""

    number: Short
    status: Literal["PLANNED", "REALISED", "POSTPONED", "DROPPED", "LAPSED"] | None = None
    reason: Reason | None = None


class RecordPlan(Body, example=_PLAN):
    """A plan as a province keeps it. To a plan that is here already, rows with new numbers are added."""

    source: SourceBody
    locality: Short
    organisation: Short | None = None
    year: Annotated[StrictInt, Field(ge=1990, le=2199)]
    direction: Literal["OUT", "IN"]
    status: Literal["DRAFT", "APPROVED", "CLOSED"] = "APPROVED"
    currency: Currency = "VND"
    ceiling: Amount | None = None
    items: Annotated[tuple[RecordedItem, ...], Field(max_length=500)] = ()
    sensitivity: Sensitivity = "internal"


class RecordedReport(Body):
    """What is known of the report on a past trip."""

    results: Annotated[tuple[ResultBody, ...], Field(max_length=30)] = ()
    contacts: Count = 0
    diaspora_contacts: Count = 0
    commitments: Annotated[tuple[CommitmentBody, ...], Field(max_length=100)] = ()
    invitations: Annotated[tuple[InvitationBody, ...], Field(max_length=50)] = ()
    document: DocumentBody | None = None


class RecordDelegation(TripBody, example=_TRIP):
    """A trip that is over or under way as a register or a publication tells it, with its words for the dates."""

    source: SourceBody
    localities: Annotated[tuple[Short, ...], Field(min_length=1, max_length=20)]
    status: Literal["DEPARTED", "RETURNED", "REPORTED", "CLOSED", "CANCELLED", "REJECTED"]
    title: Title
    departs: Short | None = None
    returns: Short | None = None
    report: RecordedReport | None = None
    reason: Reason | None = None
    links: Links = ()
    sensitivity: Sensitivity = "internal"


class RecordedChannel(Body):
    """How the invitation went through the diplomatic channel."""

    via: Agency = "MOFA"
    on: Short
    document: DocumentBody | None = None


class RecordedReply(Body):
    """What the invited side answered."""

    answer: Literal["accepted", "declined"]
    on: Short
    through: Short | None = None


class RecordInvitation(Body, example=_INVITATION):
    """An invitation as a source tells it."""

    source: SourceBody
    locality: Short
    status: Literal["EXTENDED", "CHANNELLED", "ACCEPTED", "DECLINED", "LAPSED", "VISIT_SCHEDULED"]
    invitee: Short
    invitee_name: Short | None = None
    organisation: Short | None = None
    country: Country
    partner_id: UUID | None = None
    purpose: Short
    form: Literal["oral", "written"] = "written"
    extended: Short
    delegation_id: UUID | None = None
    channel: RecordedChannel | None = None
    reply: RecordedReply | None = None
    visit_id: UUID | None = None
    links: Links = ()
    sensitivity: Sensitivity = "internal"


class RecordedVisitReport(Body):
    """What is known of how the visit went."""

    text: Long
    expected: Long | None = None
    achieved: Literal["more", "as_expected", "less", "not_stated"] = "not_stated"
    commitments: Annotated[tuple[CommitmentBody, ...], Field(max_length=100)] = ()


class RecordVisit(VisitBody, example=_VISIT):
    """A past visit as a source tells it; entries of the programme need no time."""

    source: SourceBody
    locality: Short
    status: Literal["DEPARTED", "REPORTED", "CLOSED", "CANCELLED", "DECLINED"]
    title: Title
    country: Country
    partner_id: UUID | None = None
    arrives: Short | None = None
    leaves: Short | None = None
    invitation_id: UUID | None = None
    programme: Programme = ()
    report: RecordedVisitReport | None = None
    links: Links = ()
    sensitivity: Sensitivity = "internal"
