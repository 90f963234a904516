"""From the outbox over the journal to Kafka: gapless, chained, in order, and never to a wrong place."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from caytre.core.relaying import journal, lease
from caytre.core.relaying.relay import Relay
from caytre.core.relaying.topics import PARTITIONS, ensure_topics, events_topic, partition_of, state_topic
from caytre.core.storing.database import Connection, Database
from caytre.local.kafka import Kafka
from tests.builders.notebook import a_command, giving_up, hiding, notes, renaming, writing

SERVICE = "notebook"
#: Its topics are shared by the workers of a run, so one worker runs everything that publishes to them.
pytestmark = pytest.mark.xdist_group("topics of the notebook")


@contextlib.asynccontextmanager
async def relaying(database: Database, url: str, kafka: Kafka, **settings: float) -> AsyncIterator[Relay]:
    relay = Relay(SERVICE, database, url, kafka.address, **settings)  # type: ignore[arg-type]
    database.committed = relay.wake
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def published(database: Database, position: int, column: str = "published") -> None:
    async with asyncio.timeout(30):
        while await database.worker.fetchval(f"SELECT {column} FROM relay") < position:
            await asyncio.sleep(0.02)


async def read(kafka: Kafka, topic: str, since: dict[int, int] | None = None) -> list[ConsumerRecord]:
    """Everything on the topic from the given offsets on, per partition in order."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.address, isolation_level="read_committed")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, n) for n in range(PARTITIONS)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        for partition in partitions:
            consumer.seek(partition, (since or {}).get(partition.partition, 0))
        records: list[ConsumerRecord] = []
        async with asyncio.timeout(30):
            while any([await consumer.position(p) < ends[p] for p in partitions]):
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    records += batch
        return records
    finally:
        await consumer.stop()


async def ends(kafka: Kafka, topic: str) -> dict[int, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.address)
    await ensure_topics(kafka.address, SERVICE)
    await consumer.start()
    try:
        return {
            p.partition: n
            for p, n in (await consumer.end_offsets([TopicPartition(topic, n) for n in range(6)])).items()
        }
    finally:
        await consumer.stop()


def header(record: ConsumerRecord, name: str) -> str:
    return next(str(value, "utf-8") for key, value in record.headers if key == name)


async def test_what_is_committed_is_journalled_without_gaps_and_published_in_order(
    database: Database, url: str, kafka: Kafka
) -> None:
    before = await ends(kafka, events_topic(SERVICE))
    store = notes()
    made = [await store.create(database, a_command(), writing(f"N{n}")) for n in range(20)]
    for answer in made[:5]:
        await store.change(database, a_command(), answer.id, 1, renaming("again"))
    async with relaying(database, url, kafka):
        await published(database, 25)
    assert await database.worker.fetchval("SELECT count(*) FROM outbox") == 0
    rows = await database.worker.fetch("SELECT position FROM journal ORDER BY position")
    assert [row["position"] for row in rows] == list(range(1, 26))
    records = await read(kafka, events_topic(SERVICE), before)
    assert sorted(int(header(r, "ce_position")) for r in records) == list(range(1, 26))
    for record in records:
        assert record.partition == partition_of(record.key)
        assert header(record, "ce_specversion") == "1.0"
        assert json.loads(record.value)["state"]["id"] == header(record, "ce_subject") == record.key.decode()
    for answer in made[:5]:
        assert [header(r, "ce_sequence") for r in records if r.key.decode() == str(answer.id)] == ["1", "2"]


async def test_each_message_names_the_one_before_it_in_its_partition(
    database: Database, url: str, kafka: Kafka
) -> None:
    before = await ends(kafka, events_topic(SERVICE))
    for n in range(40):
        await notes().create(database, a_command(), writing(f"N{n}"))
    async with relaying(database, url, kafka):
        await published(database, 40)
    for n in range(40, 60):
        await notes().create(database, a_command(), writing(f"N{n}"))
    async with relaying(database, url, kafka):
        await published(database, 60)
    last: dict[int, int] = {}
    seen: set[int] = set()
    for record in await read(kafka, events_topic(SERVICE), before):
        position = int(header(record, "ce_position"))
        if position in seen:
            continue  # sent again at the start of the second term
        seen.add(position)
        if record.partition in last:
            assert int(header(record, "ce_previous")) == last[record.partition]
        last[record.partition] = position
    assert len(seen) == 60


