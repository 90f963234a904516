"""What time brings about: deadlines that run over, and units that end."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from caytre.contracts import notifications
from caytre.contracts.events import EventDeadline
from caytre.contracts.notifications import DayBegan, DeadlineOverdue
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.database import Database
from caytre.events.consumers.group import consumers, react
from caytre.events.tables import EVENTS, LEADS, MEETINGS, OUTCOMES
from caytre.reference import localities

_OF_UNITS = {
    store.table.name: f"SELECT id FROM {store.table.name} WHERE localities && $1::text[]"
    for store in (EVENTS, LEADS, OUTCOMES)
}


def _identity_and_level(message: Received) -> str:
    deadline = DeadlineOverdue.model_validate(message.json())
    return f"{deadline.identity}#{deadline.level}"


@consumers.reaction(notifications.EVENTS_TOPIC, DeadlineOverdue.TYPE, key=_identity_and_level)
async def flag_overdue(reaction: Reaction, message: Received) -> None:
    """Flag what an event or a lead has missed; a meeting that nobody has answered expires."""
    deadline, at = DeadlineOverdue.model_validate(message.json()), message.time
    kind, _, owner = deadline.owner.partition("/")
    if deadline.code not in set(EventDeadline):
        return
    match kind:
        case "event":
            await react(
                EVENTS,
                reaction,
                UUID(owner),
                lambda event: event.deadline_missed(deadline.code, deadline.discriminator, deadline.round, at),
            )
        case "meeting":
            await react(MEETINGS, reaction, UUID(owner), lambda meeting: meeting.expire(deadline.round))
        case "lead":
            days = int(deadline.discriminator)
            await react(LEADS, reaction, UUID(owner), lambda lead: lead.follow_up_ran_over(days, at))


def _day(message: Received) -> str:
    return DayBegan.model_validate(message.json()).day.isoformat()


@consumers.reaction(notifications.EVENTS_TOPIC, DayBegan.TYPE, key=_day)
async def rehome(reaction: Reaction, message: Received) -> None:
    """What a unit that has just ended answered for goes to its successor."""
    day = DayBegan.model_validate(message.json()).day
    yesterday = day - timedelta(days=1)
    ended = [unit.id for unit in localities.all_localities(illustration=True) if unit.valid_to == yesterday]
    if not ended:
        return
    for row in await reaction.connection.fetch(_OF_UNITS["event"], ended):
        await react(EVENTS, reaction, row["id"], lambda event: event.rehome(day))
    for row in await reaction.connection.fetch(_OF_UNITS["lead"], ended):
        await react(LEADS, reaction, row["id"], lambda lead: lead.rehome(day))
    for row in await reaction.connection.fetch(_OF_UNITS["outcome"], ended):
        await react(OUTCOMES, reaction, row["id"], lambda outcome: outcome.rehome(day))


async def awaited_day(_: Database, today: date) -> date | None:
    """The next day whose beginning changes something here: the first one without a unit that has ended."""
    return localities.next_change(today)
