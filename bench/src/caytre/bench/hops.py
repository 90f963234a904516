"""How long it takes from a message to what it causes: read from the journals and from the gateway's passages.

A journal keeps when its message was written in the statement of the command or reaction, and which message caused it.
All databases are on one server, so all these times come from one clock.
"""

import asyncio
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final

import asyncpg

from caytre.core.relaying.topics import events_topic, partition_of

#: The services that say something.
SPEAKING: Final = ("agreements", "delegations", "events", "notifications")
#: Hops that fewer messages took are told together.
FEW = 10

_JOURNAL = "SELECT message_id, type, record_id, position, causation_id, recorded_at FROM journal"
_PASSAGES = """
SELECT topic, partition, from_position, to_position, at FROM passage WHERE consumer = 'gateway'
ORDER BY topic, partition, to_position
"""
_SAID = "SELECT (SELECT count(*) FROM outbox) AS outbox, position, published FROM relay"
_MAILS = "SELECT count(*) FROM mail_queue"
_DUE = "SELECT count(*) FROM deadline WHERE next_at <= clock_timestamp()"
_SEEN = "SELECT count(*) FROM act"


@dataclass(frozen=True, slots=True)
class Hop:
    """From one type of message to another, or to the gateway's view."""

    name: str
    milliseconds: list[float]


@dataclass(frozen=True, slots=True)
class Found:
    """The hops, the commonest first, and how many messages there are in all journals."""

    hops: list[Hop]
    messages: int


async def settled(databases: Mapping[str, str], quiet: float = 2.0, most: float = 300.0) -> None:
    """Wait until nothing is said any more, all mail is sent and the gateway has seen everything.

    Raises TimeoutError.
    """
    last: dict[str, int] = {}
    since = began = monotonic()
    while True:
        now = await _look(databases)
        if now != last or not _is_quiet(now):
            last, since = now, monotonic()
        if monotonic() - since > quiet:
            return
        if monotonic() - began > most:
            raise TimeoutError(f"it does not settle: {now}")
        await asyncio.sleep(0.1)


def _is_quiet(at: Mapping[str, int]) -> bool:
    said = sum(at[f"{service} position"] for service in SPEAKING)
    published = sum(at[f"{service} published"] for service in SPEAKING)
    waiting = at["mails"] + at["due"] + sum(at[f"{service} outbox"] for service in SPEAKING)
    return waiting == 0 and published == said and at["acts"] == said


async def _look(databases: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for service in SPEAKING:
        connection = await asyncpg.connect(databases[service])
        row = await connection.fetchrow(_SAID)
        found |= {f"{service} {name}": int(value) for name, value in (row or {}).items()}
        if service == "notifications":
            found |= {"mails": await connection.fetchval(_MAILS), "due": await connection.fetchval(_DUE)}
        await connection.close()
    connection = await asyncpg.connect(databases["gateway"])
    found["acts"] = await connection.fetchval(_SEEN)
    await connection.close()
    return found


async def read(databases: Mapping[str, str]) -> Found:
    """All hops there are."""
    said: dict[str, list[asyncpg.Record]] = {}
    for service in SPEAKING:
        connection = await asyncpg.connect(databases[service])
        said[service] = await connection.fetch(_JOURNAL)
        await connection.close()
    connection = await asyncpg.connect(databases["gateway"])
    passages = await connection.fetch(_PASSAGES)
    await connection.close()
    taken = _caused(said)
    taken["any message → the gateway's view"] = _seen(said, passages)
    taken["notification.queued → taken by the mail server"] = _mailed(said["notifications"])
    few = [each for name in list(taken) if len(taken[name]) < FEW for each in taken.pop(name)]
    hops = sorted((Hop(name, each) for name, each in taken.items()), key=lambda hop: (-len(hop.milliseconds), hop.name))
    if few:
        hops.append(Hop(f"others, fewer than {FEW} each", few))
    return Found(hops, sum(map(len, said.values())))


def _caused(said: Mapping[str, list[asyncpg.Record]]) -> dict[str, list[float]]:
    by_id = {row["message_id"]: row for rows in said.values() for row in rows}
    taken: dict[str, list[float]] = defaultdict(list)
    for service, rows in said.items():
        for row in rows:
            cause = by_id.get(row["causation_id"])
            if cause is not None:
                # Deadlines are kept and people told of many types of messages, all in the same way.
                of = "any message" if service == "notifications" else _short(cause["type"])
                name = f"{of} → {_short(row['type'])}"
                taken[name].append(_milliseconds(cause["recorded_at"], row["recorded_at"]))
    return taken


def _seen(said: Mapping[str, list[asyncpg.Record]], passages: list[asyncpg.Record]) -> list[float]:
    ends: dict[tuple[str, int], list[int]] = defaultdict(list)
    moments: dict[tuple[str, int], list[datetime]] = defaultdict(list)
    for row in passages:
        ends[row["topic"], row["partition"]].append(row["to_position"])
        moments[row["topic"], row["partition"]].append(row["at"])
    found = []
    for service, rows in said.items():
        topic = events_topic(service)
        for row in rows:
            where = topic, partition_of(str(row["record_id"]).encode())
            n = bisect_left(ends[where], row["position"])
            if n < len(ends[where]):
                found.append(_milliseconds(row["recorded_at"], moments[where][n]))
    return found


def _mailed(rows: list[asyncpg.Record]) -> list[float]:
    queued = {row["record_id"]: row["recorded_at"] for row in rows if row["type"] == "caytre.notification.queued.v1"}
    return [
        _milliseconds(queued[row["record_id"]], row["recorded_at"])
        for row in rows
        if row["type"] == "caytre.notification.sent.v1" and row["record_id"] in queued
    ]


def _short(type: str) -> str:
    return type.removeprefix("caytre.").removesuffix(".v1")


def _milliseconds(first: datetime, last: datetime) -> float:
    return (last - first).total_seconds() * 1000
