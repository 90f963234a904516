"""One notification: one causing message, one recipient, one template. It is mailed, or fails, and is taken note of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from caytre.contracts.message import Message, Provenance
from caytre.contracts.notifications import (
    Audience,
    Cause,
    Failure,
    NotificationAcknowledged,
    NotificationFailed,
    NotificationQueued,
    NotificationSent,
    NotificationState,
)
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.notifications.model.calendar import NAMES
from caytre.notifications.model.places import with_successors
from caytre.notifications.model.telling import Heard, Worded, category_of
from caytre.reference.notices import Notice

#: After so many tries a mail is given up; with an hour between the later ones that is most of a day.
MOST_ATTEMPTS = 20
WAITING = frozenset({"QUEUED", "RETRYING"})
#: The right side of every Message-ID (RFC 5322 section 3.6.4): the same whatever the sender's address becomes.
MAIL_ID_DOMAIN = "notifications.caytre"


class AlreadyAcknowledged(Refusal):
    en = "Note was taken of this notification at {at}."
    vi = "Thông báo này đã được ghi nhận lúc {at}."


class NotYourNotification(Refusal):
    status = 403
    en = "This notification is for another role or organisation."
    vi = "Thông báo này dành cho vai trò hoặc tổ chức khác."


@dataclass(frozen=True, slots=True)
class Desk:
    """What the directory openly says of a recipient."""

    id: UUID
    language: str = "vi"
    muted: tuple[str, ...] = ()
    has_address: bool = True


class Notification(NotificationState, Record):
    """What one recipient is told because of one message."""

    KIND: ClassVar[str] = "notification"

    def confidential_fields(self) -> frozenset[str]:
        """None: what is told of a restricted record is made from its envelope, and only its readers know of it."""
        return frozenset()

    @classmethod
    def tell(
        cls,
        notice: Notice,
        heard: Heard,
        cause: Cause,
        audience: Audience,
        desk: Desk | None,
        words: Worded,
        *,
        provenance: Provenance,
        rehearsal: bool,
        at: datetime,
    ) -> tuple[Self, tuple[Message, ...]]:
        """What a rule says to one recipient; an audience without any has it in its inbox even so."""
        id = notification_id(cause.message_id, key_of(audience, desk), notice.template)
        category = category_of(notice, heard)
        failure = None
        status = "QUEUED"
        if desk is None or not desk.has_address:
            status, failure = "FAILED", Failure(code="NO_RECIPIENT" if desk is None else "NO_ADDRESS", permanent=True)
        elif category in desk.muted and not notice.mandatory:
            status = "INBOX"
        told = cls(
            id=id,
            sensitivity=heard.sensitivity,
            localities=with_successors((audience.locality,)) if audience.locality else (),
            countries=(audience.country,) if audience.country else (),
            consultees=(audience.organisation,) if audience.organisation else (),
            provenance=provenance,
            cause=cause,
            about=heard.about,
            audience=audience,
            recipient_id=desk.id if desk else None,
            template=notice.template,
            template_version=notice.version,
            category=category,
            mandatory=notice.mandatory,
            language=desk.language if desk else "vi",
            subject=words.subject,
            text=words.text,
            status=status,
            failure=failure,
            queued_at=at,
            mail_id=f"<{id}@{MAIL_ID_DOMAIN}>",
            rehearsal=rehearsal,
        )
        messages: list[Message] = [NotificationQueued(**told._told(), role=audience.role)]
        if failure is not None:
            messages.append(NotificationFailed(**told._told(), code=failure.code, permanent=True))
        return told, tuple(messages)

    @property
    def recipient_key(self) -> UUID:
        """Who is told, as the unique key has it."""
        return self.recipient_id or _audience_key(self.audience)

    def _told(self) -> dict[str, Any]:
        return {"template": self.template, "cause_id": self.cause.message_id}

    def sent(self, attempt: int, at: datetime) -> Message | None:
        """The mail server has taken it. None when that is known."""
        if self.status not in WAITING:
            return None
        self.status, self.attempts, self.sent_at, self.failure = "SENT", attempt, at, None
        return NotificationSent(**self._told(), attempt=attempt)

    def failed(self, failure: Failure, attempt: int) -> Message | None:
        """It could not be sent now, or for good. None when it is settled already."""
        if self.status not in WAITING:
            return None
        self.attempts, self.failure = attempt, failure
        self.status = "FAILED" if failure.permanent else "DEAD" if attempt >= MOST_ATTEMPTS else "RETRYING"
        over = self.status != "RETRYING"
        return NotificationFailed(**self._told(), code=failure.code, permanent=over, attempt=attempt)

    def acknowledge(
        self, *, roles: Sequence[str], organisation: str | None, by: str | None, at: datetime
    ) -> NotificationAcknowledged:
        """Its recipient takes note. Raises NotYourNotification, AlreadyAcknowledged."""
        meant = self.audience
        if (meant.role is not None and meant.role not in roles) or (
            meant.organisation is not None and meant.organisation != organisation
        ):
            raise NotYourNotification
        if self.acknowledged_at is not None:
            raise AlreadyAcknowledged(at=self.acknowledged_at.isoformat(timespec="seconds"))
        self.acknowledged_at, self.acknowledged_by = at, by
        return NotificationAcknowledged(**self._told())


def key_of(audience: Audience, desk: Desk | None) -> UUID:
    """Who is told: the recipient, or the audience when the directory has nobody."""
    return desk.id if desk is not None else _audience_key(audience)


def _audience_key(audience: Audience) -> UUID:
    return uuid5(NAMES, "audience/" + audience.model_dump_json())


def notification_id(cause: UUID, recipient: UUID, template: str) -> UUID:
    """A UUIDv7 (RFC 9562 section 5.7) with the time of the cause and, for randomness, a digest of the three.

    The same whatever is heard again, and yet in the order of causes, so that indexes stay together.
    """
    digest = int.from_bytes(hashlib.sha256(cause.bytes + recipient.bytes + template.encode()).digest()[:10])
    moment = cause.int >> 80
    return UUID(int=moment << 80 | 7 << 76 | (digest >> 62 & 0xFFF) << 64 | 2 << 62 | digest & (1 << 62) - 1)
