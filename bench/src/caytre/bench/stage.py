"""The services on a benchmark's engines, every process by itself: which role, which port, which cores."""

import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx2
import psutil

from caytre.bench.engines import Engines, pin
from caytre.local import issuer
from caytre.local.failures import SetupError
from caytre.local.platform import Platform
from caytre.local.ports import LOOPBACK, free_port
from caytre.local.process import Child
from caytre.local.services import SERVICES
from caytre.local.settings import Settings

HUNG_YEN = "VN-P-2025-33"


class Process:
    """One process of a run. `kill`, `freeze` and `thaw` do to it what its name says."""

    def __init__(
        self, name: str, folder: Path, command: Sequence[str], environment: Mapping[str, str], port: int | None = None
    ) -> None:
        self.name = name
        self.command = tuple(command)
        self.environment = dict(environment)
        self.folder = folder
        self.port = port
        self.cores: tuple[int, ...] = ()
        self.child = Child(name, folder / "run" / f"{name}.json", folder / "log" / f"{name}.log")

    @property
    def address(self) -> str:
        """Its origin."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int:
        """The process id. Raises SetupError when it does not run."""
        pid = self.child.pid
        if pid is None:
            raise SetupError(f"{self.name} does not run:\n{self.child.output()}")
        return pid

    def start(self) -> None:
        """Start it, on its cores where it has some."""
        self.child.spawn(self.command, self.environment, cwd=self.folder)
        if self.cores:
            pin(self.pid, self.cores)

    def on(self, *cores: int) -> "Process":
        """The same process, bound to these cores from its start on."""
        self.cores = cores
        return self

    def is_ready(self) -> bool:
        """True when it says so itself; a process without a port is ready when it runs."""
        if self.port is None:
            return self.child.alive
        try:
            return httpx2.get(f"{self.address}/health/ready", timeout=2, trust_env=False).status_code == 200
        except httpx2.HTTPError:
            return False

    def wait_ready(self, seconds: float = 60) -> None:
        """Raises SetupError with its last words when it is not ready in time."""
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            if not self.child.alive or time.monotonic() > deadline:
                raise SetupError(f"{self.name} is not ready:\n{self.child.output()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()

    def freeze(self) -> None:
        """SIGSTOP."""
        self.child.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self.child.send(signal.SIGCONT)

    @property
    def frozen(self) -> bool:
        """True while it is stopped."""
        return self.child.alive and psutil.Process(self.pid).status() == psutil.STATUS_STOPPED


class Stage:
    """Databases, keys and an issuer for all services, and the processes that were made here."""

    def __init__(self, running: Engines, *, otlp: str | None = None, traced: float = 0.1) -> None:
        databases = {}
        for service in SERVICES:
            running.postgres.ensure_database(service.name)
            databases[service.name] = running.postgres.database_url(service.name)
        ports = {name: free_port() for name in (*(service.name for service in SERVICES), "mail")}
        settings = Settings(databases=databases, bootstrap_servers=running.kafka.address, otlp=otlp or "none")
        self.platform = Platform(running.folder, settings.with_ports(ports))
        self.folder = running.folder
        self.databases = databases
        self.processes: list[Process] = []
        self._tracing = {
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": str(traced),
            "OTEL_METRICS_EXPORTER": "none",
        }
        if otlp is None:
            self._tracing |= {"OTEL_TRACES_EXPORTER": "none"}
        issuer.prepare(self.folder)

    def migrate(self) -> None:
        """Bring every service's database to its present shape. Raises SetupError."""
        for service in self.platform.services:
            service.migrate()

    def environment(self, service: str) -> dict[str, str]:
        """What a process of the service is told."""
        [found] = [one for one in self.platform.settings.services if one.name == service]
        return self.platform.environment(found) | self._tracing | {"CAYTRE_LOG_LEVEL": "warning"}

    def process(
        self, service: str, role: str = "all", *, name: str | None = None, module: str | None = None
    ) -> Process:
        """A process of a service, not started yet; `module` is another entry than the service's own."""
        [found] = [one for one in self.platform.settings.services if one.name == service]
        # The gateway is told where the others' HTTP is: on their configured ports, and only there.
        port = found.port if role in ("all", "api") else free_port()
        command = [sys.executable, "-m", module or f"caytre.{service}", "serve", "--role", role, "--port", str(port)]
        return self.add(Process(name or f"{service}-{role}", self.folder, command, self.environment(service), port))

    def add(self, process: Process) -> Process:
        """Take part in the cleaning up at the end."""
        self.processes.append(process)
        return process

    def token(
        self,
        *roles: str,
        subject: str = "officer@example.org",
        locality: str = HUNG_YEN,
        organisation: str | None = None,
    ) -> str:
        """A token of the run's own issuer."""
        return issuer.mint(self.folder, subject=subject, roles=roles, localities=[locality], organisation=organisation)

    def end(self) -> None:
        """Kill whatever still runs."""
        for process in self.processes:
            process.thaw()
            process.kill()
            process.child.forget()
