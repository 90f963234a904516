"""Views are rebuilt while they serve: the same rows, the same indexes, rights and row-level security, and no gap."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from caytre.core.consuming import shadow
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.lag import status
from caytre.core.consuming.rebuilding import request
from caytre.core.consuming.redriving import list_parked
from caytre.core.storing.database import Database
from caytre.core.testing import Log, publish
from caytre.local.kafka import Kafka
from tests.builders.listening import SERVICE, SIGNED, Listening, effects, lay
from tests.builders.running import applied, facts, group_of, notes, running, until
from tests.engines import CreateDatabase

_SHAPE = """
SELECT coalesce(string_agg(indexdef, chr(10) ORDER BY indexname), '') || chr(10) ||
       (SELECT coalesce(string_agg(policyname || qual || roles::text, ' '), '') FROM pg_policies p
        WHERE p.tablename = 'note_view' AND p.schemaname = 'public') ||
       (SELECT relrowsecurity::text || relacl::text || reloptions::text FROM pg_class
        WHERE oid = 'public.note_view'::regclass)
FROM pg_indexes WHERE tablename = 'note_view' AND schemaname = 'public'
"""


@pytest.fixture
async def url(create_database: CreateDatabase) -> str:
    url = create_database(SERVICE)
    await lay(url)
    owner = await asyncpg.connect(url)
    await owner.execute(f"""
        ALTER TABLE note_view SET (fillfactor = 70);
        ALTER TABLE note_view ENABLE ROW LEVEL SECURITY;
        CREATE POLICY everything ON note_view TO caytre_{SERVICE}_worker USING (true) WITH CHECK (true);
        CREATE POLICY readable ON note_view FOR SELECT TO caytre_{SERVICE}_query
            USING (EXISTS (SELECT FROM effect e WHERE e.record_id = note_view.id));
        GRANT SELECT ON note_view, effect TO caytre_{SERVICE}_query;
    """)
    await owner.close()
    return url


async def rebuilt(database: Database) -> bool:
    return bool(await database.worker.fetchval("SELECT finished_at IS NOT NULL FROM rebuild"))


async def test_a_rebuild_under_live_traffic_gives_the_same_views_without_a_gap(
    database: Database, kafka: Kafka, log: Log, url: str
) -> None:
    consumers = Listening(log.topic, name=group_of(log)).projecting()
    await publish(kafka.address, notes(log, 1000, 3))
    missing = []

    async def talk_and_read(stop: asyncio.Event) -> None:
        while not stop.is_set():
            await publish(kafka.address, notes(log, 5, 2))
            # A reader never meets an empty or missing view.
            if await database.query.fetchval("SELECT count(*) FROM note_view") < 1000:
                missing.append("rows")

    async with running(consumers, database, kafka, url=url):
        await applied(database, 3000)
        shape = await database.worker.fetchval(_SHAPE)
        # Something that only a rebuild can bring right again.
        await database.worker.execute("UPDATE note_view SET title = 'spoilt'")
        stop = asyncio.Event()
        talking = asyncio.create_task(talk_and_read(stop))
        assert await request(database, consumers.name)
        assert not await request(database, consumers.name)
        await until(lambda: rebuilt(database))
        await asyncio.sleep(0.5)
        stop.set()
        await talking
        await applied(database, len(log.messages))
        await asyncio.sleep(0.3)
    assert missing == []
    assert sorted(await effects(database)) == facts(log.messages)
    rows = await database.worker.fetch("SELECT id, version, title FROM note_view")
    last = {message.key: message for message in log.messages}
    assert {str(row["id"]): (row["version"], row["title"]) for row in rows} == {
        key: (message.sequence, message.json()["state"]["title"]) for key, message in last.items()
    }
    assert await database.worker.fetchval(_SHAPE) == shape
    row = await database.worker.fetchrow("SELECT * FROM rebuild")
    assert row is not None
    assert (row["error"], row["done"] >= 3000, row["done"]) == (None, True, row["total"])
    assert await database.worker.fetchval("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'rebuild%'") == 0


async def test_a_rebuild_takes_what_was_parked_and_parks_for_itself(
    database: Database, kafka: Kafka, log: Log, url: str
) -> None:
    listening = Listening(log.topic, name=group_of(log), fails={"bad1"})
    consumers = listening.projecting()
    bad, worse = notes(log, 1, 2, title="bad"), notes(log, 1, 2, title="worse")
    notes(log, 20)
    await publish(kafka.address, log.messages)
    async with running(consumers, database, kafka, url=url):
        await applied(database, 22)
        assert [parked.key for parked in await list_parked(database)] == [bad[0].key] * 2
        listening.fails = {"worse1"}
        await request(database, consumers.name)
        await until(lambda: rebuilt(database))
        assert [parked.key for parked in await list_parked(database)] == [worse[0].key] * 2
        # The live consumer knows at once that the key is blocked now, and that the other one is free.
        more = [log.say(SIGNED, message.subject, {}, state={"title": "third"}) for message in (bad[0], worse[0])]
        await publish(kafka.address, more)
        await applied(database, 23)

        async def three() -> bool:
            return len(await list_parked(database)) == 3

        await until(three)
    applied_keys = [key for key, _ in await effects(database)]
    assert applied_keys.count(bad[0].key) == 3
    assert applied_keys.count(worse[0].key) == 0


async def test_a_rebuild_with_a_broken_release_leaves_the_views_as_they_are(
    database: Database, kafka: Kafka, log: Log, url: str
) -> None:
    listening = Listening(log.topic, name=group_of(log))
    consumers = listening.projecting()
    await publish(kafka.address, notes(log, 60))
    async with running(consumers, database, kafka, url=url):
        await applied(database, 60)
        listening.fails = {"v1"}
        await request(database, consumers.name)
        await until(lambda: rebuilt(database))
        assert "cannot take v1" in await database.worker.fetchval("SELECT error FROM rebuild")
        assert await database.worker.fetchval("SELECT count(*) FROM halted") == 0
    assert sorted(await effects(database)) == facts(log.messages)


async def test_a_rebuild_that_fails_by_a_mistake_of_ours_is_told_and_not_tried_for_ever(
    database: Database, kafka: Kafka, log: Log, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mistaken(*_: object) -> None:
        raise TypeError("a mistake of ours")

    monkeypatch.setattr(shadow, "analyse", mistaken)
    consumers = Listening(log.topic, name=group_of(log)).projecting()
    await publish(kafka.address, notes(log, 20))

    async def gone() -> bool:
        left = await database.worker.fetchval("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'rebuild%'")
        return bool(left == 0)

    async with running(consumers, database, kafka, url=url):
        await applied(database, 20)
        await request(database, consumers.name)
        await until(lambda: rebuilt(database))
        await until(gone)
    assert "TypeError" in await database.worker.fetchval("SELECT error FROM rebuild")
    assert sorted(await effects(database)) == facts(log.messages)


async def test_a_rebuild_whose_worker_died_is_begun_anew_and_its_schema_dropped(
    database: Database, kafka: Kafka, log: Log, url: str
) -> None:
    consumers = Listening(log.topic, name=group_of(log)).projecting()
    await publish(kafka.address, notes(log, 20))
    prefix = f"rebuild_{consumers.name[:40]}_"
    owner = await asyncpg.connect(url)
    await owner.execute(f'CREATE SCHEMA "{prefix}dead"')
    await owner.execute(
        "INSERT INTO rebuild (consumer, shadow, progressed_at) VALUES ($1, $2, now() - interval '1 minute')",
        consumers.name,
        f"{prefix}dead",
    )
    async with running(consumers, database, kafka, url=url):
        await until(lambda: rebuilt(database))
        await applied(database, 20)
    assert sorted(await effects(database)) == facts(log.messages)
    assert await owner.fetchval("SELECT count(*) FROM pg_namespace WHERE starts_with(nspname, 'rebuild')") == 0
    await owner.close()


async def test_the_status_tells_lag_in_messages_and_seconds(
    database: Database, kafka: Kafka, log: Log, url: str
) -> None:
    consumers = Listening(log.topic, name=group_of(log)).projecting()
    await publish(kafka.address, notes(log, 10))
    await asyncio.sleep(1)
    settings = KafkaSettings(kafka.address)
    before = await status(consumers, database, settings)
    assert before["lag"][log.topic]["messages"] == 10
    assert 1 <= before["lag"][log.topic]["seconds"] < 60
    async with running(consumers, database, kafka, url=url):
        await applied(database, 10)
    after = await status(consumers, database, settings)
    assert after["lag"] == {log.topic: {"messages": 0, "seconds": 0.0}}
    assert (after["parked"], after["halted"], after["kafka"]) == (0, None, None)
    unreachable = await status(consumers, database, KafkaSettings("127.0.0.1:1"))
    assert unreachable["lag"] is None
    assert unreachable["kafka"]
