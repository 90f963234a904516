"""The gateway's own paths, beside those it forwards."""

from caytre.gateway.api import (
    agreements,
    boards,
    changes,
    documents,
    journeys,
    lineage,
    partners,
    places,
    problems,
    records,
    worklist,
)
from caytre.gateway.forwarding import forwarding_router

routers = [
    agreements.router,
    partners.router,
    records.router,
    lineage.router,
    worklist.router,
    boards.router,
    places.router,
    journeys.router,
    changes.router,
    problems.router,
    documents.router,
    forwarding_router(),
]
