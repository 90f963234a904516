"""The gateway's own paths, beside those it forwards."""

from caytre.gateway.api import agreements, changes, journeys, partners
from caytre.gateway.forwarding import forwarding_router

routers = [agreements.router, partners.router, journeys.router, changes.router, forwarding_router()]
