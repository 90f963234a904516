"""The least that a hop can be: a row is inserted, a bare producer sends it, a bare consumer inserts what follows.

No journal, no order across rows, no checkpoint, no protection from sending a row twice or never. It runs in a process
of its own beside what is measured, at a low rate, on the same engines: `python -m caytre.bench.bare_hop` is told where
by DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS, stops when its standard input ends and prints the milliseconds as JSON.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from caytre.bench.engines import Engines
from caytre.local.failures import SetupError

TOPIC = "caytre.bench.bare"
DATABASE = "bare"
_STOP_SECONDS = 20.0

_TABLES = """
CREATE TABLE cause (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL);
CREATE TABLE effect (id bigint PRIMARY KEY, at timestamptz NOT NULL);
"""
_CAUSE = "INSERT INTO cause (at) VALUES (clock_timestamp()) RETURNING id"
_EFFECT = "INSERT INTO effect (id, at) VALUES ($1, clock_timestamp())"
_TAKEN = "SELECT extract(epoch FROM e.at - c.at)::float8 * 1000 FROM cause c JOIN effect e USING (id) ORDER BY id"


@contextmanager
def running_beside(running: Engines, rate: float) -> Iterator[list[float]]:
    """Measure bare hops meanwhile; the list is filled at the end. Raises SetupError."""
    running.postgres.ensure_database(DATABASE)
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "DATABASE_URL": running.postgres.database_url(DATABASE),
        "KAFKA_BOOTSTRAP_SERVERS": running.kafka.address,
    }
    command = [sys.executable, "-m", "caytre.bench.bare_hop", str(rate)]
    found: list[float] = []
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield found
            out, _ = process.communicate(timeout=_STOP_SECONDS)
        finally:
            process.kill()
    if process.returncode:
        raise SetupError("the bare hop ended with an error; what it said stands above")
    found += json.loads(out)


async def _hop(rate: float) -> list[float]:
    url, bootstrap = os.environ["DATABASE_URL"], os.environ["KAFKA_BOOTSTRAP_SERVERS"]
    writer, follower = await asyncpg.connect(url), await asyncpg.connect(url)
    await writer.execute(_TABLES)
    await _make_topic(bootstrap)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await producer.start()
    await consumer.start()
    partition = TopicPartition(TOPIC, 0)
    consumer.assign([partition])
    await consumer.seek_to_beginning(partition)
    following = asyncio.create_task(_follow(consumer, follower))
    try:
        await _speak(writer, producer, rate)
        await asyncio.sleep(1)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await producer.stop()
        await consumer.stop()
    taken = [float(row[0]) for row in await writer.fetch(_TAKEN)]
    await writer.close()
    await follower.close()
    return taken


async def _make_topic(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, 1, -1, {})], timeout_ms=10_000)
    finally:
        await admin.close()


async def _speak(writer: "asyncpg.Connection[asyncpg.Record]", producer: AIOKafkaProducer, rate: float) -> None:
    ended = asyncio.ensure_future(asyncio.to_thread(sys.stdin.read))
    while not ended.done():
        id = await writer.fetchval(_CAUSE)
        await producer.send_and_wait(TOPIC, str(id).encode(), partition=0)
        await asyncio.wait([ended], timeout=1 / rate)


async def _follow(consumer: AIOKafkaConsumer, follower: "asyncpg.Connection[asyncpg.Record]") -> None:
    while True:
        for records in (await consumer.getmany(timeout_ms=1000)).values():
            for record in records:
                await follower.execute(_EFFECT, int(record.value))


def main() -> None:
    """The process."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        json.dump(runner.run(_hop(float(sys.argv[1]))), sys.stdout)


if __name__ == "__main__":
    main()
