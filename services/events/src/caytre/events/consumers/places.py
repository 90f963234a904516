"""Promotion from the waiting list, in order, and meetings that follow their event."""

from __future__ import annotations

from uuid import UUID

from caytre.contracts import events
from caytre.contracts.events import (
    EventCancelled,
    EventOpened,
    EventPostponed,
    EventRescheduled,
    EventWithdrawn,
    QuotaChanged,
    RegistrationRejected,
    RegistrationResized,
    RegistrationWithdrawn,
)
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.decision import Decision
from caytre.events.commands.turns import MODES, seats_of, turn_claim
from caytre.events.consumers.group import consumers, react
from caytre.events.model import Lead, Meeting, Registration
from caytre.events.model.seats import Seats
from caytre.events.tables import EVENTS, LEADS, MEETINGS, REGISTRATIONS

# Every change of places holds the event's row shared while it is written, so behind this lock the ledger stands still.
_LOCK = "SELECT TRUE FROM event WHERE id = $1 FOR UPDATE"
_EVENT_OF = "SELECT event_id FROM registration WHERE id = $1"
_FIRST = """
SELECT id FROM registration WHERE event_id = $1 AND mode = $2 AND status = 'WAITLISTED' ORDER BY waiting_place LIMIT 1
"""
_MEETINGS = "SELECT id FROM meeting WHERE event_id = $1 AND status IN ('REQUESTED', 'ACCEPTED')"
_REGISTRATIONS = "SELECT id FROM registration WHERE event_id = $1 AND id > $2 ORDER BY id LIMIT $3"
_LEADS = "SELECT id FROM lead WHERE event_id = $1 AND id > $2 ORDER BY id LIMIT $3"
_ALL_MEETINGS = "SELECT id FROM meeting WHERE event_id = $1 AND id > $2 ORDER BY id LIMIT $3"
ADMITTING = frozenset({"OPEN", "FROZEN", "LIVE"})


async def promote(reaction: Reaction, event_id: UUID) -> None:
    """Give free places to the waiting list, first come first served; nobody overtakes a larger party before it."""
    await reaction.connection.fetchval(_LOCK, event_id)
    event = await EVENTS.load(reaction.connection, event_id)
    if event.status not in ADMITTING:
        return
    for mode in MODES:
        while (first := await reaction.connection.fetchval(_FIRST, event_id, mode)) is not None:
            seats = await seats_of(reaction.connection, event, mode)
            party = await REGISTRATIONS.load(reaction.connection, first)
            if not seats.has_room_for(party.party_size):
                break

            def decide(record: Registration, mode: str = mode, seats: Seats = seats) -> Decision:
                message, after = record.promote(seats)
                return Decision((message,), claims=turn_claim(event_id, {mode: after}))

            await REGISTRATIONS.react(reaction.command, reaction.connection, first, decide)


async def _promote_for(reaction: Reaction, message: Received) -> None:
    event_id: UUID | None = await reaction.connection.fetchval(_EVENT_OF, message.subject)
    if event_id is not None:
        await promote(reaction, event_id)


@consumers.reaction(events.EVENTS_TOPIC, RegistrationWithdrawn.TYPE)
async def promote_after_withdrawal(reaction: Reaction, message: Received) -> None:
    """Somebody does not come, or has left the head of the list."""
    await _promote_for(reaction, message)


@consumers.reaction(events.EVENTS_TOPIC, RegistrationResized.TYPE)
async def promote_after_resizing(reaction: Reaction, message: Received) -> None:
    """A party has become smaller, also one that waits."""
    await _promote_for(reaction, message)


@consumers.reaction(events.EVENTS_TOPIC, RegistrationRejected.TYPE)
async def promote_after_rejection(reaction: Reaction, message: Received) -> None:
    """A party that waited is not admitted."""
    await _promote_for(reaction, message)


@consumers.reaction(events.EVENTS_TOPIC, QuotaChanged.TYPE)
async def promote_after_quota(reaction: Reaction, message: Received) -> None:
    """More are admitted than before."""
    await promote(reaction, message.subject)


@consumers.reaction(events.EVENTS_TOPIC, EventOpened.TYPE)
async def promote_after_opening(reaction: Reaction, message: Received) -> None:
    """Registration is open again."""
    await promote(reaction, message.subject)


@consumers.reaction(events.EVENTS_TOPIC, EventRescheduled.TYPE)
async def reoffer_meetings(reaction: Reaction, message: Received) -> None:
    """The event has other days, so that agreed slots are agreed anew."""
    for row in await reaction.connection.fetch(_MEETINGS, message.subject):
        await react(MEETINGS, reaction, row["id"], lambda meeting: meeting.reoffer(reaction.command.at))


@consumers.reaction(events.EVENTS_TOPIC, EventPostponed.TYPE)
async def reoffer_meetings_of_postponed(reaction: Reaction, message: Received) -> None:
    """The event has no day for now, so that agreed slots are free."""
    for row in await reaction.connection.fetch(_MEETINGS, message.subject):
        await react(MEETINGS, reaction, row["id"], lambda meeting: meeting.reoffer(reaction.command.at))


@consumers.reaction(events.EVENTS_TOPIC, EventCancelled.TYPE)
async def cancel_meetings(reaction: Reaction, message: Received) -> None:
    """Without the event nobody meets at it."""
    for row in await reaction.connection.fetch(_MEETINGS, message.subject):
        await react(MEETINGS, reaction, row["id"], lambda meeting: meeting.cancel("sự kiện bị hủy / event cancelled"))


@consumers.paged_reaction(events.EVENTS_TOPIC, EventWithdrawn.TYPE)
async def hide_parties(reaction: Reaction, message: Received) -> UUID | None:
    """Who takes part in a restricted event is as restricted as the event."""

    async def hide(id: UUID) -> None:
        await react(REGISTRATIONS, reaction, id, Registration.hide)

    return await reaction.page(_REGISTRATIONS, message.subject, change=hide)


@consumers.paged_reaction(events.EVENTS_TOPIC, EventWithdrawn.TYPE)
async def hide_meetings(reaction: Reaction, message: Received) -> UUID | None:
    """So is who meets there."""

    async def hide(id: UUID) -> None:
        await react(MEETINGS, reaction, id, Meeting.hide)

    return await reaction.page(_ALL_MEETINGS, message.subject, change=hide)


@consumers.paged_reaction(events.EVENTS_TOPIC, EventWithdrawn.TYPE)
async def hide_leads(reaction: Reaction, message: Received) -> UUID | None:
    """And what leads say of those meetings."""

    async def hide(id: UUID) -> None:
        await react(LEADS, reaction, id, Lead.hide)

    return await reaction.page(_LEADS, message.subject, change=hide)
