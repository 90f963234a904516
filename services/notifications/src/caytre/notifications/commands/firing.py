"""Timers: days that begin, rungs that are reached, deadlines to be counted anew. Any number of processes may fire.

Firing is one statement, a compare-and-set of the deadline with its messages; who comes second finds another version and
leaves it. What has come is found by an index over the next moments, so it costs the same however many are open.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

import asyncpg
import structlog

from caytre.contracts.notifications import Cause
from caytre.core.clock import day_of
from caytre.core.refusals import Refusal, Stale
from caytre.core.storing.database import DISCONNECTS, Connection, Database
from caytre.core.storing.decision import Decision, said
from caytre.core.storing.store import BegunBeside
from caytre.notifications.commands.calendar import counted
from caytre.notifications.commands.service_acts import acting
from caytre.notifications.model import Day, Deadline
from caytre.notifications.tables import DAYS, DEADLINES

log = structlog.get_logger(__name__)

#: At most so many deadlines are taken up at a time.
PAGE = 200
#: Seconds for which a deadline that cannot be fired is left alone, so that it holds up no other.
SET_ASIDE = 60.0

_DUE = """
SELECT id, version, document->'cause' AS cause FROM deadline
WHERE next_at <= $1 AND id <> ALL ($2::uuid[]) ORDER BY next_at, id LIMIT $3
"""
_LAST_DAY = "SELECT max(day) FROM day"
_CHANGE = "SELECT * FROM calendar_change ORDER BY calendar_version DESC LIMIT 1"
_UNCOUNTED = """
SELECT id, version FROM deadline
WHERE is_open AND calendar_checked < $1 AND id <> ALL ($2::uuid[]) ORDER BY calendar_checked LIMIT $3
"""
_COUNTED = "UPDATE deadline SET calendar_checked = $3 WHERE id = $1 AND version = $2"


@dataclass
class Timers:
    """Everything that time brings about in one database. Methods return how much they have done."""

    database: Database
    _aside: dict[UUID, float] = field(default_factory=dict)

    async def fire(self, now: datetime) -> int:
        """Fire all that has come by `now`: days in order, then rungs in the order of their moments."""
        return await self.begin_days(now) + await self.fire_deadlines(now) + await self.count_anew()

    async def begin_days(self, now: datetime) -> int:
        """Say that days have begun, each once, also those on which nothing ran; the first time today alone."""
        async with self.database.worker.acquire() as connection:
            last, today = await connection.fetchval(_LAST_DAY), day_of(now)
            if last is not None and last >= today:
                return 0
            calendar = await counted(connection)
            begun, next_day = 0, today if last is None else last + timedelta(days=1)
            while next_day <= today:
                record, message = Day.begin(next_day, calendar)
                with acting("begin a day") as command:
                    try:
                        begun += await DAYS.begin(command, connection, record, said(message))
                    except (BegunBeside, asyncpg.UniqueViolationError):
                        log.debug("another process has begun the day", day=next_day.isoformat())
                next_day += timedelta(days=1)
        self.database.committed()
        return begun

    async def fire_deadlines(self, now: datetime) -> int:
        """Fire the deadlines whose next moment has come, at most a page of them."""
        rows = await self.database.worker.fetch(_DUE, now, self._set_aside(), PAGE)
        fired = 0
        for row in rows:
            fired += await self._guarded(row["id"], self._fire(row, now))
        return fired

    async def _fire(self, row: asyncpg.Record, now: datetime) -> None:
        cause = Cause.model_validate_json(row["cause"])
        with acting(
            "fire a deadline", linked=cause.traceparent, correlation=cause.correlation, causation=cause.message_id
        ) as command:

            async def decide(deadline: Deadline, _: Connection) -> Decision:
                messages = deadline.fire(now)
                if not messages:
                    raise Stale(expected=row["version"], present=deadline.version)
                return Decision(messages)

            await DEADLINES.change(self.database, command, row["id"], row["version"], decide)

    async def count_anew(self) -> int:
        """Count open deadlines with the calendar of today, at most a page of them."""
        change = await self.database.worker.fetchrow(_CHANGE)
        if change is None:
            return 0
        rows = await self.database.worker.fetch(_UNCOUNTED, change["calendar_version"], self._set_aside(), PAGE)
        for row in rows:
            await self._guarded(row["id"], self._count_anew(row, change))
        return len(rows)

    async def _count_anew(self, row: asyncpg.Record, change: asyncpg.Record) -> None:
        with acting(
            "count a deadline anew",
            linked=change["traceparent"],
            correlation=change["correlation_id"],
            causation=change["message_id"],
        ) as command:
            async with self.database.worker.acquire() as connection:
                calendar = await counted(connection)
                deadline = await DEADLINES.load(connection, row["id"])
                if deadline.version != row["version"] or deadline.recount(calendar, command.at) is None:
                    await connection.execute(_COUNTED, row["id"], row["version"], calendar.version)
                    return

            async def decide(record: Deadline, _: Connection) -> Decision:
                message = record.recount(calendar, command.at)
                if message is None:
                    raise Stale(expected=row["version"], present=record.version)
                return said(message)

            await DEADLINES.change(self.database, command, row["id"], row["version"], decide)

    async def _guarded(self, id: UUID, act: Awaitable[None]) -> int:
        try:
            await act
        except Stale:
            return 0  # another process was first
        except DISCONNECTS:
            raise
        except (Refusal, ValueError, LookupError, TypeError, asyncpg.PostgresError):
            log.exception("a deadline cannot be fired and is left for a minute", deadline=str(id))
            self._aside[id] = monotonic() + SET_ASIDE
            return 0
        return 1

    def _set_aside(self) -> list[UUID]:
        now = monotonic()
        self._aside = {id: until for id, until in self._aside.items() if until > now}
        return list(self._aside)
