"""Officers' acts on deadlines, recipients and notifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caytre.contracts.message import Document
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.storing.change import Change, says
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision, said
from caytre.notifications.model import Recipient
from caytre.notifications.tables import DEADLINES, NOTIFICATIONS, RECIPIENTS


async def waive_deadline(change: Change, *, reason: str, document: Document | None) -> Answer:
    """Lift a deadline."""
    by, at = change.command.caller.organisation, change.command.at
    return await says(DEADLINES, change, lambda record: record.waive(reason=reason, document=document, by=by, at=at))


async def acknowledge_deadline(change: Change, *, note: str | None) -> Answer:
    """Take note of what was told of a deadline: for one's organisation, without one for oneself."""
    by, at = change.command.caller.organisation or change.command.actor, change.command.at
    return await says(DEADLINES, change, lambda record: record.acknowledge(note=note, by=by, at=at))


async def acknowledge_notification(change: Change) -> Answer:
    """Take note of a notification."""
    caller, at, by = change.command.caller, change.command.at, change.command.actor
    roles = sorted(caller.roles)
    return await says(
        NOTIFICATIONS,
        change,
        lambda record: record.acknowledge(roles=roles, organisation=caller.organisation, by=by, at=at),
    )


async def register_recipient(database: Database, command: Command, particulars: Mapping[str, Any]) -> Answer:
    """Enter a desk in the directory."""
    id = new_id()

    async def decide(_: Connection) -> tuple[Recipient, Decision]:
        recipient, message = Recipient.register(id=id, **particulars)
        return recipient, said(message)

    return await RECIPIENTS.create(database, command, decide)


async def amend_recipient(change: Change, changes: Mapping[str, Any]) -> Answer:
    """Correct particulars of a desk."""
    return await says(RECIPIENTS, change, lambda record: record.amend(changes))