async def test_state_holds_the_last_state_of_each_record_and_a_tombstone_when_it_becomes_restricted(
    database: Database, url: str, kafka: Kafka
) -> None:
    before = await ends(kafka, state_topic(SERVICE))
    store = notes()
    one = await store.create(database, a_command(), writing("One"))
    two = await store.create(database, a_command(), writing("Two"))
    three = await store.create(database, a_command(), writing("Three"))
    await store.change(database, a_command(), one.id, 1, renaming("Uno"))
    await store.change(database, a_command(), two.id, 1, hiding)
    await store.change(database, a_command(), three.id, 1, giving_up)
    async with relaying(database, url, kafka):
        await published(database, 6, "state_published")
    last = {r.key.decode(): r.value for r in await read(kafka, state_topic(SERVICE), before)}
    assert json.loads(last[str(one.id)])["title"] == "Uno"
    assert last[str(two.id)] is None
    # What is withdrawn and stays open keeps its last public state.
    assert json.loads(last[str(three.id)])["version"] == 2


async def test_the_chain_verifies_and_names_what_was_tampered_with(database: Database, url: str, kafka: Kafka) -> None:
    store = notes()
    for n in range(30):
        await store.create(database, a_command(), writing(f"N{n}"))
    async with relaying(database, url, kafka):
        await published(database, 30)
    owner = await asyncpg.connect(url)

    async def findings() -> set[tuple[int, str]]:
        found = [item async for item in journal.verify(owner, SERVICE, page=7)]
        return {(item.position, item.kind) for item in found if isinstance(item, journal.Finding)}

    assert await findings() == set()
    tampering = {
        'UPDATE journal SET data = \'{"title": "forged"}\' WHERE position = 5': (5, "data"),
        "UPDATE journal SET actor = 'somebody else' WHERE position = 6": (6, "chain"),
        "UPDATE journal SET occurred_at = occurred_at - interval '1 day' WHERE position = 7": (7, "chain"),
        "DELETE FROM journal WHERE position = 8": (8, "gap"),
        "DELETE FROM journal WHERE position > 28": (28, "head"),
    }
    for statement, finding in tampering.items():
        async with owner.transaction():
            transaction = owner.transaction()
            await transaction.start()
            await owner.execute(statement)
            assert finding in await findings()
            await transaction.rollback()
    async with owner.transaction():
        # One row's data may be blanked under a recorded act: the chain still verifies, and the row is named.
        await owner.execute("UPDATE journal SET data = NULL WHERE position = 9")
        assert await findings() == {(9, "blanked")}
    await owner.close()


async def test_one_of_two_leads_and_the_other_takes_over(database: Database, url: str, kafka: Kafka) -> None:
    async with relaying(database, url, kafka, lease_seconds=1.0) as first:
        await notes().create(database, a_command(), writing("One"))
        await published(database, 1)
        async with relaying(database, url, kafka, lease_seconds=1.0) as second:
            await asyncio.sleep(1.5)
            assert (first.leads, second.leads) == (True, False)
    async with relaying(database, url, kafka, lease_seconds=1.0) as third:
        await notes().create(database, a_command(), writing("Two"))
        await published(database, 2)
        assert third.leads


async def test_republish_sends_the_whole_journal_again(database: Database, url: str, kafka: Kafka) -> None:
    before = await ends(kafka, events_topic(SERVICE))
    for n in range(5):
        await notes().create(database, a_command(), writing(f"N{n}"))
    async with relaying(database, url, kafka):
        await published(database, 5)
    async with database.worker.acquire() as connection:
        assert await lease.republish(connection, SERVICE) == 5
    async with relaying(database, url, kafka):
        await published(database, 5)
    records = await read(kafka, events_topic(SERVICE), before)
    assert sorted(int(header(r, "ce_position")) for r in records) == sorted([1, 2, 3, 4, 5] * 2)


