"""The delegations service: annual plans, delegations and their conflicts, invitations, visits, follow-ups."""

from __future__ import annotations

from pathlib import Path

from caytre.core.service import Service, run
from caytre.delegations.api import delegations, findings, follow_ups, invitations, plans, recordings, travelling, visits
from caytre.delegations.consumers import consumers
from caytre.delegations.consumers.time import awaited_day
from caytre.delegations.policy import policy
from caytre.delegations.tables import STORES, metadata

service = Service(
    name="delegations",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    policy=policy,
    routers=(
        recordings.router,
        plans.router,
        delegations.router,
        travelling.router,
        findings.router,
        invitations.router,
        follow_ups.router,
        visits.router,
    ),
    stores=STORES,
    consumers=consumers,
    description=__doc__,
    awaits=awaited_day,
)


def main() -> None:
    """The command line."""
    run(service)
