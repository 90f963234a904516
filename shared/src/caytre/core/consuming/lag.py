"""How far behind a consumer is, for operators: asked of Kafka and the database, in any process of the service."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import TopicPartition

from caytre.core import connecting
from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.relaying.topics import PARTITIONS
from caytre.core.storing.database import Database

ASK_SECONDS = 5.0

_CHECKPOINTS = """
SELECT topic, partition, next_offset, epoch, position, paused, progressed_at FROM checkpoint
WHERE consumer = $1 ORDER BY topic, partition
"""
_REBUILD = """
SELECT done, total, error, requested_at, started_at, progressed_at, finished_at,
       round(done / greatest(extract(epoch FROM progressed_at - started_at), 0.001))::bigint AS rate
FROM rebuild WHERE consumer = $1
"""


@dataclass(frozen=True, slots=True)
class Lag:
    """What lies unread in a partition or topic: messages (at most) and the age in seconds of the oldest."""

    messages: int = 0
    seconds: float = 0.0


async def status(consumers: Consumers, database: Database, kafka: KafkaSettings) -> dict[str, Any]:
    """One consumer's lag per topic, checkpoints, parked and halted state and rebuild.

    `lag` is None, with the reason in `kafka`, when Kafka does not answer within 5 s.
    """
    async with database.worker.acquire() as connection:
        partitions = [dict(row) for row in await connection.fetch(_CHECKPOINTS, consumers.name)]
        parked = await connection.fetchval("SELECT count(*) FROM parked WHERE consumer = $1", consumers.name)
        halted = await connection.fetchrow("SELECT reason, halted_at FROM halted WHERE consumer = $1", consumers.name)
        rebuild = await connection.fetchrow(_REBUILD, consumers.name)
    offsets = {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in partitions}
    lag, fault = None, None
    try:
        async with asyncio.timeout(ASK_SECONDS):
            behind = await lags(consumers, kafka, offsets)
        lag = {topic: {"messages": each.messages, "seconds": each.seconds} for topic, each in by_topic(behind).items()}
    except (KafkaError, OSError) as error:
        fault = f"{type(error).__name__}: {error}"
    return {
        "consumer": consumers.name,
        "lag": lag,
        "kafka": fault,
        "parked": parked,
        "halted": dict(halted) if halted else None,
        "paused": {f"{row['topic']}/{row['partition']}": row["paused"] for row in partitions if row["paused"]},
        "last_progress": max((row["progressed_at"] for row in partitions), default=None),
        "partitions": partitions,
        "rebuild": dict(rebuild) if rebuild else None,
    }


def by_topic(lags: Mapping[TopicPartition, Lag]) -> dict[str, Lag]:
    """What is unread in each topic."""
    found: dict[str, Lag] = {}
    for tp, lag in lags.items():
        so_far = found.get(tp.topic, Lag())
        found[tp.topic] = Lag(so_far.messages + lag.messages, max(so_far.seconds, lag.seconds))
    return found


async def lags(
    consumers: Consumers, kafka: KafkaSettings, offsets: Mapping[TopicPartition, int]
) -> dict[TopicPartition, Lag]:
    """The lag of each partition of the topics that exist. Raises KafkaError."""
    client = AIOKafkaConsumer(**kafka.reader())
    try:
        await connecting.start(client)
        existing = await client.topics() & consumers.topics
        tps = [TopicPartition(topic, number) for topic in sorted(existing) for number in range(PARTITIONS)]
        if not tps:
            return {}
        ends = await client.end_offsets(tps)
        behind = {tp: ends[tp] - offsets.get(tp, 0) for tp in tps if ends[tp] > offsets.get(tp, 0)}
        found = dict.fromkeys(tps, Lag())
        if behind:
            client.assign(list(behind))
        for tp, messages in behind.items():
            seconds = await _age(client, tp, offsets.get(tp, 0), ends[tp])
            if seconds is not None:
                found[tp] = Lag(messages, seconds)
        return found
    finally:
        await client.stop()


async def _age(client: AIOKafkaConsumer, tp: TopicPartition, offset: int, end: int) -> float | None:
    """Seconds since the oldest unread record was written; None when only transaction markers lie there."""
    client.seek(tp, offset)
    try:
        while await client.position(tp) < end:
            records = (await client.getmany(tp, timeout_ms=200, max_records=1)).get(tp)
            if records:
                return max(0.0, round(time() - float(records[0].timestamp) / 1000, 3))
    except OffsetOutOfRangeError:
        client.seek(tp, (await client.beginning_offsets([tp]))[tp])
        return 0.0
    return None
