"""What requests to this service say beside what all services share: strict, bounded, in one place."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StrictInt, model_validator

from caytre.contracts import events as contract
from caytre.contracts.agreements import StatedDate
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Provenance
from caytre.core.clock import day_of
from caytre.core.refusals import Invalid
from caytre.core.text_types import Text
from caytre.core.web.bodies import Body, Code, Country, Day, DocumentBody, LocalityId, Reason, Short, Title
from caytre.events.model import schedule
from caytre.events.model.entries import ensure_published
from caytre.events.model.ownership import share_of
from caytre.reference.dates import UnreadableDate, parse_date

EventKind = Literal[
    "conference",
    "seminar",
    "forum",
    "fair",
    "festival",
    "exhibition",
    "business_matching",
    "training",
    "ceremony",
    "press_conference",
    "other",
]
EventLevel = Literal["provincial", "regional", "national", "international"]
EventMode = Literal["onsite", "online", "hybrid"]
Channel = Literal["party", "state", "people"]
Attendance = Literal["onsite", "online"]
Authority = Literal["PRIME_MINISTER", "PC_CHAIR", "NONE"]
OutcomeKind = Literal["FDI", "TRADE", "MOU_ENTERPRISE", "ODA", "AID", "TRAINING", "OTHER"]
RegistrantKind = Literal[
    "participant", "speaker", "buyer", "seller", "investor", "press", "guest", "organiser", "other"
]
Rank = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,40}$", examples=["MINISTER"])]
Topic = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,40}$", examples=["EDUCATION"])]
Persons = Annotated[StrictInt, Field(ge=1, le=1_000)]
Quota = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
#: A local hour, as a clock at the venue shows it.
Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:30"])]
Zone = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}$", examples=["Asia/Ho_Chi_Minh"])
]
#: Exact decimal text: no exponent, no sign, at most four digits after the point.
Amount = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,15})(\.[0-9]{1,4})?$", examples=["25000000.00"])]
#: A part of the whole in percent, as decimal text.
Share = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,2})(\.[0-9]{1,4})?$", examples=["60"])]
EVENT_LINKS = ("resulted_in_visit", "occasioned_event", "promoted", "succeeds")
LEAD_LINKS = ("led_to_lead", "met_at", "promoted", "implements")
OUTCOME_LINKS = ("lead_became_outcome", "signed_during", "led_to_lead", "implements", "promoted", "met_at")


class ScheduleBody(Body, example={"starts_on": "2026-10-09", "starts_at": "08:30", "ends_at": "17:00"}):
    """Days and hours at the venue, in its time zone (IANA). The state says which day that is in Viet Nam."""

    starts_on: Day
    ends_on: Day | None = None
    starts_at: Hour | None = None
    ends_at: Hour | None = None
    time_zone: Zone = schedule.VIETNAM

    def value(self) -> contract.Schedule:
        """The schedule. Raises UnknownTimeZone, HourDoesNotExist, EndsBeforeItStarts, LastsTooLong."""
        return schedule.scheduled(
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            starts_at=time.fromisoformat(self.starts_at) if self.starts_at else None,
            ends_at=time.fromisoformat(self.ends_at) if self.ends_at else None,
            time_zone=self.time_zone,
        )


class VenueBody(Body):
    """Where the event is, and on which platform an online one."""

    name: Title | None = None
    address: Title | None = None
    locality: LocalityId | None = None
    country: Country = "VN"
    platform: Short | None = None


class OrganiserBody(Body):
    """Who organises with the locality. A foreign partner is named by its id in the register."""

    kind: Literal["locality", "ministry", "embassy", "partner", "organisation"]
    name: Title
    locality: LocalityId | None = None
    partner_id: UUID | None = None
    country: Country | None = None
    responsibilities: Reason | None = None


class GuestsBody(Body):
    """Who is expected. Ranks decide who permits the event; names belong into `guest_names`, which is encrypted."""

    expected: Annotated[StrictInt, Field(ge=0, le=1_000_000)] | None = None
    rank: Rank | None = None
    former_rank: Rank | None = None


class SessionBody(Body):
    """A part of the programme or an activity beside it."""

    code: Code
    title: Title
    kind: Literal["session", "festival", "exhibition", "booth", "visit", "speech", "signing", "meal", "other"] = (
        "session"
    )
    on: Day | None = None
    from_time: Hour | None = None
    to_time: Hour | None = None
    place: Short | None = None
    capacity: Quota | None = None


class QuotasBody(Body):
    """How many persons are admitted by way of taking part; left out means without limit."""

    onsite: Quota | None = None
    online: Quota | None = None


class GridBody(Body):
    """Slots and tables for business meetings; the first slot begins at `starts_at` of `on`, local to the venue."""

    slots: Annotated[StrictInt, Field(ge=1, le=200)]
    tables: Annotated[StrictInt, Field(ge=1, le=500)]
    minutes: Annotated[StrictInt, Field(ge=5, le=240)] = 25
    on: Day | None = None
    starts_at: Hour | None = None
    time_zone: Zone = schedule.VIETNAM

    @model_validator(mode="after")
    def _day_and_hour_together(self) -> Self:
        if (self.on is None) != (self.starts_at is None):
            raise ValueError("give both on and starts_at, or neither")
        return self

    def value(self) -> contract.MeetingGrid:
        """The grid. Raises UnknownTimeZone, HourDoesNotExist."""
        begins: datetime | None = None
        if self.on is not None and self.starts_at is not None:
            begins = schedule.moment(self.on, time.fromisoformat(self.starts_at), self.time_zone)
        return contract.MeetingGrid(slots=self.slots, tables=self.tables, minutes=self.minutes, starts_at=begins)


class MoneyBody(Body, example={"amount": "25000000.00", "currency": "USD", "amount_type": "registered"}):
    """An amount as decimal text in a currency of ISO 4217."""

    amount: Amount
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["USD"])]
    amount_type: Literal["registered", "disbursed", "pledged"]

    def value(self) -> contract.Money:
        """The amount."""
        return contract.Money(amount=Decimal(self.amount), currency=self.currency, amount_type=self.amount_type)


class RefBody(Body):
    """A record of a service."""

    service: Literal["agreements", "delegations", "events"]
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,30}$", examples=["agreement"])]
    id: UUID
    label: Title | None = None

    def value(self) -> Ref:
        """The reference."""
        return self.to(Ref)


class LinkSource(Body):
    """Where a link comes from when it is no officer's knowledge here."""

    origin: Literal["sourced", "law", "inferred", "imported", "illustration"]
    publication: Short | None = None
    statement: Short | None = None
    date: Short | None = None
    citation: Short | None = None
    inferred_from: Reason | None = None


