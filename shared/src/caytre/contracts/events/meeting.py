"""What the events service says about business meetings at an event."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.lineage import Link
from caytre.contracts.message import Message, Shape, State, open_enum

MeetingStatus = Annotated[
    str,
    open_enum("REQUESTED", "ACCEPTED", "DECLINED", "EXPIRED", "HELD", "NO_SHOW", "CANCELLED"),
]


class MeetingParty(Shape):
    """One side: a registration of the event and what it said of itself then."""

    registration_id: UUID
    organisation: str
    country: str | None = None
    locality: str | None = None
    partner_id: UUID | None = None


class MeetingState(State):
    """A meeting of two registered parties at an event. Slot and table are numbers of the event's grid, from 1."""

    event_id: UUID
    event_title: str | None = None
    status: MeetingStatus
    requester: MeetingParty
    addressee: MeetingParty
    subject: str
    round: int = 1
    slot: int | None = None
    table: int | None = None
    starts_at: datetime | None = None
    requested_at: datetime
    reason: str | None = None
    result: str | None = None
    absent: tuple[UUID, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def countries(self) -> tuple[str, ...]:
        """The foreign countries of both sides."""
        sides = (self.requester.country, self.addressee.country)
        return tuple(dict.fromkeys(country for country in sides if country and country != "VN"))


_ID = "01980000-0000-7000-8000-000000000021"
_ANSWER: dict[str, object] = {
    "code": "EVT_MEETING_ANSWER",
    "anchor": "2023-11-20",
    "n": 5,
    "unit": "WORKING",
    "answerable": "Công ty Minh Họa",
}


class MeetingRequested(Message):
    """A party asks another for a meeting. Carries EVT_MEETING_ANSWER."""

    TYPE = "caytre.meeting.requested.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "deadlines": [_ANSWER]}

    event_id: UUID


class MeetingAccepted(Message):
    """The meeting has a slot and a table that nobody else has. Settles EVT_MEETING_ANSWER."""

    TYPE = "caytre.meeting.accepted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "event_id": _ID,
        "slot": 3,
        "table": 7,
        "settles": [{"code": "EVT_MEETING_ANSWER"}],
    }

    event_id: UUID
    slot: int
    table: int


class MeetingDeclined(Message):
    """The other party does not want the meeting. Settles EVT_MEETING_ANSWER."""

    TYPE = "caytre.meeting.declined.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "settles": [{"code": "EVT_MEETING_ANSWER"}]}

    event_id: UUID
    reason: str | None = None


class MeetingExpired(Message):
    """Nobody answered in time."""

    TYPE = "caytre.meeting.expired.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID}

    event_id: UUID


class MeetingReoffered(Message):
    """The event has other days, so that slot and table must be agreed anew. Carries EVT_MEETING_ANSWER."""

    TYPE = "caytre.meeting.reoffered.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "round": 2, "deadlines": [{**_ANSWER, "round": 2}]}

    event_id: UUID
    round: int


class MeetingHeld(Message):
    """The parties have met."""

    TYPE = "caytre.meeting.held.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "result": "a visit to the plant in spring"}

    event_id: UUID
    result: str | None = None


class MeetingNoShow(Message):
    """One or both parties did not come."""

    TYPE = "caytre.meeting.no_show.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "absent": [_ID]}

    event_id: UUID
    absent: tuple[UUID, ...]


class MeetingCancelled(Message):
    """The meeting will not take place; slot and table are free. Settles EVT_MEETING_ANSWER if it ran."""

    TYPE = "caytre.meeting.cancelled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "reason": "the director travels"}

    event_id: UUID
    reason: str


MEETING_MESSAGES: tuple[type[Message], ...] = (
    MeetingRequested,
    MeetingAccepted,
    MeetingDeclined,
    MeetingExpired,
    MeetingReoffered,
    MeetingHeld,
    MeetingNoShow,
    MeetingCancelled,
)
