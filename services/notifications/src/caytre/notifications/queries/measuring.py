"""What is overdue, late and unsent, in three small statements; the same in every process."""

from __future__ import annotations

from datetime import datetime

from caytre.core.clock import business_now
from caytre.core.scraping import Source
from caytre.core.storing.database import Database
from caytre.notifications.measures import mail_late_seconds, mail_queued, obligations_overdue, timers_late_seconds

_OVERDUE = "SELECT code, count(*) FROM deadline WHERE status = 'OVERDUE' GROUP BY code"
_NEXT_TIMER = "SELECT min(next_at) FROM deadline WHERE next_at IS NOT NULL"
_QUEUED = "SELECT coalesce(last_error, '') AS failure, count(*) AS count FROM mail_queue GROUP BY last_error"
_NEXT_MAIL = """
SELECT greatest(extract(epoch FROM clock_timestamp() - min(send_at)), 0)::float8 FROM mail_queue
WHERE leased_until IS NULL OR leased_until <= clock_timestamp()
"""


def notices(database: Database) -> Source:
    """Overdue obligations by their code, late timers, and mail that waits."""

    async def find() -> None:
        async with database.worker.acquire() as connection:
            overdue = await connection.fetch(_OVERDUE)
            timer: datetime | None = await connection.fetchval(_NEXT_TIMER)
            queued = await connection.fetch(_QUEUED)
            late: float | None = await connection.fetchval(_NEXT_MAIL)
        obligations_overdue.show_each((count, {"code": code}) for code, count in overdue)
        since = (business_now() - timer).total_seconds() if timer is not None else 0.0
        timers_late_seconds.show(max(0.0, since))
        waiting: dict[str, int] = {row["failure"]: row["count"] for row in queued}
        mail_queued.show_each((count, {"failure": failure}) for failure, count in (waiting or {"": 0}).items())
        mail_late_seconds.show(late or 0.0)

    return Source("notices", find, (obligations_overdue, timers_late_seconds, mail_queued, mail_late_seconds))
