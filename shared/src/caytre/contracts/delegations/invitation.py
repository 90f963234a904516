"""Invitations to foreign guests, and what has to be followed up: promises made on a trip, at a visit or by signing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.delegations.delegation import Setback
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Document, Message, Provenance, Shape, State, open_enum
from caytre.contracts.origins import ActOfOrigin

InvitationStatus = Annotated[
    str, open_enum("DRAFT", "EXTENDED", "CHANNELLED", "ACCEPTED", "DECLINED", "LAPSED", "VISIT_SCHEDULED")
]
FollowUpStatus = Annotated[str, open_enum("OPEN", "DONE", "DROPPED")]
Form = Annotated[str, open_enum("oral", "written")]

_VISIT = "01980000-0000-7000-8000-000000000041"
_TRIP = "01980000-0000-7000-8000-000000000031"


class Channelling(Shape):
    """How an invitation goes through the diplomatic channel: by the ministry or a mission, with its paper."""

    via: str
    on: StatedDate
    document: Document | None = None


class InvitationReply(Shape):
    """What the invited side answered, when, and through whom."""

    answer: Annotated[str, open_enum("accepted", "declined")]
    on: StatedDate
    through: str | None = None
    document: Document | None = None
    provenance: Provenance = Provenance()


class InvitationState(State):
    """An invitation of a locality to a foreign guest, who is named by office; the name is encrypted."""

    PRIVATE: ClassVar[bool] = True

    status: InvitationStatus
    locality: str
    invitee: str
    organisation: str | None = None
    country: str
    partner_id: UUID | None = None
    purpose: str
    form: Form = "written"
    extended_on: StatedDate | None = None
    valid_until: date | None = None
    delegation_id: UUID | None = None
    channelling: Channelling | None = None
    channel_overdue: bool = False
    reply: InvitationReply | None = None
    visit_id: UUID | None = None
    setback: Setback | None = None
    links: tuple[Link, ...] = ()


class _InvitationMessage(Message):
    invitee: str
    organisation: str | None = None
    country: str
    delegation_id: UUID | None = None


_INVITATION: dict[str, object] = {
    "invitee": "Former head of state",
    "country": "KR",
    "delegation_id": _TRIP,
}


class InvitationDrafted(_InvitationMessage):
    """An invitation is being prepared."""

    TYPE = "caytre.invitation.drafted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _INVITATION


class InvitationExtendedToGuest(ActOfOrigin, _InvitationMessage):
    """The invitation was spoken or handed over. Carries INV_CHANNEL and, where it holds until a day, INV_LAPSE.

    Of an invitation that a sourced, imported or illustrative report tells of, `origin` is the report's.
    """

    TYPE = "caytre.invitation.extended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_INVITATION, "form": "oral"}

    form: Form


class InvitationRecorded(_InvitationMessage):
    """An invitation has come in from a file, a publication or an illustration; it starts no clock of the past."""

    TYPE = "caytre.invitation.recorded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_INVITATION, "status": "CHANNELLED", "origin": "sourced"}

    status: InvitationStatus
    origin: str


class InvitationChannelled(_InvitationMessage):
    """The invitation goes through the diplomatic channel. Settles INV_CHANNEL."""

    TYPE = "caytre.invitation.channelled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_INVITATION, "via": "MOFA", "settles": [{"code": "INV_CHANNEL"}]}

    via: str


class InvitationChannelOverdue(_InvitationMessage):
    """The invitation has not been put through the diplomatic channel in time."""

    TYPE = "caytre.invitation.channel_overdue.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _INVITATION


class InvitationAccepted(ActOfOrigin, _InvitationMessage):
    """The invited side accepts. `origin` is that of the answer, which may be weaker than the invitation's."""

    TYPE = "caytre.invitation.accepted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _INVITATION


class InvitationDeclined(ActOfOrigin, _InvitationMessage):
    """The invited side declines. `origin` is that of the answer."""

    TYPE = "caytre.invitation.declined.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _INVITATION


class InvitationLapsed(_InvitationMessage):
    """The invitation no longer holds: its day is over, or the locality takes it back."""

    TYPE = "caytre.invitation.lapsed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_INVITATION, "reason": "no answer"}

    reason: str


class InvitationVisitScheduled(ActOfOrigin, _InvitationMessage):
    """The visit that follows from the invitation is there. `origin` is that of the answer."""

    TYPE = "caytre.invitation.visit_scheduled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_INVITATION, "visit_id": _VISIT}

    visit_id: UUID


class InvitationLinked(Message):
    """A link of the invitation with what it came out of."""

    TYPE = "caytre.invitation.linked.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"added": []}

    added: tuple[Link, ...] = ()


class FollowUpState(State):
    """Something to be done because it was promised or is due: what, by whom, until when, and what became of it."""

    PRIVATE: ClassVar[bool] = True

    status: FollowUpStatus
    text: str
    owner: str
    due_on: date | None = None
    round: int = 1
    source: Ref
    overdue: bool = False
    outcome: str | None = None
    promoted_to: Ref | None = None
    document: Document | None = None
    links: tuple[Link, ...] = ()


_FOLLOW_UP: dict[str, object] = {
    "owner": "VN-P-2025-33",
    "due_on": "2026-08-01",
    "source": {"service": "delegations", "kind": "delegation", "id": _TRIP},
}


class _FollowUpMessage(Message):
    owner: str
    due_on: date | None = None
    source: Ref


class FollowUpCreated(ActOfOrigin, _FollowUpMessage):
    """There is something to follow up, or was in what has come in (`origin`). Carries FOLLOW_UP when it has a day."""

    TYPE = "caytre.follow_up.created.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _FOLLOW_UP


class FollowUpRescheduled(_FollowUpMessage):
    """Its day was set anew. Settles the old FOLLOW_UP and carries another."""

    TYPE = "caytre.follow_up.rescheduled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_FOLLOW_UP, "reason": "the partner asked for time"}

    reason: str


class FollowUpOverdue(_FollowUpMessage):
    """Its day is over and it is not done."""

    TYPE = "caytre.follow_up.overdue.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _FOLLOW_UP


class FollowUpPromoted(_FollowUpMessage):
    """It has become a record of its own, such as a draft agreement or an event."""

    TYPE = "caytre.follow_up.promoted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        **_FOLLOW_UP,
        "to": {"service": "agreements", "kind": "agreement", "id": "01980000-0000-7000-8000-000000000003"},
    }

    to: Ref


class FollowUpCompleted(_FollowUpMessage):
    """It is done. Settles FOLLOW_UP."""

    TYPE = "caytre.follow_up.completed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_FOLLOW_UP, "outcome": "the draft was sent"}

    outcome: str


class FollowUpDropped(_FollowUpMessage):
    """It will not be done. Settles FOLLOW_UP."""

    TYPE = "caytre.follow_up.dropped.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_FOLLOW_UP, "reason": "the partner has lost interest"}

    reason: str


INVITATION_MESSAGES: tuple[type[Message], ...] = (
    InvitationDrafted,
    InvitationExtendedToGuest,
    InvitationRecorded,
    InvitationChannelled,
    InvitationChannelOverdue,
    InvitationAccepted,
    InvitationDeclined,
    InvitationLapsed,
    InvitationVisitScheduled,
    InvitationLinked,
    FollowUpCreated,
    FollowUpRescheduled,
    FollowUpOverdue,
    FollowUpPromoted,
    FollowUpCompleted,
    FollowUpDropped,
)
