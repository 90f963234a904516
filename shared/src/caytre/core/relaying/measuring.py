"""What operators alert on of a relay, looked for in each process that may lead."""

from __future__ import annotations

from caytre.core.metrics import (
    outbox_depth,
    outbox_oldest_age,
    relay_blocked,
    relay_lag_seconds,
    relay_leading,
    relay_unpublished,
)
from caytre.core.relaying.relay import Relay
from caytre.core.scraping import Source

_GAUGES = (outbox_depth, outbox_oldest_age, relay_unpublished, relay_lag_seconds)


def relay_source(relay: Relay) -> Source:
    """Depth, ages and cursors are the leader's to tell, so that replicas do not add up."""

    async def find() -> None:
        relay_leading.show(int(relay.leads))
        relay_blocked.show(int(relay.blocked is not None))
        if not relay.leads:
            for gauge in _GAUGES:
                gauge.forget()
            return
        row = await relay.status()
        waiting = max(row["oldest_seconds"] or 0.0, row["unpublished_seconds"] or 0.0)
        outbox_depth.show(row["outbox"])
        outbox_oldest_age.show(max(0.0, row["oldest_seconds"] or 0.0))
        relay_unpublished.show(row["position"] - row["published"])
        relay_lag_seconds.show(max(0.0, waiting))

    return Source("relay", find, _GAUGES)
