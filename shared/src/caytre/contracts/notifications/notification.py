"""Who was told what because of which message, and how the delivery went."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.message import Message, Shape, State, open_enum
from caytre.contracts.notifications.deadline import Cause, Said

#: INBOX: nothing is mailed (muted, or the rule asks for none). RETRYING: failed for now. DEAD: given up.
NotificationStatus = Annotated[str, open_enum("QUEUED", "RETRYING", "SENT", "INBOX", "FAILED", "DEAD")]


class Audience(Shape):
    """Whom a rule means: a role, an organisation, or a role in a locality or of a mission."""

    role: str | None = None
    organisation: str | None = None
    locality: str | None = None
    country: str | None = None


class Subject(Shape):
    """The record the causing message is about."""

    kind: str
    id: UUID
    label: str | None = None


class Failure(Shape):
    """Why a delivery failed: a code, the server's reply in short, and whether trying again is of use."""

    code: str
    permanent: bool
    detail: str | None = None


class NotificationState(State):
    """One notification: one causing message, one recipient, one template, however often the message comes.

    `recipient_id` is empty when the directory has nobody for the audience; it is in the inbox of the audience even so.
    `mail_id` is the Message-ID (RFC 5322) under which it is sent each time.
    """

    PRIVATE: ClassVar[bool] = True

    cause: Cause
    about: Subject
    audience: Audience
    recipient_id: UUID | None = None
    template: str
    template_version: int
    category: str
    mandatory: bool = False
    language: str = "vi"
    subject: Said
    text: Said
    status: NotificationStatus
    attempts: int = 0
    queued_at: datetime
    sent_at: datetime | None = None
    failure: Failure | None = None
    mail_id: str
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    rehearsal: bool = False
    countries: tuple[str, ...] = ()
    consultees: tuple[str, ...] = ()


_TOLD: dict[str, object] = {"template": "agreement_stalled", "cause_id": "01980000-0000-7000-8000-000000000009"}


class _Told(Message):
    #: What is told of a restricted record is made from its envelope.
    ENVELOPE: ClassVar[frozenset[str]] = Message.ENVELOPE | {
        *("template", "cause_id", "role", "channel", "attempt", "code", "permanent"),
    }

    template: str
    cause_id: UUID


class NotificationQueued(_Told):
    """Somebody is to be told."""

    TYPE = "caytre.notification.queued.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_TOLD, "role": "locality_officer"}

    role: str | None = None


class NotificationSent(_Told):
    """The mail server has taken it over. It may have come more than once, under the same Message-ID."""

    TYPE = "caytre.notification.sent.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_TOLD, "channel": "email", "attempt": 1}

    channel: str = "email"
    attempt: int = 1


class NotificationFailed(_Told):
    """It could not be delivered; unless `permanent` it is tried again."""

    TYPE = "caytre.notification.failed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_TOLD, "channel": "email", "code": "NO_ADDRESS", "permanent": True}

    channel: str = "email"
    code: str
    permanent: bool
    attempt: int = 0


class NotificationAcknowledged(_Told):
    """Its recipient has taken note."""

    TYPE = "caytre.notification.acknowledged.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _TOLD


NOTIFICATION_MESSAGES: tuple[type[Message], ...] = (
    NotificationQueued,
    NotificationSent,
    NotificationFailed,
    NotificationAcknowledged,
)
