"""What a relay tells of itself: how deep its outbox is, how old, and whether it leads."""

from __future__ import annotations

import asyncio

import pytest

from caytre.core.relaying.measuring import relay_source
from caytre.core.relaying.relay import Relay
from caytre.core.storing.database import Database
from caytre.local.kafka import Kafka
from tests.builders.exposition import measuring, told
from tests.builders.notebook import a_command, notes, writing

pytestmark = pytest.mark.xdist_group("topics of the notebook")
LEADERS = ("outbox_depth", "outbox_oldest_age_seconds", "relay_unpublished", "relay_lag_seconds")


@pytest.fixture(autouse=True)
def _measuring() -> None:
    measuring()


async def test_a_leader_tells_depth_age_and_what_is_not_published(database: Database, url: str, kafka: Kafka) -> None:
    relay = Relay("notebook", database, url, kafka.address)
    await notes().create(database, a_command(), writing("One"))
    await database.command.execute("UPDATE outbox SET recorded_at = now() - interval '90 s'")
    relay.leads = True
    await relay_source(relay).find()
    found = told()
    assert (found.total("relay_leading"), found.total("relay_blocked")) == (1, 0)
    assert (found.total("outbox_depth"), found.total("relay_unpublished")) == (1, 0)
    for age in ("outbox_oldest_age_seconds", "relay_lag_seconds"):
        assert 89 < (found.total(age) or 0) < 120


async def test_who_does_not_lead_any_more_tells_only_that(database: Database, url: str, kafka: Kafka) -> None:
    relay = Relay("notebook", database, url, kafka.address, leads=True)
    await notes().create(database, a_command(), writing("One"))
    await relay_source(relay).find()
    assert told().total("outbox_depth") == 1
    relay.leads, relay.blocked = False, "another cluster"
    await relay_source(relay).find()
    found = told()
    assert (found.total("relay_leading"), found.total("relay_blocked")) == (0, 1)
    assert [name for name in LEADERS if found.total(name) is not None] == []


async def test_what_is_published_and_how_long_a_page_takes_is_measured(
    database: Database, url: str, kafka: Kafka
) -> None:
    before = told()
    relay = Relay("notebook", database, url, kafka.address)
    database.committed = relay.wake
    task = asyncio.create_task(relay.run())
    try:
        await notes().create(database, a_command(), writing("One"))
        async with asyncio.timeout(30):
            while not await database.worker.fetchval("SELECT published FROM relay"):
                await asyncio.sleep(0.02)
        await relay_source(relay).find()
        found = told()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    pages = "outbox_publish_duration_seconds"
    assert (found.total(f"{pages}_count") or 0) - (before.total(f"{pages}_count") or 0) >= 1
    assert 0 < (found.total(f"{pages}_sum") or 0) - (before.total(f"{pages}_sum") or 0) < 30
    assert (found.total("relay_published_total") or 0) - (before.total("relay_published_total") or 0) == 1
    assert {name: found.total(name) for name in LEADERS} == dict.fromkeys(LEADERS, 0)
    assert found.total("relay_leading") == 1
