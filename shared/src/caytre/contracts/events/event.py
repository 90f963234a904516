"""The state of an event: what it is, when and where, who permits it, and how far it has come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from caytre.contracts.agreements.agreement import Channel
from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Document, Shape, State, open_enum

EventStatus = Annotated[
    str,
    open_enum(
        "DRAFT",
        "PLANNED",
        "PERMISSION_APPLIED",
        "PERMISSION_UNDER_OPINION",
        "PERMISSION_GRANTED",
        "PERMISSION_REFUSED",
        "OPEN",
        "FROZEN",
        "LIVE",
        "HELD",
        "REPORTED",
        "CLOSED",
        "CANCELLED",
        "POSTPONED",
    ),
]
EventKind = Annotated[
    str,
    open_enum(
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
    ),
]
EventLevel = Annotated[str, open_enum("provincial", "regional", "national", "international", "not_stated")]
EventMode = Annotated[str, open_enum("onsite", "online", "hybrid")]
OrganiserKind = Annotated[str, open_enum("locality", "ministry", "embassy", "partner", "organisation")]
PermissionStatus = Annotated[
    str, open_enum("not_required", "to_apply", "applied", "under_opinion", "permitted", "refused")
]
Authority = Annotated[str, open_enum("PRIME_MINISTER", "PC_CHAIR", "NONE")]
SessionKind = Annotated[
    str, open_enum("session", "festival", "exhibition", "booth", "visit", "speech", "signing", "meal", "other")
]


class Schedule(Shape):
    """When the event is. Days are those of the venue; moments carry the venue's offset from UTC.

    `time_zone` is the venue's (IANA). Where a stated hour falls on another day in Viet Nam, `vietnam_starts_on` and
    `vietnam_ends_on` differ from the days of the venue and `moves_date` says so; the clocks of Vietnamese law count
    from the Vietnamese day. Of history a day may be known roughly only; then nothing is counted from it.
    """

    starts_on: StatedDate
    ends_on: StatedDate
    time_zone: str = "Asia/Ho_Chi_Minh"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    vietnam_starts_on: date | None = None
    vietnam_ends_on: date | None = None
    moves_date: bool = False


class Venue(Shape):
    """Where the event is; `country` is ISO 3166-1 alpha-2, VN for an event with its place or one end in Viet Nam."""

    name: str | None = None
    address: str | None = None
    locality: str | None = None
    country: str = "VN"
    platform: str | None = None


class Organiser(Shape):
    """Who organises, under the name it had then; a foreign partner by its id in the register of partners."""

    kind: OrganiserKind
    name: str
    locality: str | None = None
    partner_id: UUID | None = None
    country: str | None = None
    responsibilities: str | None = None


class Guests(Shape):
    """Who is expected: how many, the highest rank, and the highest rank somebody held before."""

    expected: int | None = None
    rank: str | None = None
    former_rank: str | None = None


class Session(Shape):
    """A part of the programme or an activity beside it; hours are local to the venue, HH:MM."""

    code: str
    title: str
    kind: SessionKind = "session"
    on: date | None = None
    from_time: str | None = None
    to_time: str | None = None
    place: str | None = None
    capacity: int | None = None


class Quotas(Shape):
    """How many persons are admitted by way of taking part; empty means without limit."""

    onsite: int | None = None
    online: int | None = None


class MeetingGrid(Shape):
    """The slots (from 1) and tables (from 1) for business meetings; `minutes` is the length of a slot."""

    slots: int
    tables: int
    minutes: int = 25
    starts_at: datetime | None = None


class CompetenceReason(Shape):
    """Why an authority permits the event, with the place in the law; `verified` false: a lawyer must check it."""

    text_vi: str
    text_en: str
    citation: str | None = None
    verified: bool = False


class CompetenceReading(Shape):
    """One way to read what the law leaves open."""

    authority: Authority
    text_vi: str
    text_en: str


class Settled(Shape):
    """Which reading was taken where the law is open, why, and on which paper."""

    authority: Authority
    reason: str
    document: Document | None = None
    at: datetime


class Lateness(Shape):
    """Why an application that came too late was taken all the same."""

    reason: str
    document: Document | None = None


class PermissionOpinion(Shape):
    """What an agency was asked and replied. Its clock runs from `received_on`, the day it got the request."""

    agency: str
    received_on: date
    answer: Annotated[str, open_enum("agree", "agree_with_comments", "disagree")] | None = None
    text: str | None = None
    document: Document | None = None
    answered_at: datetime | None = None
    overdue_at: datetime | None = None


class PermissionDecision(Shape):
    """The written answer of the competent authority."""

    outcome: Annotated[str, open_enum("permitted", "refused")]
    authority: Authority
    document: Document
    conditions: str | None = None
    decided_at: datetime


class Permission(Shape):
    """Whether and by whom the event must be permitted, and how far that has come. `round` counts what was re-opened.

    Where `certain` is false the law is open: `readings` are both ways to read it, `authority` is the cautious one, and
    nothing can be applied for until an officer has settled which is taken.
    """

    status: PermissionStatus
    round: int = 1
    authority: Authority
    certain: bool = True
    lead_days: int | None = None
    rules_version: int
    reasons: tuple[CompetenceReason, ...] = ()
    readings: tuple[CompetenceReading, ...] = ()
    settled: Settled | None = None
    applied_at: datetime | None = None
    application: Document | None = None
    days_before: int | None = None
    lateness: Lateness | None = None
    application_missed_at: datetime | None = None
    opinions: tuple[PermissionOpinion, ...] = ()
    decision: PermissionDecision | None = None
    reopened_because: tuple[str, ...] = ()


class Warned(Shape):
    """Something that another record brought about and that an officer should look at."""

    code: Annotated[
        str, open_enum("OCCASION_CANCELLED", "OCCASION_POSTPONED", "PARTNER_NOT_VERIFIED", "AGREEMENT_STALLED")
    ]
    about: Ref
    at: datetime
    reason: str | None = None


class EventReport(Shape):
    """The report of results, with what other localities may learn from it."""

    filed_on: date
    results: str
    lessons: str | None = None
    document: Document | None = None


class EventEnding(Shape):
    """Why and when the event was given up or put off."""

    reason: str
    at: datetime
    document: Document | None = None


class EventState(State):
    """An event that connects localities: conference, forum, fair, festival, training or ceremony.

    `responsible_locality` answers for it today; `localities` also holds the units of the time and those of
    co-organising localities. `offered` marks a draft that was made because an invitation was accepted.
    """

    status: EventStatus
    title_vi: str
    title_en: str | None = None
    series: str | None = None
    kind: EventKind
    level: EventLevel = "provincial"
    mode: EventMode = "onsite"
    channel: Channel = "state"
    description: str | None = None
    responsible_locality: str
    lead_organiser: Organiser
    co_organisers: tuple[Organiser, ...] = ()
    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    foreign_element: bool = True
    guests: Guests = Guests()
    schedule: Schedule | None = None
    venue: Venue | None = None
    permission: Permission | None = None
    moderated: bool = False
    quotas: Quotas = Quotas()
    meeting_grid: MeetingGrid | None = None
    sessions: tuple[Session, ...] = ()
    offered: bool = False
    agreement_ids: tuple[UUID, ...] = ()
    links: tuple[Link, ...] = ()
    warnings: tuple[Warned, ...] = ()
    attendance: int | None = None
    report: EventReport | None = None
    report_overdue_at: datetime | None = None
    ending: EventEnding | None = None
