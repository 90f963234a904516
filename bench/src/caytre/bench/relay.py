"""The relay's rate from a backlog: journal and publish together, states apart, beside a bare producer; and its latency.

A backlog becomes visible with one commit while the relay leads already, so that nothing of an earlier round is sent
again; the time runs from that commit to the moment the cursor stands at the last row.
"""

import asyncio
import contextlib
import gc
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import monotonic

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from caytre.bench.engines import Engines
from caytre.bench.journal_load import SERVICE, fill, grow, lay
from caytre.bench.results import Goal, Result, Table, middle, percentile
from caytre.bench.spending import Meter
from caytre.core import logs
from caytre.core.relaying import publishing
from caytre.core.relaying.journal import PAGE
from caytre.core.relaying.relay import Relay
from caytre.core.relaying.topics import PARTITIONS, events_topic, partition_of
from caytre.core.storing.database import Database

#: A state cursor that no position reaches: the relay then publishes no states.
_NEVER = 2**60
_POLL = 0.02
_RELAY = "relay"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much: `rows` in all, in rounds of `round_rows`; messages of `size` bytes; `rate` per second for latency.

    With `journal`, so many rows are then laid into the journal, and so many rounds go again as before.
    """

    rows: int = 300_000
    journal: int = 0
    round_rows: int = 60_000
    size: int = 600
    rate: int = 200
    seconds: int = 15


@dataclass(frozen=True, slots=True)
class Round:
    """Rows so far, rows per second, and CPU µs per row by process."""

    rows: int
    per_second: float
    cpu: dict[str, float]


@contextlib.asynccontextmanager
async def _leading(database: Database, url: str, bootstrap: str) -> AsyncIterator[Relay]:
    relay = Relay(SERVICE, database, url, bootstrap)
    database.committed = relay.wake
    task = asyncio.create_task(relay.run())
    try:
        async with asyncio.timeout(30):
            while not relay.leads:
                await asyncio.sleep(0.05)
        await asyncio.sleep(1)
        yield relay
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _reached(url: str, column: str, position: int, seconds: float = 600) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(seconds):
            while await connection.fetchval(f"SELECT {column} FROM relay") < position:
                await asyncio.sleep(_POLL)
    finally:
        await connection.close()


async def _rounds(plan: Plan, url: str, relay: Relay, meter: Meter) -> list[Round]:
    found = []
    writer = await asyncpg.connect(url)
    done = int(await writer.fetchval("SELECT position FROM relay"))
    last = done + plan.rows
    try:
        while done < last:
            rows = min(plan.round_rows, last - done)
            await fill(writer, rows, plan.size)
            meter.begin()
            began = monotonic()
            relay.wake()
            done += rows
            await _reached(url, "published", done)
            found.append(Round(done, rows / (monotonic() - began), meter.per(rows)))
            await writer.execute("VACUUM outbox")
    finally:
        await writer.close()
    return found


async def _bare_producer(plan: Plan, url: str, bootstrap: str, rounds: int) -> list[float]:
    """Messages per second of aiokafka's `send` with the same keys, values and headers, made beforehand."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(PAGE, 0, plan.round_rows)
    await connection.close()
    envelopes = publishing.Envelopes(SERVICE, {})
    messages = []
    for row in rows:
        partition = partition_of(row["record_id"])
        headers = envelopes.headers(row, partition, row["traceparent"])
        messages.append((partition, row["record_id"], row["data"], headers))
    topic, found = events_topic(SERVICE), []
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=2, max_batch_size=262_144,
        max_request_size=PARTITIONS * 1_048_588,
    )  # fmt: skip
    await producer.start()
    try:
        for _ in range(rounds):
            began = monotonic()
            for partition, key, value, headers in messages:
                sent = await producer.send(topic, value, key, partition=partition, headers=headers)
            await producer.flush()
            await sent
            found.append(len(messages) / (monotonic() - began))
    finally:
        await producer.stop()
    return found


async def _commit_to_received(plan: Plan, url: str, bootstrap: str, relay: Relay) -> list[float]:
    """Milliseconds from the return of a commit to a consumer's receipt, one row per commit, at a steady rate."""
    topic = events_topic(SERVICE)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_committed", fetch_max_wait_ms=500)
    await consumer.start()
    partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    consumer.assign(partitions)
    await consumer.seek_to_end(*partitions)
    committed: dict[int, float] = {}
    received: dict[int, float] = {}
    writer = await asyncpg.connect(url)
    first = int(await writer.fetchval("SELECT position FROM relay"))
    count = plan.rate * plan.seconds

    async def receive() -> None:
        while len(received) < count:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                now = monotonic()
                for record in records:
                    position = int(dict(record.headers)["ce_position"])
                    if position > first:
                        received[position] = now

    receiving = asyncio.create_task(receive())
    began = monotonic()
    try:
        for n in range(count):
            await asyncio.sleep(max(0.0, began + n / plan.rate - monotonic()))
            await fill(writer, 1, plan.size)
            committed[first + n + 1] = monotonic()
            relay.wake()
        await asyncio.wait_for(receiving, 30)
    finally:
        receiving.cancel()
        await writer.close()
        await consumer.stop()
    warm = first + plan.rate
    return [max(0.0, received[n] - committed[n]) * 1000 for n in committed if n > warm]


