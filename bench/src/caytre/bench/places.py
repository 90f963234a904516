"""The page of a locality with many records against that of one with few, in one database; rows made in SQL.

Both localities are provinces that no merger touched, so that their pages differ in their records alone, and requests
for both take turns.
"""

import json
from dataclasses import dataclass
from time import perf_counter

import asyncpg

from caytre.bench.http_client import HttpConnection, request_bytes
from caytre.bench.results import Goal, Table, percentile
from caytre.bench.stage import Process
from caytre.bench.story.people import provinces
from caytre.gateway.model import judged
from caytre.gateway.queries.lines import KINDS
from caytre.local.ports import LOOPBACK
from caytre.reference import localities

#: With many records at most so many times as long as with few.
GOAL = 2.0
#: One record in so many has an open deadline on the locality's desk.
_DEADLINES = 10

#: Records of all kinds at one locality, each like the one there is.
_RECORDS = """
INSERT INTO record_view
SELECT made.* FROM generate_series(1, $2::int) n, record_view one,
     jsonb_populate_record(NULL::record_view, to_jsonb(one) || jsonb_build_object(
         'id', uuidv7(), 'kind', ($3::text[])[1 + n % cardinality($3::text[])],
         'judged', ($4::text[])[1 + n % cardinality($4::text[])], 'localities', jsonb_build_array($5::text),
         'label', 'hồ sơ minh họa ' || n)) made
WHERE one.id = $1
"""
_STANDING = """
INSERT INTO standing (place, kind, open, id, partition)
SELECT $1, kind, judged <> 'restricted', id, partition FROM record_view WHERE localities = ARRAY[$1]
"""
_TALLY = """
INSERT INTO tally (place, kind, open, partition, n)
SELECT place, kind, open, partition, count(*) FROM standing WHERE place = $1 GROUP BY place, kind, open, partition
"""
_DUE = """
INSERT INTO deadline_view (id, version, epoch, position, at, sensitivity, localities, countries, consultees, owner_kind,
                           owner_id, desk, status, open, due_order, document)
SELECT uuidv7(), 1, 1, n, clock_timestamp(), 'internal', ARRAY[$1], '{}', '{}', r.kind, r.id, $1, 'SCHEDULED', true,
       current_date + (n % 300)::int, $2::jsonb || jsonb_build_object('due_on', current_date + (n % 300)::int)
FROM (SELECT row_number() OVER () AS n, kind, id FROM record_view WHERE localities = ARRAY[$1]) r
WHERE n % $3 = 0
"""
_COUNT = "SELECT count(*) FROM standing WHERE place = $1"


@dataclass(frozen=True, slots=True)
class Found:
    """Milliseconds of the page by who asks: of the locality with few records, and of the one with many."""

    few: int
    many: int
    taken: dict[str, tuple[list[float], list[float]]]

    def table(self) -> Table:
        """As rows."""
        columns = (
            "who asks", f"p50 with {self.few:,}", f"p50 with {self.many:,}", f"p99 with {self.few:,}",
            f"p99 with {self.many:,}", "p99 ratio",
        )  # fmt: skip
        rows = [
            (
                who,
                percentile(few, 50),
                percentile(many, 50),
                percentile(few, 99),
                percentile(many, 99),
                percentile(many, 99) / percentile(few, 99),
            )
            for who, (few, many) in self.taken.items()
        ]
        return Table("The page of a locality, milliseconds", columns, rows)

    def goals(self) -> list[Goal]:
        """One for each who asks."""
        found = [(who, percentile(many, 99) / percentile(few, 99)) for who, (few, many) in self.taken.items()]
        return [
            Goal(f"locality page for {who}: p99 ratio", f"≤ {GOAL:g}", f"{ratio:.2f}", ratio <= GOAL)
            for who, ratio in found
        ]


def two_provinces() -> tuple[str, str]:
    """Two that have been what they are since before the merger."""
    first, second, *_ = [each for each in provinces() if not localities.predecessors(each)]
    return first, second


async def grow(url: str, original: str, few: int, many: int) -> None:
    """Put records of all kinds, and deadlines of some of them, into two localities."""
    owner = await asyncpg.connect(url, command_timeout=600)
    judgements = [judged(kind, "internal") for kind in KINDS]
    try:
        for place, size in zip(two_provinces(), (few, many), strict=True):
            document = {"code": "AGR_PLAN", "status": "SCHEDULED", "answerable": place, "owner_label": "minh họa"}
            await owner.execute(_RECORDS, original, size, list(KINDS), judgements, place)
            await owner.execute(_STANDING, place)
            await owner.execute(_TALLY, place)
            await owner.execute(_DUE, place, json.dumps(document), _DEADLINES)
            have = await owner.fetchval(_COUNT, place)
            if have != size:
                raise RuntimeError(f"{place} has {have} records instead of {size}")
        for table in ("record_view", "standing", "tally", "deadline_view"):
            await owner.execute(f"VACUUM ANALYZE {table}")
    finally:
        await owner.close()


async def ask(gateway: Process, tokens: dict[str, str], few: int, many: int, requests: int) -> Found:
    """Ask for both pages in turn, for each of those whose `tokens` these are."""
    connection = await HttpConnection.open(LOOPBACK, gateway.port or 0)
    found = Found(few, many, {})
    for who, token in tokens.items():
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(requests + 50):
            for place, into in zip(two_provinces(), taken, strict=True):
                content = request_bytes("GET", f"/views/localities/{place}", headers)
                began = perf_counter()
                answer = await connection.request(content)
                into.append((perf_counter() - began) * 1000)
                if answer.status != 200:
                    raise RuntimeError(f"the page of {place} was answered with {answer.status}: {answer.body[:300]!r}")
        found.taken[who] = taken[0][50:], taken[1][50:]
    connection.close()
    return found
