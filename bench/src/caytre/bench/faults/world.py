"""What is broken in a fault run: an API, two relays, two gateways, two listeners, a broker, a database server."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from caytre.bench.commands import register_partner
from caytre.bench.engines import Engines, engines, scratch_folder
from caytre.bench.faults import listener
from caytre.bench.faults.stopping import REQUEST
from caytre.bench.stage import Process, Stage
from caytre.local.failures import SetupError

_LEADER = "SELECT owner FROM relay WHERE service = 'agreements' AND lease_until > clock_timestamp()"


@dataclass
class World:
    """All processes by what they do."""

    running: Engines
    stage: Stage
    api: Process
    relays: list[Process]
    gateways: list[Process]
    listeners: list[Process]
    stop_request: Path
    databases: dict[str, str]
    token: str
    partner: str

    @property
    def consumers(self) -> list[tuple[Process, Process]]:
        """The consumers by number: one gateway and one listener each."""
        return list(zip(self.gateways, self.listeners, strict=True))

    @property
    def processes(self) -> list[Process]:
        """All services' processes."""
        return [self.api, *self.relays, *self.gateways, *self.listeners]

    async def leader(self, seconds: float = 20) -> Process:
        """The relay that holds the lease. Raises TimeoutError when none takes it in time."""
        async with asyncio.timeout(seconds):
            while True:
                connection = await asyncpg.connect(self.databases["agreements"])
                owner = await connection.fetchval(_LEADER)
                await connection.close()
                for relay in self.relays:
                    if owner and relay.child.alive and str(owner).split(":")[1] == str(relay.pid):
                        return relay
                await asyncio.sleep(0.1)

    async def revive(self) -> None:
        """Thaw what is frozen and start what does not run, engines first; returns when all are ready."""
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
        await self.api_answers()

    async def api_answers(self, seconds: float = 60) -> None:
        """Wait until the API says it is ready. Raises SetupError."""
        await asyncio.to_thread(self.api.wait_ready, seconds)


@contextmanager
def world(*, position_filter: bool = True) -> Iterator[World]:
    """Everything running and ready, on engines and in a folder of its own; gone at the end."""
    with scratch_folder() as folder, engines(folder) as running:
        stage = Stage(running)
        try:
            yield _made(stage, running, position_filter)
        finally:
            stage.end()


def _made(stage: Stage, running: Engines, position_filter: bool) -> World:
    stage.migrate()
    running.postgres.ensure_database(listener.SERVICE)
    databases = {**stage.databases, listener.SERVICE: running.postgres.database_url(listener.SERVICE)}
    asyncio.run(listener.lay(databases[listener.SERVICE]))
    stop_request = stage.folder / "stop"
    relays = [
        stage.process("agreements", "worker", name=f"relay-{n}", module="caytre.bench.faults.stopping") for n in (1, 2)
    ]
    for relay in relays:
        relay.environment[REQUEST] = str(stop_request)
    switch = [] if position_filter else ["--no-position-filter"]
    environment = stage.environment("gateway") | {"DATABASE_URL": databases[listener.SERVICE]}
    command = [sys.executable, "-m", "caytre.bench.faults.listener", *switch]
    made = World(
        running,
        stage,
        stage.process("agreements", "api"),
        relays,
        [stage.process("gateway", "worker", name=f"gateway-{n}") for n in (1, 2)],
        [stage.add(Process(f"listener-{n}", stage.folder, command, environment)) for n in (1, 2)],
        stop_request,
        databases,
        stage.token("locality_officer"),
        "",
    )
    for process in made.processes:
        process.start()
    for process in made.processes:
        process.wait_ready()
    made.partner = register_partner(made.api.address, made.token)
    if not made.partner:
        raise SetupError("the partner of the proposals was not registered")
    return made
