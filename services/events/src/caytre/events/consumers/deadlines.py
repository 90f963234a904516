"""What time brings about: deadlines that run over, and units that end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from caytre.contracts import notifications
from caytre.contracts.events import EventDeadline
from caytre.contracts.message import Message
from caytre.contracts.notifications import DayBegan, DeadlineOverdue
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.database import Database
from caytre.core.storing.store import Store
from caytre.events.consumers.group import R, consumers, react
from caytre.events.model import Event, Lead, Outcome
from caytre.events.tables import EVENTS, LEADS, MEETINGS, OUTCOMES
from caytre.reference import localities

_OF_UNITS = "SELECT id FROM {table} WHERE localities && $1::text[] AND id > $2 ORDER BY id LIMIT $3"


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


@consumers.paged_reaction(notifications.EVENTS_TOPIC, DayBegan.TYPE, key=_day)
async def rehome_events(reaction: Reaction, message: Received) -> UUID | None:
    """Events that a unit answered for which has just ended go to its successor."""
    return await _rehome(EVENTS, reaction, message, Event.rehome)


@consumers.paged_reaction(notifications.EVENTS_TOPIC, DayBegan.TYPE, key=_day)
async def rehome_leads(reaction: Reaction, message: Received) -> UUID | None:
    """So do leads."""
    return await _rehome(LEADS, reaction, message, Lead.rehome)


@consumers.paged_reaction(notifications.EVENTS_TOPIC, DayBegan.TYPE, key=_day)
async def rehome_outcomes(reaction: Reaction, message: Received) -> UUID | None:
    """And outcomes."""
    return await _rehome(OUTCOMES, reaction, message, Outcome.rehome)


async def _rehome(
    store: Store[R], reaction: Reaction, message: Received, rehome: Callable[[R, date], Message | None]
) -> UUID | None:
    day = DayBegan.model_validate(message.json()).day
    yesterday = day - timedelta(days=1)
    ended = [unit.id for unit in localities.all_localities(illustration=True) if unit.valid_to == yesterday]
    if not ended:
        return None

    async def follow(id: UUID) -> None:
        await react(store, reaction, id, lambda record: rehome(record, day))

    return await reaction.page(_OF_UNITS.format(table=store.table.name), ended, change=follow)


async def awaited_day(_: Database, today: date) -> date | None:
    """The next day whose beginning changes something here: the first one without a unit that has ended."""
    return localities.next_change(today)
