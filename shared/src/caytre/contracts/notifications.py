"""What the notifications service says about deadlines. It alone knows the working-day calendar and fires timers.

The subject of these messages is the deadline; `owner` is the `<aggregate>/<id>` whose message carried it, and the
identity (owner, code, discriminator, round) is what that message gave it. Owners react to `.due` and `.overdue`.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from caytre.contracts.message import Message

SERVICE = "notifications"
EVENTS_TOPIC = "caytre.notifications.events.v1"
STATE_TOPIC = "caytre.notifications.state.v1"

_IDENTITY: dict[str, object] = {
    "owner": "agreement/01980000-0000-7000-8000-000000000003",
    "code": "AGR_OPINION",
    "discriminator": "MOFA",
    "round": 1,
}


class DeadlineMessage(Message):
    """What every message about a deadline repeats: its full identity and the day it falls due."""

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
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11", "explanation": "7 working days"}

    explanation: str = ""


class DeadlineDue(DeadlineMessage):
    """The day has come."""

    TYPE = "caytre.deadline.due.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11"}


class DeadlineOverdue(DeadlineMessage):
    """The day has passed unmet; `level` counts the steps of the escalation from 1."""

    TYPE = "caytre.deadline.overdue.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11", "level": 1}

    level: int = 1


class DeadlineMet(DeadlineMessage):
    """The deadline was settled, `on` the business day of the settling act."""

    TYPE = "caytre.deadline.met.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_IDENTITY, "due_on": "2026-03-11", "on": "2026-03-09"}

    on: date | None = None


MESSAGES: dict[str, type[Message]] = {
    message.TYPE: message for message in (DeadlineScheduled, DeadlineDue, DeadlineOverdue, DeadlineMet)
}
