"""The gateway in one place."""

from __future__ import annotations

from pathlib import Path

from caytre.core.service import Service
from caytre.gateway.api import routers
from caytre.gateway.consumers import consumers
from caytre.gateway.policy import policy
from caytre.gateway.tables import metadata
from caytre.gateway.upstream import opened

MIGRATIONS = Path(__file__).parent / "migrations"

service = Service(
    name="gateway",
    metadata=metadata,
    migrations=MIGRATIONS,
    policy=policy,
    routers=routers,
    consumers=consumers,
    publishes=False,
    feeds=False,
    extras=(opened,),
    description=(
        "One origin for all of Caytre. What belongs to a service is forwarded to it and described by its own OpenAPI "
        "document; views, journeys and the one change feed are the gateway's."
    ),
)
