"""What this service does when others speak: it keeps every obligation, and tells who is to be told."""

from __future__ import annotations

from caytre.contracts import agreements, delegations, events, notifications
from caytre.contracts.notifications import CalendarUpdated
from caytre.core.consuming.consumer import Consumers, Reaction, Received
from caytre.notifications.commands import observing, telling

consumers = Consumers("notifications")

#: Whose messages carry obligations; its own are heard for what is told of deadlines.
OWNERS = (agreements.EVENTS_TOPIC, delegations.EVENTS_TOPIC, events.EVENTS_TOPIC)
#: With these a record's sensitivity or localities change without a deadline being carried.
_MOVES = (".withdrawn.v1", ".restricted.v1", ".rehomed.v1", ".amended.v1", ".reclassified.v1")


def carries(message: Received) -> bool:
    """Whether the message opens, moves or settles a deadline."""
    data = message.json()
    return bool(data.get("deadlines") or data.get("settles"))


def moves(message: Received) -> bool:
    """Whether the record's sensitivity or localities may have changed."""
    return message.type.endswith(_MOVES) and not carries(message)


async def keep_obligations(reaction: Reaction, message: Received) -> None:
    """Open, move and settle what a message of any type carries."""
    await observing.keep_obligations(reaction, message)


async def follow_owner(reaction: Reaction, message: Received) -> None:
    """Let open deadlines have the sensitivity and localities of their record."""
    await observing.follow_owner(reaction, message)


async def tell(reaction: Reaction, message: Received) -> None:
    """Tell whom the rules name."""
    await telling.tell(reaction, message)


for _topic in OWNERS:
    consumers.general_reaction(_topic, wanted=carries)(keep_obligations)
    consumers.general_reaction(_topic, wanted=moves)(follow_owner)
    consumers.general_reaction(_topic, wanted=telling.applies)(tell)
consumers.general_reaction(notifications.EVENTS_TOPIC, wanted=telling.applies)(tell)


@consumers.reaction(notifications.EVENTS_TOPIC, CalendarUpdated.TYPE)
async def count_anew(reaction: Reaction, message: Received) -> None:
    """Have open deadlines counted anew; the timers do it page by page."""
    await observing.note_calendar(reaction.connection, message)
