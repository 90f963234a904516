"""What lies in databases and on topics at the end of a trial, read over fresh connections."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from caytre.bench.hops import SPEAKING
from caytre.core.consuming.received import Received
from caytre.core.relaying.topics import PARTITIONS, events_topic, state_topic

_JOURNAL = """
SELECT position, epoch, message_id::text, type, record_id::text, version, ordinal, md5(data::text) AS data,
       CASE WHEN row_number() OVER (PARTITION BY record_id ORDER BY position DESC) = 1
            THEN md5((data::jsonb -> 'state')::text) END AS state
FROM journal ORDER BY position
"""
_RECORD = "SELECT '{0}' AS kind, id::text, version, md5(document::text) AS digest, document::text FROM {0}"


@dataclass
class Evidence:
    """By service: journal rows, records by id, and both topics as they lie there."""

    journals: dict[str, list[asyncpg.Record]] = field(default_factory=dict)
    records: dict[str, dict[str, asyncpg.Record]] = field(default_factory=dict)
    events: dict[str, list[ConsumerRecord]] = field(default_factory=dict)
    states: dict[str, list[ConsumerRecord]] = field(default_factory=dict)

    @property
    def messages(self) -> list[asyncpg.Record]:
        """Every message of every journal."""
        return [row for rows in self.journals.values() for row in rows]

    @cached_property
    def documents(self) -> dict[str, list[dict[str, Any]]]:
        """Every record of every service as JSON, by kind."""
        found: dict[str, list[dict[str, Any]]] = {}
        for rows in self.records.values():
            for row in rows.values():
                found.setdefault(row["kind"], []).append(json.loads(row["document"]))
        return found

    @cached_property
    def received(self) -> dict[str, list[Received]]:
        """By topic each message once and in the order of its journal, as consumers receive it."""
        found = {}
        for service, records in self.events.items():
            first: dict[int, Received] = {}
            for record in records:
                message = Received(
                    record.topic, record.partition, record.offset, record.timestamp, record.key, record.value,
                    record.headers,
                )  # fmt: skip
                first.setdefault(message.position, message)
            found[events_topic(service)] = [first[position] for position in sorted(first)]
        return found


async def gather(databases: Mapping[str, str], bootstrap: str) -> Evidence:
    """Read all of it."""
    found = Evidence()
    for service in SPEAKING:
        connection = await asyncpg.connect(databases[service])
        try:
            found.journals[service] = await connection.fetch(_JOURNAL)
            statement = " UNION ALL ".join(_RECORD.format(name) for name in _record_tables(service))
            found.records[service] = {row["id"]: row for row in await connection.fetch(statement)}
        finally:
            await connection.close()
        found.events[service] = await read_topic(bootstrap, events_topic(service))
        found.states[service] = await read_topic(bootstrap, state_topic(service))
    return found


def _record_tables(service: str) -> list[str]:
    metadata = import_module(f"caytre.{service}.tables").metadata
    return [table.name for table in metadata.sorted_tables if table.info.get("record")]


async def read_topic(bootstrap: str, topic: str) -> list[ConsumerRecord]:
    """Everything committed on a topic from its beginning, per partition in order."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_committed")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        records: list[ConsumerRecord] = []
        while any([await consumer.position(each) < ends[each] for each in partitions]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                records += batch
        return records
    finally:
        await consumer.stop()
