"""The listeners applied every message once and in order, and no consumer has anything parked or halted."""

from collections import Counter
from collections.abc import Mapping

import asyncpg

from caytre.bench.faults.drain import CONSUMERS
from caytre.bench.faults.evidence import Evidence
from caytre.bench.faults.judgement import Judgement
from caytre.bench.faults.listener import SERVICE as LISTENER

_APPLIED = "SELECT message_id::text, record_id::text, version, position FROM applied ORDER BY n"
_PARKED = "SELECT type, error FROM parked WHERE error IS NOT NULL"
_HALTED = "SELECT reason FROM halted"


async def judge(found: Judgement, databases: Mapping[str, str], lies: Evidence) -> None:
    """Effects that cannot hide, and consumers that gave up."""
    for name in CONSUMERS:
        connection = await asyncpg.connect(databases[name])
        try:
            if name == LISTENER:
                _judge(found, await connection.fetch(_APPLIED), lies)
            parked = [f"{row['type']}: {row['error']}" for row in await connection.fetch(_PARKED)]
            halted = [row["reason"] for row in await connection.fetch(_HALTED)]
        finally:
            await connection.close()
        found.check(f"{name}: nothing is parked", parked)
        found.check(f"{name}: nothing is halted", halted)


def _judge(found: Judgement, applied: list[asyncpg.Record], lies: Evidence) -> None:
    times = Counter(row["message_id"] for row in applied)
    known = {row["message_id"] for row in lies.messages}
    found.check("a message is applied once", (id for id, count in times.items() if count > 1))
    found.check("LOST: a message is applied", known - times.keys())
    found.check("nothing is applied that is not in a journal", times.keys() - known)
    last: dict[str, int] = {}
    backwards = []
    for row in applied:
        if row["position"] < last.get(row["record_id"], 0):
            backwards.append((row["record_id"], row["version"]))
        last[row["record_id"]] = row["position"]
    found.check("a record's messages are applied in order", backwards)
