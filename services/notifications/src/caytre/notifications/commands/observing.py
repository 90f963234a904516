"""What messages of any type carry: deadlines are opened or moved, settlements end them, in whichever order they come.

All take the locks of the identities first, in one order, since a settlement may travel on another topic than its
deadline: of two at one moment the second sees what the first did.
"""

from __future__ import annotations

from uuid import UUID

from caytre.contracts.message import Deadline as Wanted
from caytre.contracts.message import Message, Settlement
from caytre.contracts.notifications import Cause
from caytre.core.clock import day_of
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.database import Connection
from caytre.core.storing.decision import Decision, said
from caytre.core.telemetry import parse_traceparent
from caytre.notifications.commands.calendar import counted
from caytre.notifications.model import Deadline
from caytre.notifications.model.deadline import Owner, deadline_id, settled_before
from caytre.notifications.model.telling import Heard
from caytre.notifications.tables import DEADLINES

_LOCK = """
SELECT pg_advisory_xact_lock(key)
FROM (SELECT DISTINCT hashtextextended(id, 0) AS key FROM unnest($1::text[]) id ORDER BY 1) keys
"""
_PRESENT = "SELECT TRUE FROM deadline WHERE id = $1"
_EARLY = "DELETE FROM early_settlement WHERE deadline_id = $1 RETURNING settled_on, message_id"
_SETTLE_EARLY = """
INSERT INTO early_settlement (deadline_id, settled_on, message_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
"""
_OF_OWNER = "SELECT id FROM deadline WHERE owner = $1 AND is_open ORDER BY id"


def heard_in(message: Received) -> Heard:
    """The message as rules see it."""
    data = message.json()
    state = data.get("state")
    return Heard(
        type=message.type,
        subject=message.subject,
        data={name: value for name, value in data.items() if name != "state"},
        sensitivity=message.sensitivity,
        localities=message.localities,
        state=state if isinstance(state, dict) else {},
    )


def cause_in(message: Received) -> Cause:
    """The message as what follows from it names it."""
    context = parse_traceparent(message.traceparent)
    return Cause(
        message_id=message.id,
        type=message.type,
        correlation=message.correlation,
        traceparent=message.traceparent if context else None,
        trace_id=f"{context.trace_id:032x}" if context else None,
    )


def owner_in(message: Received) -> Owner:
    """The record that speaks."""
    heard = heard_in(message)
    return Owner(
        ref=f"{heard.kind}/{message.subject}",
        label=heard.label,
        sensitivity=heard.sensitivity,
        localities=heard.localities,
        countries=heard.countries,
        consultees=heard.consultees,
        provenance=heard.stated,
    )


async def keep_obligations(reaction: Reaction, message: Received) -> None:
    """Open, move and settle what the message carries; then what is open of its record has the record's rights of now.

    In one handler, so that no deadline keeps rights that its record has lost because the message also carried one.
    """
    connection = reaction.connection
    data, owner = message.json(), owner_in(message)
    wanted = [Wanted.model_validate(each) for each in data.get("deadlines") or ()]
    settled = [Settlement.model_validate(each) for each in data.get("settles") or ()]
    opened = [(deadline_id(owner.ref, each.code, each.discriminator, each.round), each) for each in wanted]
    ended = [deadline_id(each.owner or owner.ref, each.code, each.discriminator, each.round) for each in settled]
    open_before = [row["id"] for row in await connection.fetch(_OF_OWNER, owner.ref)]
    if not (opened or ended or open_before):
        return
    await connection.execute(_LOCK, [str(id) for id in (*(id for id, _ in opened), *ended, *open_before)])
    for id, each in opened:
        await _open(reaction, message, owner, id, each)
    for id in ended:
        await _settle(reaction, message, id)
    if isinstance(data.get("state"), dict):
        await _follow(reaction, owner)


async def _open(reaction: Reaction, message: Received, owner: Owner, id: UUID, wanted: Wanted) -> None:
    connection, command = reaction.connection, reaction.command
    calendar = await counted(connection)
    if await connection.fetchval(_PRESENT, id):
        await DEADLINES.react(
            command, connection, id, lambda deadline: _if_said(deadline.ask_again(wanted, calendar, command.at))
        )
        return
    deadline, scheduled = Deadline.open(wanted, owner, cause_in(message), calendar, command.at)
    early = await connection.fetch(_EARLY, id)
    met = settled_before(deadline, [(row["settled_on"], row["message_id"]) for row in early])
    await DEADLINES.begin(command, connection, deadline, said(scheduled, *met))


async def _settle(reaction: Reaction, message: Received, id: UUID) -> None:
    connection, on = reaction.connection, day_of(message.time)
    if await connection.fetchval(_PRESENT, id):
        await DEADLINES.react(
            reaction.command, connection, id, lambda deadline: _if_said(deadline.settle(on, message.id))
        )
    else:
        await connection.execute(_SETTLE_EARLY, id, on, message.id)


async def _follow(reaction: Reaction, owner: Owner) -> None:
    for row in await reaction.connection.fetch(_OF_OWNER, owner.ref):
        await DEADLINES.react(
            reaction.command, reaction.connection, row["id"], lambda deadline: _if_said(deadline.follow(owner))
        )


def _if_said(message: Message | None) -> Decision | None:
    return said(message) if message is not None else None


async def note_calendar(connection: Connection, message: Received) -> None:
    """Remember that open deadlines are to be counted anew, and because of which message."""
    await connection.execute(
        "INSERT INTO calendar_change (calendar_version, message_id, correlation_id, traceparent) "
        "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        message.sequence,
        message.id,
        message.correlation,
        message.traceparent,
    )
