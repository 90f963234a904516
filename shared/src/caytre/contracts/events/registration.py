"""What the events service says about registrations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.message import Message, Shape, State, open_enum

RegistrationStatus = Annotated[
    str,
    open_enum("PENDING", "APPROVED", "WAITLISTED", "REJECTED", "CHECKED_IN", "NO_SHOW", "WITHDRAWN"),
]
Attendance = Annotated[str, open_enum("onsite", "online")]
RegistrantKind = Annotated[
    str,
    open_enum("participant", "speaker", "buyer", "seller", "investor", "press", "guest", "organiser", "other"),
]


class ChangeRequest(Shape):
    """What a registrant asks for after the event was frozen; the organiser answers."""

    number: int
    kind: Annotated[str, open_enum("withdraw", "party_size")]
    party_size: int | None = None
    reason: str
    requested_at: datetime
    outcome: Annotated[str, open_enum("approved", "refused")] | None = None
    answer: str | None = None
    answered_at: datetime | None = None


class RegistrationState(State):
    """A party of one or more persons that takes part in an event. Who they are is in the confidential part.

    `waiting_place` is the number under which the party joined the waiting list: lower ones are promoted first.
    """

    PRIVATE: ClassVar[bool] = True

    event_id: UUID
    event_title: str | None = None
    status: RegistrationStatus
    mode: Attendance = "onsite"
    kind: RegistrantKind = "participant"
    organisation: str
    country: str | None = None
    locality: str | None = None
    partner_id: UUID | None = None
    rank: str | None = None
    party_size: int = 1
    on_behalf: bool = False
    waiting_place: int | None = None
    change_requests: tuple[ChangeRequest, ...] = ()
    registered_at: datetime
    checked_in: int | None = None
    reason: str | None = None


_ID = "01980000-0000-7000-8000-000000000021"


class _OfParty(Message):
    event_id: UUID
    party_size: int


class RegistrationReceived(_OfParty):
    """A party has registered and waits for the organiser's approval."""

    TYPE = "caytre.registration.received.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "party_size": 3}


class RegistrationApproved(_OfParty):
    """The party has its places."""

    TYPE = "caytre.registration.approved.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "party_size": 3}


class RegistrationWaitlisted(_OfParty):
    """No room for the party now, or others wait before it."""

    TYPE = "caytre.registration.waitlisted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "party_size": 3, "waiting_place": 12}

    waiting_place: int


class RegistrationPromoted(_OfParty):
    """The first of the waiting list has got its places."""

    TYPE = "caytre.registration.promoted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "party_size": 3}


class RegistrationRejected(_OfParty):
    """The organiser does not admit the party."""

    TYPE = "caytre.registration.rejected.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "party_size": 3, "reason": "not the circle invited"}

    reason: str


class RegistrationWithdrawn(_OfParty):
    """The party does not come, or leaves the waiting list; `freed` places are free again."""

    TYPE = "caytre.registration.withdrawn.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "party_size": 3, "freed": 3, "mode": "onsite"}

    freed: int = 0
    mode: Attendance = "onsite"


class RegistrationResized(_OfParty):
    """The party has another size; `freed` places are free again."""

    TYPE = "caytre.registration.resized.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "party_size": 2, "freed": 1, "mode": "onsite"}

    freed: int = 0
    mode: Attendance = "onsite"


class RegistrationAmended(Message):
    """Particulars were corrected; `fields` names them."""

    TYPE = "caytre.registration.amended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"fields": ["organisation"]}

    fields: tuple[str, ...]


class ChangeRequested(Message):
    """After the freeze the party asks for a change."""

    TYPE = "caytre.registration.change_requested.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"number": 1, "change": "withdraw"}

    number: int
    change: str


class ChangeRefused(Message):
    """The organiser does not grant the change."""

    TYPE = "caytre.registration.change_refused.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"number": 1, "answer": "badges are printed"}

    number: int
    answer: str


class RegistrationCheckedIn(_OfParty):
    """The party, or `present` persons of it, has come."""

    TYPE = "caytre.registration.checked_in.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "party_size": 3, "present": 2}

    present: int


class RegistrationNoShow(_OfParty):
    """The party was expected and has not come."""

    TYPE = "caytre.registration.no_show.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_id": _ID, "party_size": 3}


REGISTRATION_MESSAGES: tuple[type[Message], ...] = (
    RegistrationReceived,
    RegistrationApproved,
    RegistrationWaitlisted,
    RegistrationPromoted,
    RegistrationRejected,
    RegistrationWithdrawn,
    RegistrationResized,
    RegistrationAmended,
    ChangeRequested,
    ChangeRefused,
    RegistrationCheckedIn,
    RegistrationNoShow,
)
