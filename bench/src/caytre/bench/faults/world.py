"""What is broken in a fault run: every process of every service, a mail server, a broker, a database server."""

import asyncio
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from caytre.bench.commands import register_partner
from caytre.bench.engines import Engines, engines, scratch_folder
from caytre.bench.faults import listener
from caytre.bench.faults.mail_capture import MailCapture
from caytre.bench.faults.stopping import REQUEST, SERVICE
from caytre.bench.hops import SPEAKING
from caytre.bench.http_client import HttpAnswer, HttpConnection
from caytre.bench.stage import Process, Stage
from caytre.bench.story import people
from caytre.bench.story.office import Office
from caytre.local.ports import LOOPBACK

_LEADER = "SELECT owner FROM relay WHERE lease_until > clock_timestamp()"
#: In how many provinces officers are at work, and how many partners receive the trips of all of them.
PROVINCES, HOSTS = 3, 4
#: Five APIs, ten workers and two listeners, and those that were killed a moment ago and are not missed yet.
_CONNECTIONS = 300
#: Seconds: a mail that takes longer is given up, and tried again by and by.
_MAIL = {"CAYTRE_MAIL_TIMEOUT_SECONDS": "2", "CAYTRE_MAIL_RETRY_SECONDS": "0.2"}


@dataclass
class Cell:
    """One service: its API, its two workers, and where its leader is asked to stop (the gateway leads nothing)."""

    service: str
    api: Process
    workers: list[Process]
    stop_request: Path | None = None

    @property
    def processes(self) -> list[Process]:
        """All of them."""
        return [self.api, *self.workers]


@dataclass
class World:
    """All processes by what they do. `struck` are the services that the present fault hits.

    `cuts` says of each service up to which position its topic may have been cut.
    """

    running: Engines
    stage: Stage
    cells: dict[str, Cell]
    listeners: list[Process]
    mail: MailCapture
    databases: dict[str, str]
    tokens: dict[str, dict[str, str]]
    hosts: list[str] = field(default_factory=list)
    struck: Sequence[str] = ()
    cuts: dict[str, int] = field(default_factory=dict)

    @property
    def victims(self) -> list[Cell]:
        """The services that the fault hits."""
        return [self.cells[name] for name in self.struck or self.cells]

    @property
    def leading_victims(self) -> list[Cell]:
        """Those of them that publish; all that do when the fault hits none of them."""
        return [cell for cell in self.victims if cell.service in SPEAKING] or [self.cells[name] for name in SPEAKING]

    @property
    def processes(self) -> list[Process]:
        """All processes but the engines."""
        return [*(each for cell in self.cells.values() for each in cell.processes), *self.listeners, self.mail]

    @property
    def ports(self) -> Mapping[str, int]:
        """Where each service's API listens."""
        return {name: cell.api.port or 0 for name, cell in self.cells.items()}

    async def leader(self, cell: Cell, seconds: float = 20) -> Process:
        """The worker of a service that holds the lease. Raises TimeoutError when none takes it in time."""
        async with asyncio.timeout(seconds):
            while True:
                connection = await asyncpg.connect(self.databases[cell.service])
                owner = await connection.fetchval(_LEADER)
                await connection.close()
                for worker in cell.workers:
                    if owner and worker.child.alive and str(owner).split(":")[1] == str(worker.pid):
                        return worker
                await asyncio.sleep(0.1)

    async def note_cut(self) -> None:
        """Remember how far each journal is after a cut of the topics."""
        for service in SPEAKING:
            connection = await asyncpg.connect(self.databases[service])
            self.cuts[service] = await connection.fetchval("SELECT position FROM relay")
            await connection.close()

    async def revive(self) -> None:
        """Thaw what is frozen and start what does not run, engines first; returns when all APIs are ready."""
        postgres, kafka = self.running.postgres, self.running.kafka
        for process in self.processes:
            process.thaw()
        for engine in (postgres, kafka):
            engine.child.send(signal.SIGCONT)
            if not engine.child.alive:
                engine.start()
        await asyncio.to_thread(postgres.wait_ready)
        await asyncio.to_thread(kafka.wait_ready)
        for process in self.processes:
            if not process.child.alive:
                process.start()
        for cell in self.cells.values():
            await asyncio.to_thread(cell.api.wait_ready)
        await asyncio.to_thread(self.mail.wait_ready)


@contextmanager
def world() -> Iterator[World]:
    """Everything running and ready, on engines and in a folder of its own; gone at the end."""
    with scratch_folder() as folder, engines(folder, connections=_CONNECTIONS) as running:
        stage = Stage(running)
        try:
            yield _made(stage, running)
        finally:
            stage.end()


def listening(stage: Stage, url: str, number: int, *, position_filter: bool = True) -> Process:
    """A listener that is not started yet."""
    switch = [] if position_filter else ["--no-position-filter"]
    command = [sys.executable, "-m", "caytre.bench.faults.listener", *switch]
    environment = stage.environment("gateway") | {"DATABASE_URL": url}
    return stage.add(Process(f"listener-{number}", stage.folder, command, environment))


def _made(stage: Stage, running: Engines) -> World:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda service: service.migrate(), stage.platform.services))
    running.postgres.ensure_database(listener.SERVICE)
    url = running.postgres.database_url(listener.SERVICE)
    databases = {**stage.databases, listener.SERVICE: url}
    asyncio.run(listener.lay(url))
    mail = MailCapture(stage.folder)
    stage.add(mail)
    provinces = people.provinces()[:PROVINCES]
    made = World(
        running,
        stage,
        {service: _cell(stage, service, mail) for service in (*SPEAKING, "gateway")},
        [listening(stage, url, number) for number in (1, 2)],
        mail,
        databases,
        {province: people.tokens(stage, province) for province in provinces},
    )
    for process in made.processes:
        process.start()
    for process in made.processes:
        process.wait_ready()
    officer = made.tokens[provinces[0]]["officer"]
    address = made.cells["agreements"].api.address
    made.hosts = [register_partner(address, officer, f"Thành phố Minh Họa {number}") for number in range(HOSTS)]
    asyncio.run(_enter_desks(made))
    return made


def _cell(stage: Stage, service: str, mail: MailCapture) -> Cell:
    api = stage.process(service, "api")
    if service not in SPEAKING:
        return Cell(service, api, [stage.process(service, "worker", name=f"{service}-worker-{n}") for n in (1, 2)])
    request = stage.folder / f"stop-{service}"
    module = "caytre.bench.faults.stopping"
    workers = [stage.process(service, "worker", name=f"{service}-worker-{n}", module=module) for n in (1, 2)]
    for worker in workers:
        worker.environment |= {REQUEST: str(request), SERVICE: service}
    if service == "notifications":
        for process in (api, *workers):
            process.environment |= {"CAYTRE_SMTP": f"{LOOPBACK}:{mail.smtp_port}", **_MAIL}
    return Cell(service, api, workers, request)


async def _enter_desks(made: World) -> None:
    connection = await HttpConnection.open(LOOPBACK, made.ports["notifications"])

    async def send(path: str, key: str, content: bytes) -> HttpAnswer:
        return await connection.request(content)

    try:
        office = Office(next(iter(made.tokens.values())), send)
        for desk in people.desks(list(made.tokens)):
            await office.begin("ministry", "/recipients", desk)
    finally:
        connection.close()
