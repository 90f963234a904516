"""`/metrics` of a real service by its role: who answers HTTP tells of HTTP, who relays and consumes of that too."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from caytre.core import metrics
from caytre.core.metrics import Gauge
from caytre.core.service import Role
from caytre.local.ports import free_port
from tests.builders.desk import Issuer
from tests.builders.exposition import measuring, scraped
from tests.builders.front import an_agreements_service

OF_A_WORKER = ("relay_leading", "relay_blocked", "kafka_up", "parked_events", "consumer_halted", "consumer_paused")


@pytest.fixture(autouse=True)
def _as_in_a_new_process() -> None:
    measuring()
    for gauge in vars(metrics).values():
        if isinstance(gauge, Gauge):
            gauge.forget()


@pytest.mark.parametrize("role", ["api", "worker", "all"])
async def test_a_role_tells_what_is_its_own(role: Role, tmp_path: Path, issuer: Issuer, url: str) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    async with (
        an_agreements_service(tmp_path, issuer, url, kafka=nowhere, role=role) as (origin, _),
        httpx2.AsyncClient(base_url=origin, trust_env=False) as scraper,
    ):
        found = await scraped(scraper)
        live = await scraper.get("/health/live")
    assert (found.total("database_up"), live.status_code) == (1, 200)
    told = {name: found.total(name) for name in OF_A_WORKER}
    if role == "api":
        assert told == dict.fromkeys(OF_A_WORKER)
        assert found.total("outbox_depth") is None
    else:
        # Kafka is away: it says so, and everything else is told.
        assert told == dict.fromkeys(OF_A_WORKER, 0)
        assert found.total("consumer_applied_total", consumer="agreements") is not None
