"""What requests to this service say beside what all services share: strict, bounded, in one place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StrictBool, StrictInt

from caytre.contracts import delegations as contract
from caytre.contracts.agreements import StatedDate
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Provenance
from caytre.core.refusals import Invalid
from caytre.core.web.bodies import (
    Body,
    Code,
    Country,
    Day,
    DocumentBody,
    ExternalRefBody,
    LocalityId,
    Reason,
    Short,
    Title,
)
from caytre.reference.dates import UnreadableDate, parse_date

Authority = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,63}$", examples=["PC_CHAIR"])]
Channel = Literal["party", "state", "people"]
Number = Annotated[StrictInt, Field(ge=1, le=10_000)]
Count = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
Month = Annotated[StrictInt, Field(ge=1, le=12)]
Amount = Annotated[Decimal, Field(ge=0, le=Decimal(10) ** 15, max_digits=18, decimal_places=2)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["VND"])]
Shorts = Annotated[tuple[Short, ...], Field(max_length=50)]
Codes = Annotated[tuple[Code, ...], Field(max_length=30)]
Ids = Annotated[tuple[UUID, ...], Field(max_length=50)]
References = Annotated[tuple[ExternalRefBody, ...], Field(max_length=20)]
Post = Literal[
    "party_secretary", "deputy_secretary", "pc_chair", "pc_vice_chair", "council_president", "director", "other"
]
Relation = Literal[
    "extended_invitation",
    "resulted_in_visit",
    "occasioned_event",
    "signed_during",
    "met_at",
    "led_to_lead",
    "lead_became_outcome",
    "implements",
    "replaces",
    "succeeds",
    "promoted",
]


class MoneyBody(Body):
    """An amount in a currency (ISO 4217)."""

    amount: Amount
    currency: Currency = "VND"


class HostBody(Body):
    """A partner of the register that receives the delegation."""

    partner_id: UUID


class StopBody(Body):
    """One place of the trip, both days included."""

    country: Country
    city: Short | None = None
    arrives: Day | None = None
    leaves: Day | None = None
    mission: Code | None = None
    hosts: Annotated[tuple[HostBody, ...], Field(max_length=20)] = ()


class MemberBody(Body):
    """Who travels. Name, identity number, passport and day of birth are kept encrypted and are on no topic."""

    number: Number
    role: Literal["head", "deputy_head", "member", "interpreter", "support", "business"] = "member"
    rank: Short | None = None
    post: Post = "other"
    locality: Annotated[
        LocalityId | None,
        Field(description="Where the post is held: one of the delegation's localities, the first when it is left out."),
    ] = None
    managed: StrictBool = False
    name: Short | None = None
    identity_number: Annotated[str, Field(pattern=r"^[0-9]{9,12}$")] | None = None
    passport: Annotated[str, Field(pattern=r"^[A-Z0-9]{5,12}$")] | None = None
    born_on: Day | None = None


class ObjectiveBody(Body):
    """What the trip is for, and the outcome that is expected."""

    text: Reason
    expected: Reason | None = None


class PlanPlaceBody(Body):
    """The item of the annual plan that is carried out."""

    plan_id: UUID
    item_id: UUID


class OutOfPlanBody(Body):
    """Why it stands in no plan, who directed it, and the paper that says so."""

    reason: Reason
    directed_by: Annotated[
        Short,
        Field(
            description="The body or office that directed it (cơ quan, chức danh chỉ đạo), never a person's name.",
            examples=["Thường trực Tỉnh ủy"],
        ),
    ]
    document: DocumentBody


class CommitmentBody(Body):
    """Something promised: it becomes a follow-up of its owner."""

    number: Number
    text: Reason
    owner: Annotated[
        Code,
        Field(
            description="The agency or locality that answers for it (cơ quan chủ trì), by its code; never a person.",
            examples=["VN-P-2025-33"],
        ),
    ]
    due_on: Day | None = None


class RefBody(Body):
    """A record of a service."""

    service: Code
    kind: Code
    id: UUID
    label: Short | None = None


class SourceOfFact(Body):
    """Where a fact comes from that is no officer's act here."""

    origin: Literal["sourced", "law", "inferred", "imported", "illustration"]
    publication: Short | None = None
    statement: Short | None = None
    date: Short | None = None
    citation: Short | None = None
    inferred_from: Short | None = None


class LinkBody(Body):
    """What the record came out of."""

    upstream: RefBody
    relation: Relation
    confidence: Literal["declared", "confirmed"] = "declared"
    source: SourceOfFact | None = None
    note: Short | None = None
    asserted_on: Day | None = None

    def link(self) -> Link:
        """The link."""
        return Link(
            upstream=self.upstream.to(Ref),
            relation=self.relation,
            confidence=self.confidence,
            provenance=provenance_of(self.source) or Provenance(),
            note=self.note,
            asserted_on=self.asserted_on,
        )


Links = Annotated[tuple[LinkBody, ...], Field(max_length=20)]


class ConnectBody(Body):
    """Links with what it came out of, and agreements that it serves."""

    links: Links = ()
    agreement_ids: Ids = ()


class OnDay(Body):
    """The day on which it happened."""

    on: Day


class Ruling(Body):
    """The decision of the competent authority, named by its code."""

    authority: Authority
    document: DocumentBody


class ReasonedRuling(Ruling):
    """A decision against it, with its reason."""

    reason: Reason


class ProgrammeItemBody(Body):
    """One entry of a programme; `stated` says in a source's words when it was, where no time is known."""

    number: Number
    kind: Literal["meeting", "talk", "visit", "ceremony", "meal", "transfer", "other"] = "meeting"
    title: Title
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    stated: Short | None = None
    place: Short | None = None
    host: Annotated[
        Short | None, Field(description="The office that receives (cơ quan chủ trì tiếp), never a person's name.")
    ] = None
    venue: Short | None = None
    vehicle: Short | None = None
    interpreter: Annotated[
        Short | None, Field(description="Who interprets (phiên dịch); kept encrypted with the visit, on no topic.")
    ] = None
    interlocutors: Annotated[
        Shorts, Field(description="Whom the guests meet (người tiếp); kept encrypted with the visit, on no topic.")
    ] = ()

    def value(self) -> contract.ProgrammeItem:
        """The entry."""
        given: dict[str, Any] = self.model_dump()
        return contract.ProgrammeItem(**{**given, "stated": in_words("items", self.stated)})


Programme = Annotated[tuple[ProgrammeItemBody, ...], Field(max_length=200)]


def provenance_of(source: SourceOfFact | None) -> Provenance | None:
    """Where it comes from, if that is said."""
    return source.to(Provenance) if source else None


def stated(day: date | None) -> StatedDate | None:
    """A day as a stated date."""
    return StatedDate.on_day(day) if day else None


def in_words(name: str, text: str | None) -> StatedDate | None:
    """A date in a register's words ("đầu năm 2023"). Raises Invalid."""
    if text is None:
        return None
    try:
        return StatedDate.model_validate(parse_date(text).model_dump(mode="json"))
    except UnreadableDate as unreadable:
        raise Invalid(pointer=f"/{name}", reason=unreadable) from unreadable
