"""Acts on meetings. A slot is agreed on only while event and both registrations are as they were read."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.storing.change import Change, creates, says
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Claim, Decision, Guard
from caytre.events.commands.seeing import seen
from caytre.events.model import Event, Meeting, Registration
from caytre.events.tables import EVENTS, MEETINGS, REGISTRATIONS, event, party_slot, registration, table_slot

_PARTIES = """
SELECT DISTINCT ON (p.registration_id) p.registration_id AS held, p.turn,
       coalesce(m.slot = p.slot AND m.status IN ('ACCEPTED', 'HELD', 'NO_SHOW'), false) AS stands
FROM party_slot p LEFT JOIN meeting m ON m.id = p.record_id
WHERE p.event_id = $1 AND p.slot = $2 AND p.registration_id = ANY($3)
ORDER BY p.registration_id, p.turn DESC
"""
_TABLE = """
SELECT t.table_no AS held, t.turn,
       coalesce(m.slot = t.slot AND m.status IN ('ACCEPTED', 'HELD', 'NO_SHOW'), false) AS stands
FROM table_slot t LEFT JOIN meeting m ON m.id = t.record_id
WHERE t.event_id = $1 AND t.slot = $2 AND t.table_no = $3
ORDER BY t.turn DESC LIMIT 1
"""


async def request_meeting(
    database: Database,
    command: Command,
    *,
    requester: UUID,
    addressee: UUID,
    subject: str,
    confidential_note: str | None,
) -> Answer:
    """Ask another party of the same event for a meeting."""
    id = new_id()

    async def decide(connection: Connection) -> tuple[Meeting, Decision]:
        asking = await seen(REGISTRATIONS, connection, command, requester, "/requester")
        asked = await REGISTRATIONS.load(connection, addressee)
        there = await EVENTS.load(connection, asking.event_id)
        fresh, message = Meeting.request(
            id=id,
            event=there,
            requester=asking,
            addressee=asked,
            subject=subject,
            confidential_note=confidential_note,
            at=command.at,
        )
        return fresh, Decision((message,), guards=_guards(there, asking, asked))

    return await creates(MEETINGS, database, command, decide)


async def accept_meeting(change: Change, *, slot: int, table: int) -> Answer:
    """Agree on a slot and a table: whoever claims the party's or the table's next turn first has it."""

    async def decide(record: Meeting, connection: Connection) -> Decision:
        there = await EVENTS.load(connection, record.event_id)
        parties = [await REGISTRATIONS.load(connection, id) for id in record.party_ids()]
        booked = await connection.fetch(_PARTIES, there.id, slot, list(record.party_ids()))
        used = await connection.fetch(_TABLE, there.id, slot, table)
        message = record.accept(
            slot=slot,
            table=table,
            event=there,
            parties=parties,
            busy={row["held"] for row in booked if row["stands"]},
            tables_taken={row["held"] for row in used if row["stands"]},
        )
        turns = {row["held"]: row["turn"] + 1 for row in booked}
        ids = record.party_ids()
        claims = (
            Claim(
                party_slot,
                {
                    "event_id": [there.id] * len(ids),
                    "slot": [slot] * len(ids),
                    "registration_id": list(ids),
                    "turn": [turns.get(id, 0) for id in ids],
                },
            ),
            Claim(
                table_slot,
                {
                    "event_id": [there.id],
                    "slot": [slot],
                    "table_no": [table],
                    "turn": [max((row["turn"] + 1 for row in used), default=0)],
                },
            ),
        )
        return Decision((message,), guards=_guards(there, *parties), claims=claims)

    return await MEETINGS.change(change.database, change.command, change.id, change.expected, decide)


def _guards(there: Event, *parties: Registration) -> tuple[Guard, ...]:
    return (
        Guard(event, there.id, there.version),
        *(Guard(registration, party.id, party.version) for party in parties),
    )


async def decline_meeting(change: Change, reason: str | None) -> Answer:
    """Do not want to meet."""
    return await says(MEETINGS, change, lambda meeting: meeting.decline(reason))


async def cancel_meeting(change: Change, reason: str) -> Answer:
    """Give the meeting up."""
    return await says(MEETINGS, change, lambda meeting: meeting.cancel(reason))


async def hold_meeting(change: Change, result: str | None) -> Answer:
    """The parties have met."""

    async def decide(record: Meeting, connection: Connection) -> Decision:
        there = await EVENTS.load(connection, record.event_id)
        return Decision((record.hold(result=result, event=there),))

    return await MEETINGS.change(change.database, change.command, change.id, change.expected, decide)


async def miss_meeting(change: Change, absent: Sequence[UUID]) -> Answer:
    """One or both did not come."""

    async def decide(record: Meeting, connection: Connection) -> Decision:
        there = await EVENTS.load(connection, record.event_id)
        return Decision((record.miss(absent=tuple(absent), event=there),))

    return await MEETINGS.change(change.database, change.command, change.id, change.expected, decide)
