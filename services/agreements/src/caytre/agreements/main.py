"""The agreements service: partners, and agreements from the proposal to the statutory report."""

from __future__ import annotations

from pathlib import Path

from caytre.agreements.api import agreements, consultation, decisions, partner_recordings, partners, recordings
from caytre.agreements.consumers import consumers
from caytre.agreements.policy import policy
from caytre.agreements.tables import AGREEMENTS, PARTNERS, metadata
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
    ),
    stores=(PARTNERS, AGREEMENTS),
    consumers=consumers,
    description=__doc__,
)


def main() -> None:
    """The command line."""
    run(service)
