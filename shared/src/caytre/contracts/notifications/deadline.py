"""Deadlines as the notifications service keeps them: their day with its explanation, their ladder, their end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.message import Document, Message, Shape, State, open_enum

DeadlineStatus = Annotated[
    str, open_enum("SCHEDULED", "DUE_SOON", "DUE", "OVERDUE", "MET", "WAIVED", "UNANCHORED", "HISTORICAL")
]


class Said(Shape):
    """A sentence in both languages."""

    vi: str
    en: str


class Skipped(Shape):
    """A day that was not counted, and why; `verified` says whether that was checked against its source."""

    day: date
    reason: Said
    verified: bool = True


class Roll(Shape):
    """The day a count ended on when it was no working day, and the rule by which the date moved from it."""

    from_day: date
    rule: Said
    verified: bool = False


class LadderRef(Shape):
    """The reminder ladder that applies, pinned when the deadline was opened."""

    code: str
    version: int


class Step(Shape):
    """One rung: at that moment the deadline becomes `status` at `level`, and `to` are told unless a later one was."""

    name: str
    status: DeadlineStatus
    level: int = 0
    at: datetime
    to: tuple[str, ...] = ()
    fired_at: datetime | None = None
    told: bool = False


class FormerDate(Shape):
    """A day on which the deadline was due before, and why it moved."""

    due_on: date | None
    anchor: date | None
    calendar_version: int
    until: datetime
    reason: Said


class Waiver(Shape):
    """Who lifted the deadline, why, and the paper."""

    at: datetime
    reason: str
    by: str | None = None
    document: Document | None = None


class Acknowledgement(Shape):
    """That a role or organisation has taken note, at which level."""

    at: datetime
    level: int
    by: str | None = None
    note: str | None = None


class Cause(Shape):
    """The message from which this came, and its trace (W3C trace context)."""

    message_id: UUID
    type: str
    correlation: UUID
    traceparent: str | None = None
    trace_id: str | None = None


class DeadlineState(State):
    """A deadline. `owner` is `<aggregate>/<id>`, `answerable` who answers for it as the owner named it.

    An UNANCHORED one has no day because its anchor is not known exactly; a HISTORICAL one was over when it came in.
    Its `sensitivity` and `localities` are the owner's. Those concerned alone know of it, whatever its owner.
    """

    PRIVATE: ClassVar[bool] = True

    owner: str
    owner_label: str | None = None
    code: str
    discriminator: str = ""
    round: int = 1
    status: DeadlineStatus
    anchor: date | None = None
    anchor_missing: str | None = None
    n: int
    unit: str
    answerable: str
    citation: str | None = None
    verified: bool = False
    due_on: date | None = None
    explanation: Said | None = None
    skipped: tuple[Skipped, ...] = ()
    roll: Roll | None = None
    calendar_version: int = 0
    calendar_known: bool = True
    ladder: LadderRef
    steps: tuple[Step, ...] = ()
    level: int = 0
    next_at: datetime | None = None
    opened_at: datetime
    met_on: date | None = None
    late: bool = False
    settled_by: UUID | None = None
    waiver: Waiver | None = None
    acknowledgements: tuple[Acknowledgement, ...] = ()
    history: tuple[FormerDate, ...] = ()
    countries: tuple[str, ...] = ()
    consultees: tuple[str, ...] = ()
    cause: Cause


_IDENTITY: dict[str, object] = {
    "owner": "agreement/01980000-0000-7000-8000-000000000003",
    "code": "AGR_OPINION",
    "discriminator": "MOFA",
    "round": 1,
}


class DeadlineMessage(Message):
    """What every message about a deadline repeats: its full identity and the day it falls due."""

    #: Obligations travel with every envelope, so these are said of a restricted owner's deadline too.
    ENVELOPE: ClassVar[frozenset[str]] = Message.ENVELOPE | {
        *("owner", "code", "discriminator", "round", "due_on", "explanation", "was_due_on"),
        *("level", "to", "missed", "caught_up", "on", "reason"),
    }

    owner: str
    code: str
    discriminator: str = ""
    round: int = 1
    due_on: date | None = None

    @property
    def identity(self) -> str:
        """The identity as one text, for idempotency keys."""
        return f"{self.owner}#{self.code}#{self.discriminator}#{self.round}"


class DeadlineScheduled(DeadlineMessage):
    """A deadline has its day; `explanation` says which days were skipped and why."""

    TYPE = "caytre.deadline.scheduled.v1"
    STATE_REQUIRED: ClassVar[bool] = False
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11", "explanation": "7 working days"}

    explanation: str = ""


class DeadlineRescheduled(DeadlineMessage):
    """The day has moved, because the calendar or the anchor did."""

    TYPE = "caytre.deadline.rescheduled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-12", "was_due_on": "2026-03-11"}

    was_due_on: date | None = None
    explanation: str = ""


class _Fired(DeadlineMessage):
    """A rung of the ladder was reached. `to` are the addressees it names.

    After downtime every rung is said in order: those that a later one overtook are `caught_up` and nobody is told of
    them; the last one names them in `missed`.
    """

    to: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    caught_up: bool = False


class DeadlineDueSoon(_Fired):
    """The day is near."""

    TYPE = "caytre.deadline.due_soon.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11", "to": ["ANSWERABLE"]}


class DeadlineDue(_Fired):
    """The day has come."""

    TYPE = "caytre.deadline.due.v1"
    STATE_REQUIRED: ClassVar[bool] = False
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11"}


class DeadlineOverdue(_Fired):
    """The day has passed unmet; `level` counts the steps of the escalation from 1."""

    TYPE = "caytre.deadline.overdue.v1"
    STATE_REQUIRED: ClassVar[bool] = False
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11", "level": 1}

    level: int = 1


class DeadlineEscalated(_Fired):
    """Still unmet: the next level up is told. Levels from 2; level 1 is `overdue`."""

    TYPE = "caytre.deadline.escalated.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11", "level": 2, "to": ["LEAD"]}

    level: int = 2


class DeadlineMet(DeadlineMessage):
    """The deadline was settled, `on` the business day of the settling act."""

    TYPE = "caytre.deadline.met.v1"
    STATE_REQUIRED: ClassVar[bool] = False
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11", "on": "2026-03-09"}

    on: date | None = None


class DeadlineWaived(DeadlineMessage):
    """A competent officer lifted the deadline, with a reason."""

    TYPE = "caytre.deadline.waived.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11", "reason": "the visit was called off"}

    reason: str


class DeadlineAcknowledged(DeadlineMessage):
    """Somebody who was told has taken note, at `level`. It stays open."""

    TYPE = "caytre.deadline.acknowledged.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11", "level": 1}

    level: int = 0


class DeadlineReclassified(DeadlineMessage):
    """The deadline has followed its owner's sensitivity and localities."""

    TYPE = "caytre.deadline.reclassified.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11"}


DEADLINE_MESSAGES: tuple[type[Message], ...] = (
    DeadlineScheduled,
    DeadlineRescheduled,
    DeadlineDueSoon,
    DeadlineDue,
    DeadlineOverdue,
    DeadlineEscalated,
    DeadlineMet,
    DeadlineWaived,
    DeadlineAcknowledged,
    DeadlineReclassified,
)
