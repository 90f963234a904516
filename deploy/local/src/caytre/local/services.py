"""The services of the platform: one line each, and the process that runs one."""

import asyncio
import importlib.util
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from pydantic import ValidationError

from caytre.local.failures import SetupError
from caytre.local.operations import Operations
from caytre.local.ports import LOOPBACK, require_free
from caytre.local.process import PRIVATE, Child


@dataclass(frozen=True, slots=True)
class Service:
    """A service's name and port, and the command that takes `migrate` and `serve`."""

    name: str
    port: int
    command: tuple[str, ...]

    @property
    def address(self) -> str:
        """Its origin."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def migrations(self) -> Path | None:
        """Its folder of migrations, when it is a module of this installation."""
        _, *module = self.command[:3]
        spec = importlib.util.find_spec(module[1]) if module[:1] == ["-m"] else None
        folders = spec.submodule_search_locations if spec else None
        return Path(folders[0]) / "migrations" if folders else None


def _python(name: str, port: int) -> Service:
    return Service(name, port, (sys.executable, "-m", f"caytre.{name}"))


#: The gateway comes last: it is told the addresses of the others.
SERVICES = (
    _python("agreements", 8001),
    _python("delegations", 8002),
    _python("events", 8003),
    _python("notifications", 8004),
    _python("gateway", 8000),
)


class RunningService:
    """One service in role `all`, with the interface that engines have. Methods raise SetupError."""

    def __init__(self, service: Service, folder: Path, environment: Mapping[str, str]) -> None:
        self.service = service
        self.name = service.name
        self.folder = folder
        self.environment = environment
        self.child = Child(
            service.name, folder / "run" / f"{service.name}.json", folder / "log" / f"{service.name}.log"
        )

    @property
    def pid(self) -> int | None:
        """The process id while it lives."""
        return self.child.pid

    @property
    def address(self) -> str:
        """Its origin."""
        return self.service.address

    def migrate(self, timeout: float = 300) -> None:
        """Bring the service's database to the shape of this version, unless it has it; run to its end."""
        if self._is_migrated():
            return
        try:
            subprocess.run(
                [*self.service.command, "migrate"],
                env=dict(self.environment),
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=True,
                timeout=timeout,
                umask=PRIVATE,
            )
        except subprocess.CalledProcessError as error:
            last = (error.stderr or error.stdout).strip()[-1500:]
            raise SetupError(f"The migration of {self.name} failed:\n{last}") from error
        except subprocess.TimeoutExpired as error:
            raise SetupError(f"The migration of {self.name} did not end within {timeout:.0f} s.") from error

    def _is_migrated(self) -> bool:
        # Nearly every start finds it so; the service would load all of itself to see it, which is half of a warm start.
        folder = self.service.migrations
        if folder is None:
            return False
        # Loaded here: no other command of this tool needs it, and each would wait for it.
        from caytre.core.storing import migrations

        return asyncio.run(migrations.revision(self.environment["DATABASE_URL"])) == migrations.head(folder)

    def require_ports(self) -> None:
        """Raise SetupError when something else listens where this would."""
        require_free(self.service.port, f"the service {self.name}", f"CAYTRE_{self.name.upper()}_PORT")

    def start(self) -> None:
        """Start the service in the background; `wait_ready` says when it can be used."""
        self.require_ports()
        command = [*self.service.command, "serve", "--role", "all", "--port", str(self.service.port)]
        self.child.spawn(command, self.environment, cwd=self.folder)

    def is_ready(self, timeout: float = 2) -> bool:
        """True when the service says it is."""
        return self.child.alive and self.readiness(timeout)[0]

    def readiness(self, timeout: float = 2) -> tuple[bool, Any]:
        """What `GET /health/ready` answers: ready or not, and its JSON."""
        try:
            answer = httpx2.get(f"{self.address}/health/ready", timeout=timeout, trust_env=False)
            return answer.status_code == 200, answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            return False, {"error": str(error)}

    def operations(self, token: str, timeout: float = 8) -> Operations | None:
        """What `GET /operations/status` answers to an operator, None when it does not; it may ask Kafka for 5 s."""
        headers = {"Authorization": f"Bearer {token}"}
        try:
            answer = httpx2.get(f"{self.address}/operations/status", headers=headers, timeout=timeout, trust_env=False)
            return Operations.model_validate_json(answer.content) if answer.status_code == 200 else None
        except (httpx2.HTTPError, ValidationError):
            return None

    def wait_ready(self, timeout: float = 60) -> None:
        """Wait until the service says it is ready; raises SetupError with its last words."""
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            if not self.child.alive:
                raise SetupError(f"{self.name} ended at once:\n{self.child.output()}\n(all of it in {self.child.log})")
            if time.monotonic() > deadline:
                _, why = self.readiness()
                raise SetupError(f"{self.name} is not ready after {timeout:.0f} s: {why}; see {self.child.log}")
            time.sleep(0.05)

    def stop(self, timeout: float = 20) -> bool:
        """SIGTERM, on which the service finishes what it has begun; killed after `timeout` seconds."""
        return self.child.end(signal.SIGTERM, timeout)

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()
