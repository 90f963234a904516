"""Judges a run from what lies in databases and topics, over fresh connections, knowing nothing of how it came there."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from caytre.bench.faults.clients import Clients
from caytre.bench.faults.drain import Drained
from caytre.contracts.agreements import EVENTS_TOPIC, STATE_TOPIC
from caytre.core.relaying import journal
from caytre.core.relaying.topics import PARTITIONS
from caytre.core.storing.database import Connection

#: Of a broken promise so many cases are told.
_TOLD = 5

_JOURNAL = """
SELECT position, epoch, message_id::text, record_id::text, version, ordinal,
       CASE WHEN row_number() OVER (PARTITION BY record_id ORDER BY position DESC) = 1
            THEN md5((data::jsonb -> 'state')::text) END AS state
FROM journal ORDER BY position
"""
_RECORDS = """
SELECT id::text, version, md5(document::text) AS digest, document::text FROM agreement
UNION ALL SELECT id::text, version, md5(document::text), document::text FROM partner
"""
_VIEWS = """
SELECT id::text, version, md5(document::text) AS digest FROM agreement_view
UNION ALL SELECT id::text, version, md5(document::text) FROM partner_view
"""


@dataclass(slots=True)
class Judgement:
    """`violations` are broken promises in sentences; `seen` are counts that say how hard the run was."""

    violations: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def check(self, promise: str, broken: Iterable[object]) -> None:
        """Note a promise that is broken in these cases, LOST by the nature of the promise."""
        cases = list(broken)
        if cases:
            shown = ", ".join(str(case) for case in cases[:_TOLD])
            self.violations.append(f"{promise}: {len(cases)} cases, such as {shown}")


async def judge(databases: Mapping[str, str], bootstrap: str, clients: Clients, drained: Drained) -> Judgement:
    """All checks. A run that did not drain is judged too: what is neither applied nor still to be read is lost."""
    found = Judgement()
    if drained.state != "drained":
        found.violations.append(f"{drained.state.upper()} after {drained.seconds:.0f} s: {dict(drained.where)}")
    owner = await asyncpg.connect(databases["agreements"])
    oracle = await asyncpg.connect(databases["oracle"])
    gateway = await asyncpg.connect(databases["gateway"])
    try:
        rows = await owner.fetch(_JOURNAL)
        records = {row["id"]: row for row in await owner.fetch(_RECORDS)}
        _judge_journal(found, rows, records)
        await _judge_commands(found, owner, rows, clients)
        async for finding in journal.verify(owner, "agreements"):
            if isinstance(finding, journal.Finding):
                found.violations.append(f"hash chain: {finding.kind} at {finding.position}, {finding.detail}")
        await _judge_effects(found, oracle, rows)
        await _judge_views(found, gateway, rows, records)
    finally:
        for connection in (owner, oracle, gateway):
            await connection.close()
    await _judge_events(found, bootstrap, rows)
    await _judge_states(found, bootstrap, records)
    return found


def _judge_journal(found: Judgement, rows: Sequence[asyncpg.Record], records: Mapping[str, asyncpg.Record]) -> None:
    found.seen["messages"] = len(rows)
    positions = [row["position"] for row in rows]
    found.check("positions are gapless", (n for n, position in enumerate(positions, 1) if n != position))
    versions: dict[str, int] = {}
    stepped = []
    for row in rows:
        last = versions.get(row["record_id"], 0)
        if row["version"] != last + 1 and not (row["version"] == last and row["ordinal"] > 1):
            stepped.append((row["record_id"], last, row["version"]))
        versions[row["record_id"]] = row["version"]
    found.check("a record's versions are 1, 2, 3 in the journal", stepped)
    found.check(
        "the journal's last version is the record's",
        (id for id, record in records.items() if versions.get(id) != record["version"]),
    )
    last_state = {row["record_id"]: row["state"] for row in rows if row["state"] is not None}
    found.check(
        "the fold of the journal is the document",
        (id for id, record in records.items() if last_state.get(id) != record["digest"]),
    )


async def _judge_commands(
    found: Judgement, owner: Connection, rows: Sequence[asyncpg.Record], clients: Clients
) -> None:
    journalled = {(row["record_id"], row["version"]) for row in rows}
    acknowledged = clients.acknowledged
    found.seen |= {"acknowledged": len(acknowledged), "refused": len(clients.refused), "sent again": clients.retries}
    found.check(
        "LOST: an acknowledged command is in the journal",
        (c.key for c in acknowledged if (c.record, c.version) not in journalled),
    )
    kept = {row["key"]: row for row in await owner.fetch("SELECT key, record_id::text, version FROM idempotency")}
    found.check(
        "an acknowledged key has its one row",
        (
            c.key
            for c in acknowledged
            if c.key not in kept or (kept[c.key]["record_id"], kept[c.key]["version"]) != (c.record, c.version)
        ),
    )
    found.check("a refused command changed nothing", (c.key for c in clients.refused if c.key in kept))
    told = Counter((c.record, c.version) for c in acknowledged)
    found.check("a version was told to one client only", (each for each, times in told.items() if times > 1))
    found.check("the API never answers 5xx but 503", clients.server_errors)
    strange = Counter(c.status for c in clients.refused if c.status != 412)
    found.check("officers are refused with 412 only", strange.items())


async def _judge_effects(found: Judgement, oracle: Connection, rows: Sequence[asyncpg.Record]) -> None:
    applied = await oracle.fetch(
        "SELECT message_id::text, record_id::text, version, position, partition FROM applied ORDER BY n"
    )
    times = Counter(row["message_id"] for row in applied)
    found.check("a message is applied once", (id for id, count in times.items() if count > 1))
    found.check("LOST: a message is applied", (row["position"] for row in rows if row["message_id"] not in times))
    known = {row["message_id"] for row in rows}
    found.check("nothing is applied that is not in the journal", (id for id in times if id not in known))
    last: dict[str, int] = {}
    backwards = []
    for row in applied:
        if row["position"] < last.get(row["record_id"], 0):
            backwards.append((row["record_id"], row["version"]))
        last[row["record_id"]] = row["position"]
    found.check("a record's messages are applied in order", backwards)


async def _judge_views(
    found: Judgement,
    gateway: Connection,
    rows: Sequence[asyncpg.Record],
    records: Mapping[str, asyncpg.Record],
) -> None:
    views = {row["id"]: (row["version"], row["digest"]) for row in await gateway.fetch(_VIEWS)}
    found.check(
        "the gateway's view is the record",
        (id for id, record in records.items() if views.get(id) != (record["version"], record["digest"])),
    )
    acts = Counter(row["message_id"] for row in await gateway.fetch("SELECT message_id::text FROM act"))
    found.check("every message is an act of the gateway", (r["position"] for r in rows if acts[r["message_id"]] != 1))
    parked = await gateway.fetch("SELECT type, error FROM parked WHERE error IS NOT NULL")
    found.check("nothing is parked", (f"{row['type']}: {row['error']}" for row in parked))
    found.check("nothing is halted", (row["reason"] for row in await gateway.fetch("SELECT reason FROM halted")))


async def _judge_events(found: Judgement, bootstrap: str, rows: Sequence[asyncpg.Record]) -> None:
    records = await read_topic(bootstrap, EVENTS_TOPIC)
    last: dict[int, int] = {}
    seen: set[int] = set()
    duplicates = stale = 0
    for record in records:
        position = int(dict(record.headers)["ce_position"])
        duplicates += position in seen
        stale += position < last.get(record.partition, 0)
        seen.add(position)
        last[record.partition] = max(position, last.get(record.partition, 0))
    found.seen |= {"records on the topic": len(records), "duplicates there": duplicates, "stale there": stale}
    found.check("the events topic has every message", (r["position"] for r in rows if r["position"] not in seen))


async def _judge_states(found: Judgement, bootstrap: str, records: Mapping[str, asyncpg.Record]) -> None:
    last: dict[str, bytes | None] = {}
    for record in await read_topic(bootstrap, STATE_TOPIC):
        last[record.key.decode()] = record.value
    different = []
    for id, record in records.items():
        value = last.get(id)
        if value is None or _parsed(value) != _parsed(record["document"]):
            different.append(id)
    found.check("the last state on the topic is the record", different)


def _parsed(text: bytes | str) -> Any:
    return json.loads(text)


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
