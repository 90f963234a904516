"""What the notifications service says: the calendar, deadlines and their steps, who was told and how it went.

It alone knows the working-day calendar and fires timers. The subject of a message about a deadline is the deadline;
`owner` is the `<aggregate>/<id>` whose message carried it, and the identity (owner, code, discriminator, round) is what
that message gave it. Owners react to `.due` and `.overdue`, daily rules to `caytre.day.began.v1`.
"""

from __future__ import annotations

from caytre.contracts.message import Message, State
from caytre.contracts.notifications.calendar import (
    CALENDAR_MESSAGES,
    CalendarDay,
    CalendarState,
    CalendarUpdated,
    DayBegan,
    DayKind,
    DayState,
)
from caytre.contracts.notifications.deadline import (
    DEADLINE_MESSAGES,
    Acknowledgement,
    Cause,
    DeadlineAcknowledged,
    DeadlineDue,
    DeadlineDueSoon,
    DeadlineEscalated,
    DeadlineMessage,
    DeadlineMet,
    DeadlineOverdue,
    DeadlineReclassified,
    DeadlineRescheduled,
    DeadlineScheduled,
    DeadlineState,
    DeadlineStatus,
    DeadlineWaived,
    FormerDate,
    LadderRef,
    Roll,
    Said,
    Skipped,
    Step,
    Waiver,
)
from caytre.contracts.notifications.notification import (
    NOTIFICATION_MESSAGES,
    Audience,
    Failure,
    NotificationAcknowledged,
    NotificationFailed,
    NotificationQueued,
    NotificationSent,
    NotificationState,
    NotificationStatus,
    Subject,
)
from caytre.contracts.notifications.recipient import (
    RECIPIENT_MESSAGES,
    RecipientAmended,
    RecipientRegistered,
    RecipientState,
)

SERVICE = "notifications"
EVENTS_TOPIC = "caytre.notifications.events.v1"
STATE_TOPIC = "caytre.notifications.state.v1"

#: The state each kind of record leaves behind (the aggregate in `caytre.<aggregate>.<past tense>.v1`).
STATES: dict[str, type[State]] = {
    "deadline": DeadlineState,
    "notification": NotificationState,
    "recipient": RecipientState,
    "calendar": CalendarState,
    "day": DayState,
}

#: Every message of this service by its CloudEvents type.
MESSAGES: dict[str, type[Message]] = {
    message.TYPE: message
    for message in (*DEADLINE_MESSAGES, *NOTIFICATION_MESSAGES, *RECIPIENT_MESSAGES, *CALENDAR_MESSAGES)
}


def read_state(type: str, state: dict[str, object]) -> State:
    """The state in a message of this `type`. A restricted record's too: obligations are part of every envelope."""
    return STATES.get(type.split(".")[1], State).model_validate(state)


__all__ = [
    "CALENDAR_MESSAGES",
    "DEADLINE_MESSAGES",
    "EVENTS_TOPIC",
    "MESSAGES",
    "NOTIFICATION_MESSAGES",
    "RECIPIENT_MESSAGES",
    "SERVICE",
    "STATES",
    "STATE_TOPIC",
    "Acknowledgement",
    "Audience",
    "CalendarDay",
    "CalendarState",
    "CalendarUpdated",
    "Cause",
    "DayBegan",
    "DayKind",
    "DayState",
    "DeadlineAcknowledged",
    "DeadlineDue",
    "DeadlineDueSoon",
    "DeadlineEscalated",
    "DeadlineMessage",
    "DeadlineMet",
    "DeadlineOverdue",
    "DeadlineReclassified",
    "DeadlineRescheduled",
    "DeadlineScheduled",
    "DeadlineState",
    "DeadlineStatus",
    "DeadlineWaived",
    "Failure",
    "FormerDate",
    "LadderRef",
    "NotificationAcknowledged",
    "NotificationFailed",
    "NotificationQueued",
    "NotificationSent",
    "NotificationState",
    "NotificationStatus",
    "RecipientAmended",
    "RecipientRegistered",
    "RecipientState",
    "Roll",
    "Said",
    "Skipped",
    "Step",
    "Subject",
    "Waiver",
    "read_state",
]