def run(running: Engines, plan: Plan) -> Result:
    """Fill, relay, compare, and measure the latency, on the loop that services run on."""
    logs.set_up(SERVICE, "warning")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure(running, plan))


async def _measure(running: Engines, plan: Plan) -> Result:
    url = await lay(running.postgres)
    bootstrap = running.kafka.address
    database = await Database.open(SERVICE, url)
    meter = Meter(running, {_RELAY: os.getpid()})
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    try:
        await database.worker.execute("UPDATE relay SET state_published = $1", _NEVER)
        async with _leading(database, url, bootstrap) as relay:
            rounds = await _rounds(plan, url, relay, meter)
        grown = await _grown(plan, database, url, bootstrap, meter) if plan.journal else []
        bare = await _bare_producer(plan, url, bootstrap, 3)
        states = await _states(url, database, bootstrap, plan.rows)
        await database.worker.execute("UPDATE relay SET state_published = $1", _NEVER)
        await _let_a_minute_pass(url)
        async with _leading(database, url, bootstrap) as relay:
            latency = await _commit_to_received(plan, url, bootstrap, relay)
    finally:
        await database.close()
    return _result(plan, rounds, grown, bare, states, latency)


async def _grown(plan: Plan, database: Database, url: str, bootstrap: str, meter: Meter) -> list[Round]:
    writer = await asyncpg.connect(url)
    await grow(writer, plan.journal, plan.size)
    await writer.close()
    await _let_a_minute_pass(url)
    async with _leading(database, url, bootstrap) as relay:
        return await _rounds(plan, url, relay, meter)


async def _states(url: str, database: Database, bootstrap: str, rows: int) -> float:
    """Records per second on `state` from a cursor far behind; nothing else is to be done meanwhile."""
    behind = min(rows, 120_000)
    await database.worker.execute("UPDATE relay SET state_published = published - $1", behind)
    await _let_a_minute_pass(url)
    target = int(await database.worker.fetchval("SELECT published FROM relay"))
    async with _leading(database, url, bootstrap):
        began, start = monotonic(), int(await database.worker.fetchval("SELECT state_published FROM relay"))
        await _reached(url, "state_published", target)
        seconds = monotonic() - began
    return (target - start) / seconds if target > start else float(behind)


async def _let_a_minute_pass(url: str) -> None:
    """The next term then has nothing of the last minute to send again."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DELETE FROM passage WHERE consumer = 'relay'")
    finally:
        await connection.close()


def _result(
    plan: Plan,
    rounds: list[Round],
    grown: list[Round],
    bare: list[float],
    states: float,
    latency: list[float],
) -> Result:
    rates = [each.per_second for each in rounds]
    together, producer = middle(rates), middle(bare)
    third = max(1, len(rates) // 3)
    flat = middle(rates[-third:]) / middle(rates[:third])
    flatness = Goal(f"last third ÷ first third of {plan.rows:,} rows", "≥ 0.85", f"{flat:.2f}", flat >= 0.85)
    if grown:
        flat = middle([each.per_second for each in grown]) / together
        flatness = Goal(f"behind {plan.journal:,} rows ÷ before them", "≥ 0.85", f"{flat:.2f}", flat >= 0.85)
    ratio = together / producer
    table = Table(
        "From a backlog, messages per second",
        ("what", "median", "lowest", "highest", "CPU µs per row: relay", "PostgreSQL", "Kafka"),
        (
            (
                "journal and publish to `events`",
                together,
                min(rates),
                max(rates),
                *(middle([each.cpu[name] for each in rounds]) for name in (_RELAY, "PostgreSQL", "Kafka")),
            ),
            ("bare aiokafka producer, same keys, values and headers", producer, min(bare), max(bare), *3 * (None,)),
            ("states, read from the journal and published in transactions", states, *5 * (None,)),
        ),
    )
    every = [(each.rows, each.per_second, each.cpu[_RELAY]) for each in rounds + grown]
    growth = Table(
        "While the journal grows",
        ("rows in the journal", "rows per second", "CPU µs per row: relay"),
        every if len(every) <= 12 else [every[n * (len(every) - 1) // 11] for n in range(12)],
    )
    late = Table(
        f"Commit to received at {plan.rate} rows per second, ms",
        ("rows", "p50", "p95", "p99", "highest"),
        ((len(latency), *(percentile(latency, p) for p in (50, 95, 99)), max(latency)),),
    )
    return Result(
        "relay",
        "Relay: from the outbox over the journal to Kafka",
        {"rows": plan.rows, "rows per round": plan.round_rows, "bytes of data": plan.size, "partitions": PARTITIONS,
         "cores": len(os.sched_getaffinity(0)), "fsync": "on"},
        [table, growth, late],
        [
            Goal("relay ÷ bare producer", "≥ 0.5", f"{ratio:.2f}", ratio >= 0.5),
            flatness,
        ],
    )  # fmt: skip
