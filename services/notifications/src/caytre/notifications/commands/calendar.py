"""The calendar: seeded when there is none, overridden by officers, and the same to everything that counts."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from caytre.contracts.message import Document, Message
from caytre.contracts.notifications import CalendarDay
from caytre.core.command import Answer, Command
from caytre.core.refusals import NotFound, Stale
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision, said
from caytre.core.storing.store import BegunBeside
from caytre.notifications.commands.service_acts import acting
from caytre.notifications.model import Calendar
from caytre.notifications.model.calendar import CALENDAR_ID
from caytre.notifications.model.counting import WorkingDays
from caytre.notifications.tables import CALENDARS
from caytre.reference import public_days

_VERSION = "SELECT version FROM calendar WHERE id = $1"
_DOCUMENT = "SELECT document::text FROM calendar WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Override:
    """What days are to be, why, and the paper that says so."""

    days: tuple[CalendarDay, ...]
    reason: str
    document: Document | None = None


async def seed(database: Database) -> None:
    """Store the calendar where there is none, and take a later edition of its seed over. Any process may, at once."""
    days = tuple(CalendarDay(**each.model_dump()) for each in public_days.all_days())
    edition = (public_days.EDITION, public_days.FIRST_YEAR, public_days.LAST_YEAR, days)
    with acting("seed the calendar") as command:
        try:
            async with database.command.acquire() as connection:
                fresh, message = Calendar.seed_with(*edition)
                begun = await CALENDARS.begin(command, connection, fresh, said(message))
                present = None if begun else await CALENDARS.load(connection, CALENDAR_ID)
            if present is not None and present.seed < public_days.EDITION:
                await CALENDARS.change(database, command, CALENDAR_ID, present.version, _seeded_again(edition))
        except (BegunBeside, Stale):
            return  # another process did it in this moment
    database.committed()


def _seeded_again(
    edition: tuple[str, int, int, Sequence[CalendarDay]],
) -> Callable[[Calendar, Connection], Awaitable[Decision]]:
    async def decide(record: Calendar, _: Connection) -> Decision:
        message = record.seed_again(*edition)
        if message is None:
            raise Stale(expected=record.version, present=record.version)
        return said(message)

    return decide


async def counted(connection: Connection) -> WorkingDays:
    """The calendar of now. Raises NotFound before it was seeded."""
    document = await connection.fetchval(_DOCUMENT, CALENDAR_ID)
    if document is None:
        raise NotFound(kind="calendar", id=CALENDAR_ID)
    return _counted(document)


@lru_cache(maxsize=4)
def _counted(document: str) -> WorkingDays:
    return Calendar.from_parts(json.loads(document)).working_days()


async def version(connection: Connection) -> int:
    """The version of the calendar; 0 before it was seeded."""
    return int(await connection.fetchval(_VERSION, CALENDAR_ID) or 0)


async def override(database: Database, command: Command, expected: int, wanted: Override) -> Answer:
    """Say of days what they are. Raises the refusals of Calendar.override."""

    async def decide(record: Calendar, _: Connection) -> Decision:
        return said(record.override(wanted.days, reason=wanted.reason, document=wanted.document))

    return await CALENDARS.change(database, command, CALENDAR_ID, expected, decide)


async def take_back(database: Database, command: Command, expected: int, day: date, reason: str) -> Answer:
    """Undo an override: the day is again what the seed says. Raises NotOverridden."""
    seeded = next((CalendarDay(**each.model_dump()) for each in public_days.all_days() if each.day == day), None)

    async def decide(record: Calendar, _: Connection) -> Decision:
        message: Message = record.take_back(day, seeded, reason=reason)
        return said(message)

    return await CALENDARS.change(database, command, CALENDAR_ID, expected, decide)