async def test_a_new_term_sends_again_what_was_published_in_the_last_minute_however_old_it_is(
    database: Database, url: str, kafka: Kafka
) -> None:
    before = await ends(kafka, events_topic(SERVICE))
    for n in range(3):
        await notes().create(database, a_command(), writing(f"N{n}"))
        async with relaying(database, url, kafka):
            await published(database, n + 1)
        await database.worker.execute("UPDATE passage SET at = at - interval '50 s'")
    owner = await asyncpg.connect(url)
    await owner.execute("UPDATE journal SET recorded_at = recorded_at - interval '1 day'")
    await owner.close()
    async with relaying(database, url, kafka):
        await notes().create(database, a_command(), writing("N3"))
        await published(database, 4)
    positions = [int(header(r, "ce_position")) for r in await read(kafka, events_topic(SERVICE), before)]
    # Each was published 50 s before the next, so the term after the next still sends it again, the one after not.
    assert [positions.count(n) for n in range(1, 5)] == [3, 3, 2, 1]


async def test_the_lease_is_renewed_while_the_pool_is_exhausted(database: Database, url: str, kafka: Kafka) -> None:
    async with relaying(database, url, kafka, lease_seconds=0.9) as relay:
        await notes().create(database, a_command(), writing("One"))
        await published(database, 1, "state_published")
        fence = await database.worker.fetchval("SELECT fence FROM relay")
        held = [await database.worker.acquire() for _ in range(database.worker.get_idle_size())]
        await asyncio.sleep(2)
        assert relay.leads
        for connection in held:
            await database.worker.release(connection)
        assert await database.worker.fetchval("SELECT fence FROM relay") == fence


async def test_a_blanked_message_is_published_without_its_data(database: Database, url: str, kafka: Kafka) -> None:
    await notes().create(database, a_command(), writing("One"))
    async with relaying(database, url, kafka):
        await published(database, 1)
    owner = await asyncpg.connect(url)
    await owner.execute("UPDATE journal SET data = NULL")
    await owner.close()
    before = await ends(kafka, events_topic(SERVICE))
    async with database.worker.acquire() as connection:
        await lease.republish(connection, SERVICE)
    async with relaying(database, url, kafka):
        await published(database, 1)
    [record] = await read(kafka, events_topic(SERVICE), before)
    assert record.value is None
    assert header(record, "ce_position") == "1"


async def test_no_error_whatever_ends_the_relay(
    database: Database, url: str, kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = True

    async def collect(relay: Relay, term: lease.Term) -> None:
        if failing:
            raise ZeroDivisionError
        await _collect(relay, term)

    _collect = Relay._collect
    monkeypatch.setattr(Relay, "_collect", collect)
    async with relaying(database, url, kafka):
        await notes().create(database, a_command(), writing("One"))
        await asyncio.sleep(0.5)
        failing = False
        await published(database, 1)
    assert await database.worker.fetchval("SELECT count(*) FROM journal") == 1


async def test_a_backlog_is_collected_by_the_index_though_statistics_are_of_an_empty_outbox(
    database: Database, url: str, kafka: Kafka
) -> None:
    # By a plan made while nothing waited, the whole backlog after an outage would be read and sorted for each page.
    owner = await asyncpg.connect(url)
    await owner.execute("VACUUM ANALYZE outbox")
    async with relaying(database, url, kafka, page=20, lease_seconds=20.0) as relay:
        for _ in range(20):
            relay.wake()
            await asyncio.sleep(0.05)
        async with owner.transaction():
            await owner.execute("SELECT FROM relay FOR UPDATE")
            for n in range(400):
                await notes().create(database, a_command(), writing(f"N{n}"))
        await published(database, 400)
    await database.close()
    assert await _scanned(owner, deleted=400) < 400
    await owner.close()


async def _scanned(owner: Connection, deleted: int) -> int:
    """How many rows of the outbox were ever read in sequence, once so many deletions are counted."""
    await owner.execute("SELECT pg_stat_force_next_flush()")
    async with asyncio.timeout(20):
        while await owner.fetchval("SELECT pg_stat_get_tuples_deleted('outbox'::regclass)") < deleted:
            await asyncio.sleep(0.1)
    scanned: int = await owner.fetchval("SELECT pg_stat_get_tuples_returned('outbox'::regclass)")
    return scanned
