"""The events service: events and their permission, registrations, meetings, leads and what came of them."""

from __future__ import annotations

from pathlib import Path

from caytre.core.service import Service, run
from caytre.events.api import events, leads, meetings, outcomes, permission, recordings, registrations, running
from caytre.events.consumers import consumers
from caytre.events.consumers.deadlines import awaited_day
from caytre.events.policy import policy
from caytre.events.tables import STORES, metadata

service = Service(
    name="events",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    policy=policy,
    routers=(
        recordings.events,
        recordings.leads,
        recordings.outcomes,
        events.router,
        permission.router,
        running.router,
        registrations.router,
        meetings.router,
        leads.router,
        outcomes.router,
    ),
    stores=STORES,
    consumers=consumers,
    description=__doc__,
    awaits=awaited_day,
)


def main() -> None:
    """The command line."""
    run(service)
