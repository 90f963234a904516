"""The notifications service behind a real server, with deadlines and notifications in many states to be asked about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from caytre.core.clock import business_now
from caytre.core.ids import new_id
from tests.builders.desk import Issuer
from tests.builders.notice_desk import NoticeDesk, a_served_notice_desk, wanted


@dataclass
class Inbox:
    """Where the service is, and what reaches it."""

    origin: str
    desk: NoticeDesk

    async def records(self) -> dict[str, list[str]]:
        """Records by the first segment of their path."""
        desk, settled = self.desk, new_id()
        past = wanted("AGR_OPINION", discriminator="MPS", answerable="MPS", anchor="2026-01-05")
        await desk.desk()
        await desk.hear(desk.says(past), desk.says(past, sensitivity="restricted"), twice=False)
        await desk.hear(desk.says(wanted()), desk.says(wanted(anchor=None, anchor_missing="2019")), twice=False)
        await desk.hear(desk.says(wanted(), record=settled), twice=False)
        await desk.hear(desk.says(settles=[{"code": "AGR_PM_REPORT"}], record=settled), twice=False)
        await desk.hear(desk.says(type="caytre.agreement.stalled.v1", level="critical"), twice=False)
        await desk.fire(business_now())
        await desk.hear_own(twice=False)
        found = {}
        for table, kind in (("deadline", "deadlines"), ("notification", "notifications"), ("recipient", "recipients")):
            rows = await desk.database.worker.fetch(f"SELECT id FROM {table} ORDER BY id")
            found[kind] = [str(row["id"]) for row in rows]
        return found


@asynccontextmanager
async def a_notifications_service(
    folder: Path, issuer: Issuer, urls: Mapping[str, str], kafka: str
) -> AsyncIterator[Inbox]:
    """The service, started and stopped as a server would."""
    own = folder / "notifications"
    own.mkdir()
    async with a_served_notice_desk(own, issuer, urls["notifications"], kafka=kafka) as (origin, desk):
        yield Inbox(origin, desk)