class LinkBody(Body):
    """What the record came out of; `share` is what an upstream record of an outcome is credited with, in percent."""

    upstream: RefBody
    confidence: Literal["declared", "confirmed"] = "declared"
    note: Reason | None = None
    source: LinkSource | None = None

    def link(self, relation: str, at: datetime, share: str | None = None) -> Link:
        """The link as it is said today. Raises ShareOutOfRange, PublicationMissing."""
        provenance = self.source.to(Provenance) if self.source else Provenance()
        ensure_published(provenance)
        return Link(
            upstream=self.upstream.value(),
            relation=relation,
            confidence=self.confidence,
            note=self.note,
            provenance=provenance,
            share=share_of(share) if share is not None else None,
            asserted_on=day_of(at),
        )


class EventLinkBody(LinkBody):
    """What an event came out of."""

    relation: Literal[EVENT_LINKS] = "occasioned_event"  # type: ignore[valid-type]


class EvidenceBody(Body):
    """What an outcome rests on."""

    summary: Reason
    document: DocumentBody | None = None
    obtained_on: Day | None = None


class ParticipantBody(Body):
    """A person of a party; kept encrypted."""

    name: Short
    position: Short | None = None
    nationality: Country | None = None
    passport: Annotated[str, Text(40)] | None = None
    email: Annotated[str, Text(254)] | None = None
    phone: Annotated[str, Text(40)] | None = None


class Source(Body):
    """Where an entry stands. `system` and `number` find the record again."""

    system: Code
    number: Short
    origin: Literal["imported", "sourced", "illustration"] = "imported"
    file: Short | None = None
    row: Annotated[StrictInt, Field(ge=1, le=10_000_000)] | None = None
    publication: Short | None = None
    statement: Short | None = None
    date: Short | None = None

    def provenance(self) -> Provenance:
        """The provenance of the record."""
        return Provenance.model_validate(self.model_dump(exclude={"number"}))


def stated(text: str, pointer: str) -> StatedDate:
    """A date in the words of its source. Raises Invalid."""
    try:
        return StatedDate.model_validate(parse_date(text).model_dump(mode="json"))
    except UnreadableDate as unreadable:
        raise Invalid(pointer=pointer, reason=unreadable) from unreadable


def stated_day(day: date) -> StatedDate:
    """A day that is known."""
    return StatedDate.on_day(day)


def values(body: Body, **converted: Any) -> dict[str, Any]:
    """The members the request names, with these converted by their functions."""
    given = body.given()
    return {
        name: converted[name](value) if name in converted and value is not None else value
        for name, value in given.items()
    }
