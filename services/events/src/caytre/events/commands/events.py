"""Acts on events, in the order of their life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from caytre.contracts.events import EventReport, Lateness, Quotas, Schedule
from caytre.contracts.lineage import Link
from caytre.contracts.message import Document
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.refusals import Forbidden
from caytre.core.storing.change import Change, creates, reference_claim, says
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision
from caytre.events.commands.partners import barred, standing
from caytre.events.commands.turns import MODES, seats_of, taking_turns, turn_claim
from caytre.events.model import Event
from caytre.events.tables import EVENTS


async def draft_event(database: Database, command: Command, particulars: Mapping[str, Any]) -> Answer:
    """Begin an event."""
    id = new_id()

    async def decide(connection: Connection) -> tuple[Event, Decision]:
        values = await _with_standing_partners(connection, particulars)
        fresh, message = Event.draft(id=id, at=command.at, **values)
        return fresh, Decision((message,), claims=reference_claim(EVENTS, fresh.external_refs))

    return await creates(EVENTS, database, command, decide)


async def _with_standing_partners(connection: Connection, values: Mapping[str, Any]) -> dict[str, Any]:
    organisers = []
    for organiser in values.get("co_organisers", ()):
        id, _ = await standing(connection, organiser.partner_id)
        organisers.append(organiser.model_copy(update={"partner_id": id}))
    return {**values, "co_organisers": tuple(organisers)} if "co_organisers" in values else dict(values)


async def amend_event(change: Change, changes: Mapping[str, Any]) -> Answer:
    """Correct particulars."""
    at = change.command.at

    async def decide(record: Event, connection: Connection) -> Decision:
        return Decision(record.amend(await _with_standing_partners(connection, changes), at))

    return await EVENTS.change(change.database, change.command, change.id, change.expected, decide)


async def reschedule_event(change: Change, schedule: Schedule) -> Answer:
    """Give the event its days, or others."""
    at = change.command.at
    return await says(EVENTS, change, lambda event: event.reschedule(schedule, at))


async def plan_event(change: Change) -> Answer:
    """Put the event into the plan."""
    at = change.command.at
    return await says(EVENTS, change, lambda event: event.plan(at))


async def settle_competence(change: Change, *, authority: str, reason: str, document: Document | None) -> Answer:
    """Say which reading of the law is taken."""
    at = change.command.at
    return await says(
        EVENTS,
        change,
        lambda event: event.settle_competence(authority=authority, reason=reason, document=document, at=at),
    )


async def apply_for_permission(change: Change, *, document: Document, lateness: Lateness | None) -> Answer:
    """Send the application."""
    at = change.command.at
    return await says(
        EVENTS, change, lambda event: event.apply_for_permission(document=document, lateness=lateness, at=at)
    )


async def request_opinions(change: Change, *, agencies: Sequence[str], received_on: date | None) -> Answer:
    """Ask agencies."""
    at = change.command.at
    return await says(
        EVENTS, change, lambda event: event.request_opinions(agencies=agencies, received_on=received_on, at=at)
    )


async def give_opinion(change: Change, agency: str, *, answer: str, text: str | None, document: Document) -> Answer:
    """The agency replies for itself. Raises Forbidden for another one's reply."""
    if change.command.caller.organisation != agency:
        raise Forbidden(operation="event.give_opinion")
    return await record_reply(change, agency, answer=answer, text=text, document=document)


async def record_reply(change: Change, agency: str, *, answer: str, text: str | None, document: Document) -> Answer:
    """Record what an agency has replied, itself or on paper."""
    at = change.command.at
    return await says(
        EVENTS,
        change,
        lambda event: event.give_opinion(agency=agency, answer=answer, text=text, document=document, at=at),
    )


async def decide_permission(
    change: Change, *, outcome: str, authority: str, document: Document, conditions: str | None
) -> Answer:
    """The written answer of the competent authority."""
    at = change.command.at
    return await says(
        EVENTS,
        change,
        lambda event: event.decide_permission(
            outcome=outcome, authority=authority, document=document, conditions=conditions, at=at
        ),
    )


async def withdraw_application(change: Change, reason: str) -> Answer:
    """Take the application back."""
    at = change.command.at
    return await says(EVENTS, change, lambda event: event.withdraw_application(reason=reason, at=at))


async def open_registration(change: Change) -> Answer:
    """Open registration, unless a foreign co-organiser is no longer vouched for."""
    at = change.command.at

    async def decide(record: Event, connection: Connection) -> Decision:
        why = await barred(connection, record.partner_ids())
        return Decision((record.open_registration(barred=why, at=at),))

    return await EVENTS.change(change.database, change.command, change.id, change.expected, decide)


async def change_quotas(change: Change, quotas: Quotas) -> Answer:
    """Admit more or fewer, but never fewer than are admitted: the new quota is a turn of the ledger."""

    async def decide(record: Event, connection: Connection) -> Decision:
        present = {mode: await seats_of(connection, record, mode) for mode in MODES}
        message = record.change_quotas(quotas, {mode: seats.taken for mode, seats in present.items()})
        after = {mode: seats.under(getattr(quotas, mode)) for mode, seats in present.items()}
        return Decision((message,), claims=turn_claim(record.id, after))

    return await taking_turns(
        change.id,
        lambda: EVENTS.change(change.database, change.command, change.id, change.expected, decide),
    )


async def freeze_event(change: Change) -> Answer:
    """Turn changes of registrations into requests."""
    return await says(EVENTS, change, lambda event: event.freeze())


async def start_event(change: Change) -> Answer:
    """The event begins."""
    at = change.command.at
    return await says(EVENTS, change, lambda event: event.start(at))


async def hold_event(change: Change, attendance: int | None) -> Answer:
    """The event is over."""
    at = change.command.at
    return await says(EVENTS, change, lambda event: event.hold(attendance=attendance, at=at))


async def file_report(change: Change, report: EventReport) -> Answer:
    """File the report of results."""
    at = change.command.at
    return await says(EVENTS, change, lambda event: event.file_report(report, at))


async def close_event(change: Change) -> Answer:
    """Close the file."""
    return await says(EVENTS, change, lambda event: event.close())


async def cancel_event(change: Change, *, reason: str, document: Document | None) -> Answer:
    """Give the event up."""
    at = change.command.at
    return await says(EVENTS, change, lambda event: event.cancel(reason=reason, document=document, at=at))


async def postpone_event(change: Change, *, reason: str, document: Document | None) -> Answer:
    """Put the event off."""
    at = change.command.at
    return await says(EVENTS, change, lambda event: event.postpone(reason=reason, document=document, at=at))


async def link_event(change: Change, link: Link) -> Answer:
    """Say what the event came out of."""
    return await says(EVENTS, change, lambda event: event.link(link))


async def classify_event(change: Change, *, sensitivity: str, confirmed: bool) -> Answer:
    """Raise or lower the sensitivity."""
    return await says(EVENTS, change, lambda event: event.classify(sensitivity, confirmed=confirmed))
