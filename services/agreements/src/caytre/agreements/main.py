"""The agreements service: partners, and agreements from the proposal to what became of them."""

from __future__ import annotations

from pathlib import Path

from caytre.agreements.api import (
    agreements,
    consultation,
    decisions,
    partner_recordings,
    partners,
    plans,
    recordings,
    successions,
)
from caytre.agreements.consumers import consumers
from caytre.agreements.consumers.days import awaited_day
from caytre.agreements.policy import policy
from caytre.agreements.tables import AGREEMENTS, PARTNERS, PLANS, SUCCESSIONS, metadata
from caytre.core.service import Service, run

service = Service(
    name="agreements",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    policy=policy,
    routers=(
        partner_recordings.router,
        partners.router,
        recordings.router,
        agreements.router,
        consultation.router,
        decisions.router,
        plans.drafting,
        plans.router,
        successions.router,
    ),
    stores=(PARTNERS, AGREEMENTS, PLANS, SUCCESSIONS),
    consumers=consumers,
    description=__doc__,
    awaits=awaited_day,
)


def main() -> None:
    """The command line."""
    run(service)
