"""From the acknowledgement of a command to its effect in the gateway's view, at 200 commands per second.

The clients and the eye on the view are one process with one monotonic clock. The eye looks for just those records
that are acknowledged and not seen yet, by primary key, again and again with a millisecond between two looks: what it
says is at most that much, and the time of a look, too late, and never too early.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import asyncpg
import uvloop

from caytre.bench.commands import register_partner
from caytre.bench.engines import Engines, cores
from caytre.bench.pace import propose_steadily
from caytre.bench.results import Goal, Result, Table, percentile
from caytre.bench.spending import Meter
from caytre.bench.stage import Process, Stage

_LOOK_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Plan:
    """`rate` commands per second for so many seconds, after as many seconds of warming up as told."""

    rate: float = 200.0
    seconds: float = 20.0
    warm_up: float = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """Milliseconds of each command: HTTP, and acknowledged to applied; CPU µs per command by process."""

    http: list[float]
    applied: list[float]
    cpu: dict[str, float]


async def _watch(
    url: str, acknowledged: "asyncio.Queue[tuple[str, float]]", count: int, seconds: float
) -> dict[str, float]:
    """Milliseconds from each acknowledgement to the first look that found the record in the view."""
    connection = await asyncpg.connect(url)
    look = await connection.prepare("SELECT id::text FROM agreement_view WHERE id = ANY ($1::uuid[])")
    waiting: dict[str, float] = {}
    found: dict[str, float] = {}
    deadline = monotonic() + seconds
    try:
        while len(found) < count and monotonic() < deadline:
            while not acknowledged.empty():
                record, at = acknowledged.get_nowait()
                waiting[record] = at
            if waiting:
                rows = await look.fetch(list(waiting))
                now = monotonic()
                for row in rows:
                    found[row["id"]] = (now - waiting.pop(row["id"])) * 1000
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        await connection.close()
    return found


async def _one(stage: Stage, api: Process, token: str, partner: str, plan: Plan, meter: Meter) -> Found:
    url = stage.databases["gateway"]
    for seconds in (plan.warm_up, plan.seconds):
        count = int(plan.rate * seconds)
        meter.begin()
        acknowledged: asyncio.Queue[tuple[str, float]] = asyncio.Queue()
        watching = asyncio.create_task(_watch(url, acknowledged, count, seconds + 60))
        http = await propose_steadily(api.port or 0, token, partner, plan.rate, count, acknowledged)
        applied = await watching
        if len(applied) < count:
            raise TimeoutError(f"{count - len(applied)} of {count} commands did not reach the view within a minute")
    return Found(http, list(applied.values()), meter.per(count))


def _arrange(stage: Stage, kind: str) -> list[Process]:
    """The processes of an arrangement, the one that takes commands first."""
    if kind == "apart":
        return [
            stage.process("agreements", "api", name="apart-agreements-api"),
            stage.process("agreements", "worker", name="apart-agreements-worker"),
            stage.process("gateway", "worker", name="apart-gateway"),
        ]
    module = "caytre.bench.polling_agreements" if kind == "polled" else None
    return [
        stage.process("agreements", "all", name=f"{kind}-agreements", module=module),
        stage.process("gateway", "all", name=f"{kind}-gateway"),
    ]


_SAID = {
    "woken": "one process per service (role all), relay woken by the commit",
    "polled": "the same, relay polling every 20 ms",
    "apart": "api and worker apart, relay told by NOTIFY",
}


def measure(running: Engines, plan: Plan) -> Result:
    """Each arrangement in turn, on the same engines and databases."""
    stage = Stage(running)
    found: dict[str, Found] = {}
    partner = ""
    try:
        stage.migrate()
        token = stage.token("locality_officer")
        for kind in _SAID:
            processes = _arrange(stage, kind)
            for process in processes:
                process.start()
            for process in processes:
                process.wait_ready()
            partner = partner or register_partner(processes[0].address, token)
            pids = {process.name.removeprefix(f"{kind}-"): process.pid for process in processes}
            meter = Meter(running, {**pids, "clients and the eye on the view": os.getpid()})
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                found[kind] = runner.run(_one(stage, processes[0], token, partner, plan, meter))
            for process in processes:
                process.child.end()
    finally:
        stage.end()
    return _result(plan, found)


def _percentiles(values: Sequence[float]) -> tuple[float, float, float, float]:
    return percentile(values, 50), percentile(values, 95), percentile(values, 99), max(values)


def _spent(found: dict[str, Found]) -> Table:
    """Who spends how much, an arrangement a column."""
    names = dict.fromkeys(name for one in found.values() for name in one.cpu)
    rows: list[tuple[str | float | None, ...]] = [
        (name, *(one.cpu.get(name) for one in found.values())) for name in names
    ]
    rows.append(("together", *(sum(one.cpu.values()) for one in found.values())))
    return Table("CPU µs per command, by process", ("process", *found), rows)


def _result(plan: Plan, found: dict[str, Found]) -> Result:
    columns = ("what", "commands", "p50", "p95", "p99", "highest", "HTTP p50", "HTTP p99")
    rows = [
        (_SAID[kind], len(one.applied), *_percentiles(one.applied), percentile(one.http, 50), percentile(one.http, 99))
        for kind, one in found.items()
    ]
    woken, polled = found["woken"].applied, found["polled"].applied
    p50, p99, other = percentile(woken, 50), percentile(woken, 99), percentile(polled, 50)
    return Result(
        "latency",
        "Latency: command acknowledged to applied in the gateway's view",
        {"commands per second": plan.rate, "seconds": plan.seconds, "cores": len(cores()), "fsync": "on"},
        [Table("Milliseconds", columns, rows), _spent(found)],
        [
            Goal("p50", "≤ 6 ms", f"{p50:.1f} ms", p50 <= 6),
            Goal("p99", "≤ 20 ms", f"{p99:.1f} ms", p99 <= 20),
            Goal("p50 ÷ p50 with a poll of 20 ms", "≤ 0.5", f"{p50 / other:.2f}", p50 / other <= 0.5),
        ],
        ["Clients, services, PostgreSQL and Kafka share the cores."],
    )
