"""The gateway's own paths, beside those it forwards."""

from caytre.gateway.api import agreements, changes, journeys, partners, problems
from caytre.gateway.forwarding import forwarding_router

routers = [agreements.router, partners.router, journeys.router, changes.router, problems.router, forwarding_router()]
