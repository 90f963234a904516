"""The relay's lease: one leader, fenced, and only where the row says that it publishes and from which database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from caytre.core.relaying import journal, lease
from caytre.core.relaying.topics import events_topic
from caytre.core.storing.database import Database
from caytre.local.postgres import Postgres
from tests.builders.notebook import SERVICE, a_command, lay, notes, opened, writing


async def test_a_superseded_leader_moves_nothing(database: Database) -> None:
    term = await lease.take(database.worker, SERVICE, "one", 3, events_topic(SERVICE), "cluster")
    assert term is not None
    await database.worker.execute("UPDATE relay SET lease_until = '-infinity'")
    assert await lease.take(database.worker, SERVICE, "two", 3, events_topic(SERVICE), "cluster") is not None
    await notes().create(database, a_command(), writing("One"))
    async with database.worker.acquire() as connection:
        assert await connection.fetchval(journal.COLLECT, SERVICE, term.fence, 10) is None
    assert await database.worker.fetchval("SELECT count(*) FROM journal") == 0
    with pytest.raises(lease.Fenced):
        await lease.renew(database.worker, term, 3)


@pytest.mark.parametrize(
    ("topic", "cluster", "said"),
    [("caytre.other.events.v1", "cluster", "publishes to"), (events_topic(SERVICE), "another", "caytre republish")],
)
async def test_a_relay_with_another_destination_does_not_lead(
    database: Database, topic: str, cluster: str, said: str
) -> None:
    term = await lease.take(database.worker, SERVICE, "one", 3, events_topic(SERVICE), "cluster")
    assert term is not None
    await lease.release(database.worker, term)
    with pytest.raises(lease.Misdirected, match=said):
        await lease.take(database.worker, SERVICE, "two", 3, topic, cluster)
    assert await lease.take(database.worker, SERVICE, "three", 3, events_topic(SERVICE), "cluster") is not None


async def test_a_restored_database_needs_recover_which_raises_the_epoch(database: Database) -> None:
    topic = events_topic(SERVICE)
    term = await lease.take(database.worker, SERVICE, "one", 3, topic, "cluster")
    assert term is not None
    await lease.release(database.worker, term)
    await database.worker.execute("UPDATE relay SET timeline = timeline + 1, position = 9, state_published = 9")
    with pytest.raises(lease.Misdirected, match="caytre recover"):
        await lease.take(database.worker, SERVICE, "one", 3, topic, "cluster")
    async with database.worker.acquire() as connection:
        assert await lease.recover(connection, SERVICE) == 2
    term = await lease.take(database.worker, SERVICE, "one", 3, topic, "cluster")
    assert term is not None
    assert (term.epoch, term.state_published) == (2, 0)


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A server of the test's own, which it may promote."""
    folder = Path(tempfile.mkdtemp(prefix="caytre-lease-"))
    server = Postgres(folder / "postgres", durable=False)
    server.prepare()
    server.start()
    server.wait_ready()
    yield server
    server.kill()
    shutil.rmtree(server.socket, ignore_errors=True)
    shutil.rmtree(server.account.home, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


async def test_a_standby_leads_nothing_and_a_promoted_one_is_told_before_its_first_checkpoint(server: Postgres) -> None:
    server.ensure_database(SERVICE)
    url, topic = server.database_url(SERVICE), events_topic(SERVICE)
    await lay(url)
    database = await opened(url)
    term = await lease.take(database.worker, SERVICE, "one", 3, topic, "cluster")
    assert term is not None
    await lease.release(database.worker, term)
    await database.close()
    server.stop()
    signal = server.data / "standby.signal"
    signal.touch()
    server.account.own(signal)
    server.start()
    server.wait_ready()
    database = await opened(url)
    try:
        assert await lease.take(database.worker, SERVICE, "one", 3, topic, "cluster") is None
        assert server.sql("SELECT pg_promote()") == "t"
        with pytest.raises(lease.Misdirected, match="caytre recover"):
            await lease.take(database.worker, SERVICE, "one", 3, topic, "cluster")
    finally:
        await database.close()
