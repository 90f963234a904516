"""Acts on leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from caytre.contracts.events import Winning
from caytre.contracts.lineage import Link, Ref
from caytre.core.clock import day_of
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.storing.change import Change, creates, reference_claim, says
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision, Guard
from caytre.events.commands.partners import standing
from caytre.events.commands.seeing import seen
from caytre.events.model import Event, Lead
from caytre.events.tables import EVENTS, LEADS, MEETINGS, event

OVER = frozenset({"HELD", "REPORTED", "CLOSED"})


async def open_lead(
    database: Database,
    command: Command,
    *,
    event_id: UUID | None,
    meeting_id: UUID | None,
    particulars: Mapping[str, Any],
) -> Answer:
    """Open a lead, with what it came out of."""
    id = new_id()

    async def decide(connection: Connection) -> tuple[Lead, Decision]:
        links: list[Link] = []
        there: Event | None = None
        event_of = event_id
        if meeting_id is not None:
            met = await seen(MEETINGS, connection, command, meeting_id, "/meeting_id")
            links.append(led_to_lead(Ref(service="events", kind="meeting", id=met.id), command))
            event_of = event_of or met.event_id
        if event_of is not None:
            there = await seen(EVENTS, connection, command, event_of, "/event_id")
            links.append(led_to_lead(Ref(service="events", kind="event", id=there.id), command))
        values = await named(connection, particulars)
        fresh, message = Lead.open(
            id=id,
            at=command.at,
            event_id=event_of,
            meeting_id=meeting_id,
            event_over_since=over_since(there),
            links=tuple(links),
            **values,
        )
        # An event that ends at this moment would leave the lead without its follow-ups.
        guards = (Guard(event, there.id, there.version),) if there else ()
        return fresh, Decision((message,), guards=guards, claims=reference_claim(LEADS, fresh.external_refs))

    return await creates(LEADS, database, command, decide)


def led_to_lead(upstream: Ref, command: Command) -> Link:
    """The link of a lead to what it came out of, as an act here says it."""
    return Link(upstream=upstream, relation="led_to_lead", confidence="confirmed", asserted_on=day_of(command.at))


def over_since(there: Event | None) -> date | None:
    """The day in Viet Nam on which the event ended, if it is over and the day is known."""
    if there is None or there.status not in OVER or there.schedule is None:
        return None
    return there.schedule.vietnam_ends_on


async def named(connection: Connection, values: Mapping[str, Any]) -> dict[str, Any]:
    """The particulars with the partner that stands, under the name the register has where none is given."""
    given = values.get("partner_id")
    if given is None:
        return dict(values)
    id, name = await standing(connection, given)
    return {**values, "partner_id": id, "partner_name": values.get("partner_name") or name}


async def amend_lead(change: Change, changes: Mapping[str, Any]) -> Answer:
    """Correct particulars, plan the next action."""
    at = change.command.at

    async def decide(record: Lead, connection: Connection) -> Decision:
        return Decision((record.amend(await named(connection, changes), at),))

    return await LEADS.change(change.database, change.command, change.id, change.expected, decide)


async def advance_lead(change: Change, status: str) -> Answer:
    """Qualify, negotiate, let rest, take up again."""
    return await says(LEADS, change, lambda lead: lead.advance(status))


async def follow_up_lead(change: Change, days: int, note: str) -> Answer:
    """Look at the lead so many days after the event."""
    at = change.command.at
    return await says(LEADS, change, lambda lead: lead.follow_up(days=days, note=note, at=at))


async def win_lead(change: Change, won: Winning) -> Answer:
    """Something has come of it; the outcome is claimed when this is heard."""
    at = change.command.at
    return await says(LEADS, change, lambda lead: lead.win(won, at))


async def lose_lead(change: Change, reason: str) -> Answer:
    """The lead has come to nothing."""
    at = change.command.at
    return await says(LEADS, change, lambda lead: lead.lose(reason=reason, at=at))


async def link_lead(change: Change, link: Link) -> Answer:
    """Say what the lead came out of."""
    return await says(LEADS, change, lambda lead: lead.link(link))


async def serve_agreement(change: Change, agreement_id: UUID) -> Answer:
    """Say which agreement the lead serves."""
    return await says(LEADS, change, lambda lead: lead.serve_agreement(agreement_id))


async def classify_lead(change: Change, *, sensitivity: str, confirmed: bool) -> Answer:
    """Raise or lower the sensitivity."""
    return await says(LEADS, change, lambda lead: lead.classify(sensitivity, confirmed=confirmed))
