"""The notifications service: the working-day calendar, deadlines, reminders and what reaches whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from fastapi import FastAPI

from caytre.core.clock import business_now, rehearsal
from caytre.core.service import Service, run
from caytre.core.storing.database import DISCONNECTS
from caytre.notifications.api import calendar, deadlines, notifications, recipients, timers
from caytre.notifications.commands.calendar import seed
from caytre.notifications.commands.firing import Timers
from caytre.notifications.commands.mailing import Mailer
from caytre.notifications.commands.sending import Smtp
from caytre.notifications.consumers import consumers
from caytre.notifications.policy import policy
from caytre.notifications.queries.measuring import notices
from caytre.notifications.settings import NotificationSettings
from caytre.notifications.tables import CALENDARS, DAYS, DEADLINES, NOTIFICATIONS, RECIPIENTS, metadata

log = structlog.get_logger(__name__)

#: How often timers look for what has come.
LOOK_SECONDS = 0.5
#: How often they look whether the clock of a rehearsal was moved meanwhile.
GLANCE_SECONDS = 0.02


@asynccontextmanager
async def prepared(app: FastAPI) -> AsyncIterator[None]:
    """The settings of this service, and a calendar before anything is counted."""
    settings = NotificationSettings()
    app.state.notification_settings = settings
    app.state.mails = settings.server is not None
    await seed(app.state.database)
    yield


async def timing(app: FastAPI) -> None:
    """Fire what has come, until cancelled."""
    timers = Timers(app.state.database)
    while True:
        fired = 0
        try:
            fired = await timers.fire(business_now())
        except DISCONNECTS as error:
            log.warning("timers wait for the database", error=repr(error))
        if not fired:
            await _pause()


async def _pause() -> None:
    """Wait for the next look; a clock that is moved ends it."""
    if rehearsal() is None:
        await asyncio.sleep(LOOK_SECONDS)
        return
    unmoved = business_now() + timedelta(seconds=2 * LOOK_SECONDS)
    for _ in range(round(LOOK_SECONDS / GLANCE_SECONDS)):
        await asyncio.sleep(GLANCE_SECONDS)
        if business_now() > unmoved:
            return


async def mailing(app: FastAPI) -> None:
    """Send what is queued, until cancelled; without a mail server nothing is."""
    settings: NotificationSettings = app.state.notification_settings
    if settings.server is None:
        log.warning("CAYTRE_SMTP is not set: no mail is sent, what is queued waits")
        await asyncio.Event().wait()
        return
    mailer = Mailer(
        app.state.database,
        Smtp(settings.server, settings.mail_timeout_seconds),
        sender=settings.mail_from,
        public_url=app.state.settings.public_url,
        retry_seconds=settings.mail_retry_seconds,
        lease_seconds=settings.mail_timeout_seconds * 4,
    )
    await mailer.run()


service = Service(
    name="notifications",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    policy=policy,
    routers=(deadlines.router, calendar.router, recipients.router, notifications.router, timers.router),
    stores=(DEADLINES, CALENDARS, DAYS, RECIPIENTS, NOTIFICATIONS),
    consumers=consumers,
    extras=(prepared,),
    loops=(timing, mailing),
    measures=(notices,),
    description=__doc__,
)


def main() -> None:
    """The command line."""
    run(service)
