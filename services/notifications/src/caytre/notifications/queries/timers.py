"""When something fires next, and what has come and is not done yet; asked by whoever moves a rehearsal's time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caytre.core.clock import day_of
from caytre.core.storing.database import Database
from caytre.notifications.model.climbing import midnight_after

_NEXT = "SELECT min(next_at) FROM deadline WHERE next_at > $1"
_PENDING = """
SELECT (SELECT count(*) FROM deadline WHERE next_at <= $1)
     + (SELECT count(*) FROM deadline WHERE is_open
          AND calendar_checked < (SELECT max(calendar_version) FROM calendar_change))
     + (SELECT count(*) FROM mail_queue WHERE $2 AND send_at <= clock_timestamp())
"""
_LAST_DAY = "SELECT max(day) FROM day"


@dataclass(frozen=True, slots=True)
class NextTimer:
    """The next moment after now, the next one of a deadline, and how much is due by now."""

    at: datetime
    deadline_at: datetime | None
    pending: int


async def next_timer(database: Database, now: datetime, *, mails: bool) -> NextTimer:
    """What fires next: a deadline's rung, or the beginning of a day, whichever is first."""
    async with database.worker.acquire() as connection:
        rung = await connection.fetchval(_NEXT, now)
        pending = int(await connection.fetchval(_PENDING, now, mails))
        last = await connection.fetchval(_LAST_DAY)
    midnight = midnight_after(now)
    days = 1 if last is None else max(0, (day_of(now) - last).days)
    return NextTimer(min(rung, midnight) if rung is not None else midnight, rung, pending + days)
