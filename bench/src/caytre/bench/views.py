"""Views and lists among a million agreements against the same among ten thousand; rows made in SQL from a real one."""

import asyncio
import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

import asyncpg
import uvloop

from caytre.bench import backlog, places
from caytre.bench.engines import Engines, cores
from caytre.bench.http_client import HttpConnection, request_bytes
from caytre.bench.results import Goal, Result, Table, percentile
from caytre.bench.stage import Process, Stage
from caytre.core.clock import business_today
from caytre.local.ports import LOOPBACK
from caytre.reference import localities

#: Rows like the one there is, of 34 provinces, each with an act of its own. A partner has two hundred agreements and a
#: subject five hundred, among few and among many: answers are of one size, and what is found among more is what counts.
_OF_A_PARTNER, _OF_A_SUBJECT = 200, 500
_GROW = """
INSERT INTO agreement_view
SELECT made.* FROM generate_series($2::int, $3::int) n, agreement_view one,
     jsonb_populate_record(NULL::agreement_view, to_jsonb(one) || jsonb_build_object(
         'id', uuidv7(), 'search', 'thoa thuan hop tac so ' || n || E'\\nchu de ' || md5((n % $7)::text),
         'responsible_locality', ($4::text[])[1 + n % cardinality($4::text[])], 'status', ($5::text[])[1 + n % 4],
         'partner_ids', to_jsonb(ARRAY[md5((n % $6)::text)::uuid]))) made
WHERE one.id = $1
"""
_ACTS = """
INSERT INTO act SELECT (jsonb_populate_record(NULL::act, to_jsonb(one) || jsonb_build_object(
    'record_id', v.id, 'message_id', uuidv7()))).*
FROM agreement_view v, (SELECT * FROM act WHERE record_id = $1 LIMIT 1) one
WHERE NOT EXISTS (SELECT FROM act a WHERE a.record_id = v.id)
"""
_ARRIVED = "SELECT EXISTS (SELECT FROM act WHERE record_id = $1) AND EXISTS (SELECT FROM partner_view)"
_PARTNERS = """
INSERT INTO partner_view SELECT made.* FROM generate_series(0, 4999) n, (SELECT * FROM partner_view LIMIT 1) one,
     jsonb_populate_record(NULL::partner_view, to_jsonb(one) || jsonb_build_object('id', md5(n::text)::uuid)) made
ON CONFLICT DO NOTHING
"""
#: Every partner and agreement stands in the view of all records too.
_LINES = """
INSERT INTO record_view SELECT made.* FROM {view} v, (SELECT * FROM record_view WHERE kind = $1 LIMIT 1) one,
     jsonb_populate_record(NULL::record_view, to_jsonb(one) || jsonb_build_object('id', v.id)) made
WHERE NOT EXISTS (SELECT FROM record_view r WHERE r.id = v.id)
"""
_PLACES = sorted(each.id for each in localities.all_localities(business_today()))
#: Different requests of each kind. Each is made once before it counts: this is about plans, not about disks.
_DIFFERENT = 100
_STATUSES = ["DRAFT", "CONSULTING", "SIGNED", "IN_FORCE"]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many agreements, few and many; records at a locality, few and many; requests of each kind."""

    small: int = 10_000
    large: int = 1_000_000
    few: int = 20
    many: int = 20_000
    requests: int = 500


def measure(running: Engines, plan: Plan) -> Result:
    """Measure, grow, measure again, through HTTP."""
    stage = Stage(running)
    found: dict[int, dict[str, list[float]]] = {}
    try:
        stage.migrate()
        agreements, gateway = stage.process("agreements", "all"), stage.process("gateway", "all")
        for process in (agreements, gateway):
            process.start()
        for process in (agreements, gateway):
            process.wait_ready()
        token = stage.token("locality_officer")
        original = backlog.tell_one(agreements, token)
        agreements.child.end()
        url, have = stage.databases["gateway"], 0
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            for size in (plan.small, plan.large):
                ids = runner.run(_grow(url, original, have, size, running))
                have = size
                found[size] = runner.run(_ask(gateway, token, ids, size, plan.requests))
            runner.run(places.grow(url, original, plan.few, plan.many))
            asking = {
                "the ministry": stage.token("ministry_officer", organisation="MOFA"),
                "another province's officer": token,
            }
            pages = runner.run(places.ask(gateway, asking, plan.few, plan.many, plan.requests))
    finally:
        stage.end()
    return _result(plan, found, pages)


async def _grow(url: str, original: str, have: int, want: int, running: Engines) -> list[str]:
    owner = await asyncpg.connect(url, command_timeout=1800)
    try:
        async with asyncio.timeout(30):
            while not await owner.fetchval(_ARRIVED, original):
                await asyncio.sleep(0.1)
        await owner.execute(_PARTNERS)
        fixed = (_PLACES, _STATUSES, want // _OF_A_PARTNER, want // _OF_A_SUBJECT)
        for first in range(have + 1, want + 1, 50_000):
            await owner.execute(_GROW, original, first, min(first + 49_999, want), *fixed)
        await owner.execute(_ACTS, original)
        for kind in ("agreement", "partner"):
            await owner.execute(_LINES.format(view=f"{kind}_view"), kind)
        for table in ("agreement_view", "partner_view", "act", "record_view"):
            await owner.execute(f"VACUUM ANALYZE {table}")
        rows = await owner.fetch("SELECT id::text FROM agreement_view ORDER BY random() LIMIT 2000")
    finally:
        await owner.close()
    running.postgres.sql("CHECKPOINT;")
    return [row["id"] for row in rows]


def _questions(ids: list[str], size: int) -> dict[str, Callable[[random.Random], str]]:
    return {
        "the page of one agreement": lambda chance: f"/views/agreements/{chance.choice(ids)}",
        "the newest": lambda chance: "/views/agreements",
        "of one province": lambda chance: f"/views/agreements?locality={chance.choice(_PLACES)}",
        "of one partner": lambda chance: f"/views/agreements?partner={UUID(_one_of(chance, size // _OF_A_PARTNER))}",
        "search for a subject": lambda chance: f"/views/agreements?q={_one_of(chance, size // _OF_A_SUBJECT)}",
    }


def _one_of(chance: random.Random, count: int) -> str:
    return hashlib.md5(str(chance.randrange(count)).encode(), usedforsecurity=False).hexdigest()


async def _ask(gateway: Process, token: str, ids: list[str], size: int, requests: int) -> dict[str, list[float]]:
    """Milliseconds of each request, one after another, behind one of each that does not count."""
    connection = await HttpConnection.open(LOOPBACK, gateway.port or 0)
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    found: dict[str, list[float]] = {}
    for name, path in _questions(ids, size).items():
        chance = random.Random(name)
        asked = [path(chance) for _ in range(_DIFFERENT)]
        taken = []
        for number in range(len(asked) + requests):
            content = request_bytes("GET", asked[number % len(asked)], headers)
            began = perf_counter()
            answer = await connection.request(content)
            taken.append((perf_counter() - began) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{name} was answered with {answer.status}: {answer.body[:300]!r}")
        found[name] = taken[len(asked) :]
    connection.close()
    return found


def _rows(
    plan: Plan, found: dict[int, dict[str, list[float]]]
) -> Iterator[tuple[str, float, float, float, float, float]]:
    for name, few in found[plan.small].items():
        many = found[plan.large][name]
        yield (
            name,
            percentile(few, 50),
            percentile(many, 50),
            percentile(few, 99),
            percentile(many, 99),
            percentile(many, 99) / percentile(few, 99),
        )


def _result(plan: Plan, found: dict[int, dict[str, list[float]]], pages: places.Found) -> Result:
    rows = list(_rows(plan, found))
    few, many = f"{plan.small:,}", f"{plan.large:,}"
    columns = ("what", f"p50 at {few}", f"p50 at {many}", f"p99 at {few}", f"p99 at {many}", "p99 ratio")
    return Result(
        "views",
        "Views and lists: many records against few",
        {"few": few, "many": many, "requests of each": plan.requests, "cores": len(cores())},
        [Table("Milliseconds", columns, rows), pages.table()],
        [
            *(Goal(f"{name}: p99 ratio", "≤ 1.3", f"{ratio:.2f}", ratio <= 1.3) for name, *_, ratio in rows),
            *pages.goals(),
        ],
        ["One request at a time over HTTP, each made once before: this is about plans, not about disks."],
    )  # fmt: skip
