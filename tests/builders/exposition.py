"""What this process tells on `/metrics`, for tests: the provider is installed once, as a service does at its start."""

from __future__ import annotations

from functools import cache
from time import monotonic

import httpx2
from prometheus_client import REGISTRY, generate_latest

from caytre.core import telemetry
from caytre.local.metrics import Reading, samples_in


@cache
def measuring() -> telemetry.Telemetry:
    """From now on this process measures."""
    return telemetry.set_up("tests", {"OTEL_METRICS_EXPORTER": "prometheus"})


def told(exposition: str | None = None) -> Reading:
    """The samples of an exposition, or of what this process would tell now."""
    measuring()
    text = exposition if exposition is not None else generate_latest(REGISTRY).decode()
    return Reading("tests", "", monotonic(), "ready", samples=samples_in(text))


async def scraped(http: httpx2.AsyncClient) -> Reading:
    """What an application answers to a scraper."""
    measuring()
    answer = await http.get("/metrics")
    assert answer.status_code == 200, answer.text
    return told(answer.text)
