"""The gateway's views are the fold of the topics: each record, its links, its acts, and how many are where."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import asyncpg

from caytre.bench.faults.evidence import Evidence
from caytre.bench.faults.judgement import Judgement

_RECORDS = """
SELECT id::text, version, document::text FROM agreement_view
UNION ALL SELECT id::text, version, document::text FROM partner_view
UNION ALL SELECT id::text, version, document::text FROM deadline_view
UNION ALL SELECT id::text, version, document::text FROM record_view WHERE document IS NOT NULL
"""
_LINES = "SELECT id::text, kind, version FROM record_view"
_ACTS = "SELECT message_id::text FROM act"
_EDGES = "SELECT downstream_id::text, upstream_id::text, relation FROM edge"
_MISCOUNTED = """
SELECT place, kind, open FROM (
    SELECT place, kind, open, n FROM tally UNION ALL SELECT place, kind, open, -1 FROM standing
) both_ways GROUP BY place, kind, open HAVING sum(n) <> 0
"""


async def judge(found: Judgement, databases: Mapping[str, str], lies: Evidence) -> None:
    """All views."""
    connection = await asyncpg.connect(databases["gateway"])
    try:
        views = {row["id"]: row for row in await connection.fetch(_RECORDS)}
        lines = {row["id"]: (row["kind"], row["version"]) for row in await connection.fetch(_LINES)}
        acts = Counter(row["message_id"] for row in await connection.fetch(_ACTS))
        edges = {tuple(row.values()) for row in await connection.fetch(_EDGES)}
        miscounted = [tuple(row.values()) for row in await connection.fetch(_MISCOUNTED)]
    finally:
        await connection.close()
    records = {id: row for rows in lies.records.values() for id, row in rows.items()}
    found.check(
        "the gateway's view is the record", (id for id, row in records.items() if not _same(row, views.get(id)))
    )
    found.check(
        "a record of any kind stands in the list of all",
        (
            id
            for id, row in records.items()
            if row["kind"] != "deadline" and lines.get(id) != (row["kind"], row["version"])
        ),
    )
    found.check("the gateway's view has no record that there is not", (views.keys() | lines.keys()) - records.keys())
    found.check(
        "every message is an act of the gateway", (r["position"] for r in lies.messages if acts[r["message_id"]] != 1)
    )
    expected = {edge for documents in lies.documents.values() for each in documents for edge in _edges(each)}
    found.seen["links"] = len(expected)
    found.check("the gateway's links are those of the records", edges ^ expected)
    found.check("the gateway counts at each place what stands there", miscounted)


def _same(record: asyncpg.Record, view: asyncpg.Record | None) -> bool:
    if view is None or view["version"] != record["version"]:
        return False
    return bool(
        view["document"] == record["document"] or json.loads(view["document"]) == json.loads(record["document"])
    )


def _edges(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for link in document.get("links", ()):
        yield document["id"], link["upstream"]["id"], link["relation"]
    occasion = (document.get("signing") or {}).get("occasion")
    if occasion:
        yield document["id"], occasion["id"], "signed_during"
