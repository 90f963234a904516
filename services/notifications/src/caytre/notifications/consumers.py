"""What this service does when others speak: it keeps every obligation, and tells who is to be told."""

from __future__ import annotations

from caytre.contracts import agreements, delegations, events, notifications
from caytre.contracts.notifications import CalendarUpdated
from caytre.core.consuming.consumer import Consumers, Reaction, Received
from caytre.notifications.commands import observing, telling

consumers = Consumers("notifications")

#: Whose messages carry obligations; its own are heard for what is told of deadlines.
OWNERS = (agreements.EVENTS_TOPIC, delegations.EVENTS_TOPIC, events.EVENTS_TOPIC)


def concerns(message: Received) -> bool:
    """Whether the message carries an obligation, or may have changed who may know of those its record has.

    Any type may change that, known or not; the messages of a record's first version find none that is older.
    """
    data = message.json()
    return bool(data.get("deadlines") or data.get("settles")) or message.sequence > 1


async def keep_obligations(reaction: Reaction, message: Received) -> None:
    """Open, move and settle what a message of any type carries; the others of its record follow it."""
    await observing.keep_obligations(reaction, message)


async def tell(reaction: Reaction, message: Received) -> None:
    """Tell whom the rules name."""
    await telling.tell(reaction, message)


for _topic in OWNERS:
    consumers.general_reaction(_topic, wanted=concerns)(keep_obligations)
    consumers.general_reaction(_topic, wanted=telling.applies)(tell)
consumers.general_reaction(notifications.EVENTS_TOPIC, wanted=telling.applies)(tell)


@consumers.reaction(notifications.EVENTS_TOPIC, CalendarUpdated.TYPE)
async def count_anew(reaction: Reaction, message: Received) -> None:
    """Have open deadlines counted anew; the timers do it page by page."""
    await observing.note_calendar(reaction.connection, message)
