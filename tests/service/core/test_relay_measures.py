"""What a relay tells of itself: how deep its outbox is, how old, and whether it leads."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from caytre.core.relaying import measuring, publishing
from caytre.core.relaying.measuring import measure
from caytre.core.relaying.relay import Relay
from caytre.core.storing.database import Database
from caytre.local.kafka import Kafka
from tests.builders.notebook import a_command, notes, writing

pytestmark = pytest.mark.xdist_group("topics of the notebook")


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> InMemoryMetricReader:
    """Reads what is measured; the process's own provider can be set only once."""
    reader = InMemoryMetricReader()
    meter = MeterProvider([reader], shutdown_on_exit=False).get_meter("caytre")
    for name in ("outbox_depth", "outbox_oldest_age", "relay_leading", "relay_blocked", "relay_unpublished"):
        monkeypatch.setattr(measuring, name, meter.create_gauge(name))
    monkeypatch.setattr(publishing, "outbox_publish_duration", meter.create_histogram("outbox_publish_duration"))
    return reader


def read(reader: InMemoryMetricReader) -> dict[str, Any]:
    """The last point of each metric."""
    data = reader.get_metrics_data()
    if data is None:
        return {}
    scopes = [scope for resource in data.resource_metrics for scope in resource.scope_metrics]
    return {metric.name: metric.data.data_points[0] for scope in scopes for metric in scope.metrics}


async def test_a_leader_tells_depth_age_and_what_is_not_published(
    database: Database, url: str, kafka: Kafka, reader: InMemoryMetricReader
) -> None:
    relay = Relay("notebook", database, url, kafka.address)
    await notes().create(database, a_command(), writing("One"))
    await database.command.execute("UPDATE outbox SET recorded_at = now() - interval '90 s'")
    relay.leads = True
    await measure(relay)
    found = read(reader)
    assert found["relay_leading"].value == 1
    assert found["relay_blocked"].value == 0
    assert found["outbox_depth"].value == 1
    assert 89 < found["outbox_oldest_age"].value < 120
    assert found["relay_unpublished"].value == 0


async def test_who_does_not_lead_tells_only_that(
    database: Database, url: str, kafka: Kafka, reader: InMemoryMetricReader
) -> None:
    relay = Relay("notebook", database, url, kafka.address, blocked="another cluster")
    await measure(relay)
    found = read(reader)
    assert (found["relay_leading"].value, found["relay_blocked"].value) == (0, 1)
    assert "outbox_depth" not in found


async def test_how_long_a_page_takes_is_measured(
    database: Database, url: str, kafka: Kafka, reader: InMemoryMetricReader
) -> None:
    relay = Relay("notebook", database, url, kafka.address)
    database.committed = relay.wake
    task = asyncio.create_task(relay.run())
    try:
        await notes().create(database, a_command(), writing("One"))
        async with asyncio.timeout(30):
            while not await database.worker.fetchval("SELECT published FROM relay"):
                await asyncio.sleep(0.02)
        await measure(relay)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    found = read(reader)
    assert found["outbox_publish_duration"].count >= 1
    assert 0 < found["outbox_publish_duration"].sum < 30
    assert (found["outbox_depth"].value, found["relay_leading"].value) == (0, 1)
