"""Acts on registrations. Whatever touches places holds only while event and ledger are as they were read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from caytre.contracts.message import Message
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.storing.change import Change, creates, reference_claim, says
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision, Guard
from caytre.events.commands.partners import standing
from caytre.events.commands.seeing import seen
from caytre.events.commands.turns import seats_of, taking_turns, turn_claim
from caytre.events.model import Event, Registration
from caytre.events.model.seats import Seats
from caytre.events.tables import EVENTS, REGISTRATIONS, event

Act = Callable[[Registration, Event, Seats], tuple[Message, Seats | None]]
_EVENT_OF = "SELECT event_id FROM registration WHERE id = $1"


async def register(database: Database, command: Command, event_id: UUID, particulars: Mapping[str, Any]) -> Answer:
    """Enter a party for an event."""
    id = new_id()

    async def decide(connection: Connection) -> tuple[Registration, Decision]:
        there = await seen(EVENTS, connection, command, event_id, "/event_id")
        partner, _ = await standing(connection, particulars.get("partner_id"))
        seats = await seats_of(connection, there, particulars["mode"])
        fresh, message, after = Registration.register(
            id=id,
            event=there,
            seats=seats,
            registered_by=command.caller.localities,
            at=command.at,
            **{**particulars, "partner_id": partner},
        )
        claims = turn_claim(event_id, {fresh.mode: after} if after else {})
        claims = (*claims, *reference_claim(REGISTRATIONS, fresh.external_refs))
        return fresh, Decision((message,), guards=(_guard(there),), claims=claims)

    return await taking_turns(event_id, lambda: creates(REGISTRATIONS, database, command, decide))


async def with_places(change: Change, act: Act) -> Answer:
    """An act that may take or free places."""

    async def decide(record: Registration, connection: Connection) -> Decision:
        there = await EVENTS.load(connection, record.event_id)
        message, after = act(record, there, await seats_of(connection, there, record.mode))
        claims = turn_claim(there.id, {record.mode: after} if after else {})
        return Decision((message,), guards=(_guard(there),), claims=claims)

    async with change.database.command.acquire() as connection:
        event_id: UUID | None = await connection.fetchval(_EVENT_OF, change.id)
    return await taking_turns(
        event_id or change.id,
        lambda: REGISTRATIONS.change(change.database, change.command, change.id, change.expected, decide),
    )


def _guard(there: Event) -> Guard:
    return Guard(event, there.id, there.version)


async def approve(change: Change) -> Answer:
    """Admit a party, or put it on the waiting list."""
    return await with_places(change, lambda party, there, seats: party.approve(there, seats))


async def reject(change: Change, reason: str) -> Answer:
    """Do not admit a party."""
    return await with_places(change, lambda party, _, seats: party.reject(reason, seats))


async def withdraw(change: Change, reason: str | None) -> Answer:
    """The party does not come."""
    return await with_places(change, lambda party, there, seats: party.withdraw(there, seats, reason))


async def resize(change: Change, party_size: int) -> Answer:
    """Make the party smaller or larger."""
    return await with_places(change, lambda party, there, seats: party.resize(party_size, there, seats))


async def request_change(change: Change, *, kind: str, party_size: int | None, reason: str) -> Answer:
    """Ask the organiser of a frozen event for a change."""
    at = change.command.at
    return await with_places(
        change,
        lambda party, there, _: (
            party.request_change(kind=kind, party_size=party_size, reason=reason, event=there, at=at),
            None,
        ),
    )


async def answer_change(change: Change, number: int, *, approved: bool, answer: str | None) -> Answer:
    """Grant or refuse a change that was asked for."""
    at = change.command.at
    return await with_places(
        change,
        lambda party, _, seats: party.answer_change(
            number=number, approved=approved, answer=answer, seats=seats, at=at
        ),
    )


async def amend_registration(change: Change, changes: Mapping[str, Any]) -> Answer:
    """Correct particulars."""
    return await says(REGISTRATIONS, change, lambda party: party.amend(changes))


async def check_in(change: Change, present: int | None) -> Answer:
    """The party has come."""
    return await with_places(change, lambda party, there, _: (party.check_in(present, there), None))


async def miss(change: Change) -> Answer:
    """The party has not come."""
    return await with_places(change, lambda party, there, _: (party.miss(there), None))
