"""The gateway's agreement views rebuilt from the topic, beside the same consumer that does less or does it plainly."""

import asyncio
import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import asyncpg
import sqlalchemy as sa
import uvloop

from caytre.bench import backlog
from caytre.bench.engines import Engines, cores
from caytre.bench.faults import listener
from caytre.bench.results import Goal, Result, Table
from caytre.bench.spending import Meter
from caytre.bench.stage import Stage
from caytre.contracts.agreements import EVENTS_TOPIC
from caytre.core.consuming import rebuilding
from caytre.core.consuming.consumer import Consumers, Received
from caytre.core.consuming.running import Consumer, KafkaSettings
from caytre.core.storing.database import Connection, Database

_LONGEST = 600.0
_CONSUMER = "consumer"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many agreements; each has two messages."""

    agreements: int = 100_000


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages per second, and CPU µs per message by process."""

    per_second: float
    cpu: dict[str, float]


def measure(running: Engines, plan: Plan) -> Result:
    """Fill the topic, let the gateway catch up, rebuild its views, then run the comparisons on the same topic."""
    stage = Stage(running)
    try:
        stage.migrate()
        agreements = stage.process("agreements", "all")
        agreements.start()
        agreements.wait_ready()
        original = backlog.tell_one(agreements, stage.token("locality_officer"))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            messages = runner.run(_fill(stage, original, plan.agreements))
            agreements.child.end()
            gateway = stage.process("gateway", "worker")
            gateway.start()
            meter = Meter(running, {_CONSUMER: gateway.pid})
            caught_up = runner.run(_caught_up(stage.databases["gateway"], messages, meter))
            rebuilt = runner.run(_rebuilt(stage.databases["gateway"], messages, meter))
            gateway.child.end()
            running.postgres.ensure_database(listener.SERVICE)
            url = running.postgres.database_url(listener.SERVICE)
            runner.run(listener.lay(url))
            empty = runner.run(_baseline(running, url, _nothing(), messages))
            few = min(messages, 30_000)
            plain = runner.run(_baseline(running, url, _one_by_one(), few))
    finally:
        stage.end()
    return _result(plan, messages, caught_up, rebuilt, empty, plain)


async def _fill(stage: Stage, original: str, count: int) -> int:
    url = stage.databases["agreements"]
    await _until(url, "SELECT published >= 3 FROM relay")
    await backlog.copy(url, original, count)
    await _until(url, "SELECT published = position AND NOT EXISTS (SELECT FROM outbox) FROM relay")
    connection = await asyncpg.connect(url)
    messages = int(await connection.fetchval("SELECT position FROM relay"))
    await connection.close()
    return messages


async def _until(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(_LONGEST):
            while not await connection.fetchval(statement):
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def _pace(url: str, statement: str, messages: int, meter: Meter) -> Pace:
    """From the first look that saw some to the last message."""
    connection = await asyncpg.connect(url)
    first: tuple[int, float] | None = None
    try:
        async with asyncio.timeout(_LONGEST):
            while True:
                done, now = int(await connection.fetchval(statement) or 0), monotonic()
                if first is None and done:
                    first = done, now
                    meter.begin()
                if first is not None and done >= messages:
                    if messages <= first[0]:
                        return Pace(float(messages), {})
                    return Pace((messages - first[0]) / (now - first[1]), meter.per(messages - first[0]))
                await asyncio.sleep(0.02)
    finally:
        await connection.close()


async def _caught_up(url: str, messages: int, meter: Meter) -> Pace:
    return await _pace(url, "SELECT sum(messages) FROM passage WHERE consumer = 'gateway'", messages, meter)


async def _rebuilt(url: str, messages: int, meter: Meter) -> Pace:
    """A whole rebuild: shadow tables, replay, statistics, swap."""
    meter.begin()
    database = await Database.open("gateway", url, command=1, query=1, worker=1)
    try:
        await rebuilding.request(database, "gateway")
    finally:
        await database.close()
    await _until(url, "SELECT finished_at IS NOT NULL FROM rebuild WHERE consumer = 'gateway'")
    connection = await asyncpg.connect(url)
    row = await connection.fetchrow(
        "SELECT done, error, extract(epoch FROM finished_at - started_at)::float8 AS seconds FROM rebuild"
    )
    await connection.close()
    if row is None or row["error"] is not None or row["done"] < messages:
        raise RuntimeError(f"the rebuild failed: {dict(row or {})}")
    return Pace(float(row["done"] / row["seconds"]), meter.per(row["done"]))


def _nothing() -> Consumers:
    consumers = Consumers("nothing")

    @consumers.projection(EVENTS_TOPIC, views=[listener.applied])
    async def nothing(connection: Connection, messages: Sequence[Received]) -> None:
        """Moves the checkpoint."""

    return consumers


def _one_by_one() -> Consumers:
    consumers = Consumers("plain")
    view = sa.Table("plain_view", sa.MetaData())

    @consumers.projection(EVENTS_TOPIC, views=[view])
    async def one_by_one(connection: Connection, messages: Sequence[Received]) -> None:
        for m in messages:
            await connection.execute(
                "INSERT INTO plain_view AS v VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE "
                "SET version = excluded.version, data = excluded.data WHERE v.version < excluded.version",
                m.subject,
                m.sequence,
                (m.data or b"").decode(),
            )

    return consumers


async def _baseline(running: Engines, url: str, consumers: Consumers, messages: int) -> Pace:
    """The consumer runs in this process, which looks at its progress too."""
    owner = await asyncpg.connect(url)
    await owner.execute("CREATE TABLE IF NOT EXISTS plain_view (id uuid PRIMARY KEY, version int, data jsonb)")
    await owner.execute(f"GRANT ALL ON plain_view TO caytre_{listener.SERVICE}_worker")
    await owner.close()
    database = await Database.open(listener.SERVICE, url, command=1, query=1, worker=3)
    task = asyncio.create_task(Consumer(consumers, database, KafkaSettings(running.kafka.address)).run())
    counting = f"SELECT sum(messages) FROM passage WHERE consumer = '{consumers.name}'"
    try:
        return await _pace(url, counting, messages, Meter(running, {_CONSUMER: os.getpid()}))
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await database.close()


def _row(what: str, pace: Pace) -> tuple[str | float | None, ...]:
    return what, pace.per_second, *(pace.cpu.get(name) for name in (_CONSUMER, "PostgreSQL", "Kafka"))


def _result(plan: Plan, messages: int, caught_up: Pace, rebuilt: Pace, empty: Pace, plain: Pace) -> Result:
    rate = rebuilt.per_second
    return Result(
        "projection",
        "Projection: the gateway's agreement views from the topic",
        {"agreements": plan.agreements, "messages": messages, "cores": len(cores()), "fsync": "on"},
        [
            Table(
                "Messages per second, and CPU µs per message",
                ("what", "messages per second", "CPU of the consumer", "of PostgreSQL", "of Kafka"),
                [
                    _row("rebuild: shadow tables, replay, statistics, swap", rebuilt),
                    _row("catching up from the beginning", caught_up),
                    _row("the same consumer with a handler that does nothing", empty),
                    _row("the same consumer, one upsert of one table per message", plain),
                ],
            )
        ],
        [Goal("rebuild", "≥ 20,000 messages/s", f"{rate:,.0f}", rate >= 20_000)],
        ["A message writes a row of the agreement's view and one of its timeline."],
    )
