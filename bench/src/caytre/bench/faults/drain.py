"""Waiting until everything has arrived everywhere, and telling what is late from what is stuck."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Literal

import asyncpg

from caytre.agreements.consumers import consumers as agreements
from caytre.bench.faults import listener
from caytre.bench.hops import SPEAKING
from caytre.core.consuming.consumer import Consumers
from caytre.core.relaying.topics import events_topic, partition_of
from caytre.delegations.consumers import consumers as delegations
from caytre.events.consumers import consumers as events
from caytre.gateway.consumers import consumers as gateway
from caytre.notifications.consumers import consumers as notifications

#: Nothing moved for so long: stuck. Three session time-outs, and never less than what a slow start takes.
STUCK_SECONDS = 45.0
#: Still moving after so long: late.
LATE_SECONDS = 180.0

State = Literal["drained", "late", "stuck"]

#: Who consumes what, by the database in which its checkpoints are.
CONSUMERS: Mapping[str, Consumers] = {
    each.name: each for each in (agreements, delegations, events, notifications, gateway, listener.consumers)
}

_SPEAKER = "SELECT (SELECT count(*) FROM outbox) AS outbox, position, published, state_published FROM relay"
#: What notifications still has to do by itself: mail to send, deadlines to fire.
_WAITING = """
SELECT (SELECT count(*) FROM mail_queue) AS mails,
       (SELECT count(*) FROM deadline WHERE next_at <= clock_timestamp()) AS due
"""
_PLACES = "SELECT topic, partition, position FROM checkpoint WHERE consumer = $1"
_LAST = "SELECT record_id::text AS record, max(position) AS position FROM journal GROUP BY record_id"


@dataclass(frozen=True, slots=True)
class Drained:
    """How it ended and after how many seconds; `where` are the last figures seen."""

    state: State
    seconds: float
    where: Mapping[str, int]


async def look(databases: Mapping[str, str]) -> dict[str, int]:
    """Where everything stands, read over fresh connections."""
    found: dict[str, int] = {}
    for service in SPEAKING:
        connection = await asyncpg.connect(databases[service], timeout=10)
        try:
            rows = [await connection.fetchrow(_SPEAKER)]
            if service == "notifications":
                rows.append(await connection.fetchrow(_WAITING))
        finally:
            await connection.close()
        found |= {f"{service} {name}": int(value) for row in rows if row for name, value in row.items()}
    for name in CONSUMERS:
        for topic, places in (await _places(databases[name], name)).items():
            found[f"{name} reads {topic}"] = sum(places.values())
    return found


def nothing_waits(at: Mapping[str, int]) -> bool:
    """Everything that was committed is in its journal and on both topics, and no mail or deadline waits."""
    said = all(
        at[f"{service} outbox"] == 0
        and at[f"{service} position"] == at[f"{service} published"] == at[f"{service} state_published"]
        for service in SPEAKING
    )
    return said and at["notifications mails"] == at["notifications due"] == 0


async def all_is_read(databases: Mapping[str, str]) -> bool:
    """Every consumer stands at the last message of every partition that it reads."""
    last = {}
    for service in SPEAKING:
        connection = await asyncpg.connect(databases[service], timeout=10)
        last[events_topic(service)] = _last_of_partitions(await connection.fetch(_LAST))
        await connection.close()
    for name, consumers in CONSUMERS.items():
        places = await _places(databases[name], name)
        for topic in consumers.topics & last.keys():
            if any(places.get(topic, {}).get(number, 0) < place for number, place in last[topic].items()):
                return False
    return True


def _last_of_partitions(rows: Iterable[asyncpg.Record]) -> dict[int, int]:
    last: dict[int, int] = {}
    for row in rows:
        number = partition_of(row["record"].encode())
        last[number] = max(last.get(number, 0), row["position"])
    return last


async def _places(url: str, consumer: str) -> dict[str, dict[int, int]]:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        rows = await connection.fetch(_PLACES, consumer)
    finally:
        await connection.close()
    found: dict[str, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["topic"], {})[row["partition"]] = row["position"]
    return found


async def drained(databases: Mapping[str, str], since: float) -> Drained:
    """Wait for it; `since` is the monotonic moment from which the seconds count.

    What one look misses between two databases has moved something by the next: it takes two that are alike.
    """
    last: dict[str, int] = {}
    moved = began = monotonic()
    while True:
        at = await look(databases)
        now = monotonic()
        if at == last and nothing_waits(at) and await all_is_read(databases):
            return Drained("drained", now - since, at)
        if at != last:
            last, moved = at, now
        if now - moved > STUCK_SECONDS:
            return Drained("stuck", now - since, at)
        if now - began > LATE_SECONDS:
            return Drained("late", now - since, at)
        await asyncio.sleep(0.1)
