"""Many stories at once, from a trip to a confirmed investment, through the five services in api and worker roles.

Whether each story's chain is whole, and no other's record in it, is asked of the gateway when everything has settled.
How long each hop took is read from the journals, whose times come from one clock: the database server's.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from time import monotonic

import uvloop

from caytre.bench import hops
from caytre.bench.bare_hop import running_beside
from caytre.bench.engines import Engines, cores
from caytre.bench.http_client import HttpAnswer, HttpConnection
from caytre.bench.results import Goal, Result, Table, middle, percentile
from caytre.bench.stage import Process, Stage
from caytre.bench.story import people
from caytre.bench.story.office import Office, State
from caytre.bench.story.telling import Told, tell
from caytre.core.clock import business_today
from caytre.local.ports import LOOPBACK
from caytre.local.services import SERVICES

#: An api and a worker process apart hold more connections than the one process of `caytre up`.
CONNECTIONS = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """How many stories begin at once, and how many bare hops a second are measured beside them."""

    stories: int = 50
    rate: float = 20.0


@dataclass(slots=True)
class _Run:
    told: list[Told]
    seconds: list[float]
    acts: int
    whole: int
    mixed: int


class _Direct:
    """One connection to the gateway; `sent` counts commands."""

    def __init__(self, connection: HttpConnection) -> None:
        self.connection = connection
        self.sent = 0

    async def __call__(self, path: str, key: str, content: bytes) -> HttpAnswer:
        self.sent += bool(key)
        return await self.connection.request(content)


def measure(running: Engines, plan: Plan) -> Result:
    """Start everything, tell the stories, let it settle, check and read."""
    stage = Stage(running)
    mail = stage.platform.mail
    try:
        stage.migrate()
        mail.prepare()
        mail.start()
        processes = [stage.process(each.name, role) for each in SERVICES for role in ("api", "worker")]
        for process in processes:
            process.start()
        mail.wait_ready()
        for process in processes:
            process.wait_ready()
        [gateway] = [each for each in processes if each.name == "gateway-api"]
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_enter_desks(stage, gateway, plan))
            with running_beside(running, plan.rate) as bare:
                run = runner.run(_tell_all(stage, gateway, plan))
            found = runner.run(hops.read(stage.databases))
        return _result(plan, run, found, bare, len(mail.mails))
    finally:
        stage.end()
        mail.kill()
        mail.child.forget()


async def _enter_desks(stage: Stage, gateway: Process, plan: Plan) -> None:
    provinces = people.provinces()[: plan.stories]
    async with _office(stage, gateway, provinces[0]) as office:
        for desk in people.desks(provinces):
            await office.begin("ministry", "/recipients", desk)


@contextlib.asynccontextmanager
async def _office(stage: Stage, gateway: Process, province: str) -> AsyncIterator[Office]:
    connection = await HttpConnection.open(LOOPBACK, gateway.port or 0)
    try:
        yield Office(people.tokens(stage, province), _Direct(connection))
    finally:
        connection.close()


async def _tell_all(stage: Stage, gateway: Process, plan: Plan) -> _Run:
    provinces, today = people.provinces(), business_today()
    acts = 0

    async def one(number: int) -> tuple[Told, float]:
        nonlocal acts
        province = provinces[number % len(provinces)]
        async with _office(stage, gateway, province) as office:
            began = monotonic()
            told = await tell(office, province, f"MISSION-{number}", today)
            acts += office.send.sent if isinstance(office.send, _Direct) else 0
            return told, monotonic() - began

    found = await asyncio.gather(*[one(number) for number in range(plan.stories)])
    told = [each for each, _ in found]
    await hops.settled(stage.databases)
    whole, mixed = await _checked(stage, gateway, told)
    return _Run(told, [seconds for _, seconds in found], acts, whole, mixed)


async def _checked(stage: Stage, gateway: Process, told: Sequence[Told]) -> tuple[int, int]:
    """How many stories are whole in the gateway's lineage, and how many hold a record that is not theirs."""
    whole = mixed = 0
    async with _office(stage, gateway, people.provinces()[0]) as office:
        for each in told:
            graph = await office.look(f"/views/lineage/outcome/{each.outcome}?direction=upstream")
            nodes = _nodes(graph)
            whole += each.complete and each.before_the_outcome() | {each.outcome} <= nodes
            mixed += not nodes <= each.before_the_outcome() | {each.outcome}
            onward = _nodes(await office.look(f"/views/lineage/delegation/{each.delegation}?direction=downstream"))
            whole -= each.outcome not in onward
    return whole, mixed


def _nodes(graph: State) -> set[str]:
    return {str(node["node"]) for node in graph["nodes"]}


def _result(plan: Plan, run: _Run, found: hops.Found, bare: Sequence[float], mails: int) -> Result:
    base = middle(bare)
    rows = [
        (
            hop.name,
            len(hop.milliseconds),
            percentile(hop.milliseconds, 50),
            percentile(hop.milliseconds, 99),
            percentile(hop.milliseconds, 50) / base if base else 0.0,
        )
        for hop in found.hops
    ]
    rows.append(("bare hop: insert, aiokafka's send, getmany, insert", len(bare), base, percentile(bare, 99), 1.0))
    together = Table(
        "The stories",
        ("stories", "acts", "messages", "mails", "seconds, median", "seconds, longest", "messages per second"),
        [
            (
                len(run.told),
                run.acts,
                found.messages,
                mails,
                middle(run.seconds),
                max(run.seconds),
                found.messages / max(run.seconds),
            )
        ],
    )
    asked = str(plan.stories)
    return Result(
        "journey",
        f"Journey: {plan.stories} stories at once, from a trip to a confirmed investment",
        {"stories": plan.stories, "bare hops per second": plan.rate, "cores": len(cores()), "fsync": "on",
         "processes": "an api and a worker for each of five services"},
        [
            together,
            Table(
                "Milliseconds from a message's time in the journal to what it causes",
                ("hop", "messages", "p50", "p99", "p50 ÷ bare hop"),
                rows,
            ),
        ],
        [
            Goal("stories whole in the gateway's lineage", asked, str(run.whole), run.whole == plan.stories),
            Goal("stories with a record of another", "0", str(run.mixed), run.mixed == 0),
        ],
        [
            "All stories begin in the same instant and nobody rests between two acts, so the hops hold the waiting "
            "for two cores that ten services' processes, PostgreSQL, Kafka and the clients share; the bare hop runs "
            "meanwhile on the same engines and waits for the same cores.",
        ],
    )  # fmt: skip
