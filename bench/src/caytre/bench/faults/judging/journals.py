"""Each journal is whole: gapless, chained, in the order of each record, and its fold is the record."""

from collections.abc import Mapping

import asyncpg

from caytre.bench.faults.evidence import Evidence
from caytre.bench.faults.judgement import Judgement
from caytre.core.relaying import journal


async def judge(found: Judgement, databases: Mapping[str, str], lies: Evidence) -> None:
    """Positions, versions, states, hash chain."""
    for service, rows in lies.journals.items():
        _judge(found, service, rows, lies.records[service])
        connection = await asyncpg.connect(databases[service])
        try:
            async for finding in journal.verify(connection, service):
                if isinstance(finding, journal.Finding):
                    found.violations.append(
                        f"hash chain of {service}: {finding.kind} at {finding.position}, {finding.detail}"
                    )
        finally:
            await connection.close()


def _judge(found: Judgement, service: str, rows: list[asyncpg.Record], records: Mapping[str, asyncpg.Record]) -> None:
    positions = [row["position"] for row in rows]
    found.check(f"{service}: positions are gapless", (n for n, place in enumerate(positions, 1) if n != place))
    versions: dict[str, int] = {}
    stepped = []
    for row in rows:
        last = versions.get(row["record_id"], 0)
        if row["version"] != last + 1 and not (row["version"] == last and row["ordinal"] > 1):
            stepped.append((row["record_id"], last, row["version"]))
        versions[row["record_id"]] = row["version"]
    # The beginning of a day is told without a record of it.
    told = {id: record for id, record in records.items() if id in versions}
    found.check(f"{service}: a record's versions are 1, 2, 3 in the journal", stepped)
    found.check(f"{service}: LOST: a record is in the journal", records.keys() - told.keys())
    found.check(
        f"{service}: the journal's last version is the record's",
        (id for id, record in told.items() if versions[id] != record["version"]),
    )
    states = {row["record_id"]: row["state"] for row in rows if row["state"] is not None}
    found.check(
        f"{service}: the fold of the journal is the document",
        (id for id, record in told.items() if states.get(id) != record["digest"]),
    )
