"""How the platform is, asked of every process now."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from caytre.local import issuer
from caytre.local.control import running_state
from caytre.local.failures import SetupError
from caytre.local.operations import Operations
from caytre.local.platform import Platform, Process
from caytre.local.progress import Restarts, State
from caytre.local.services import RunningService

Condition = Literal["ready", "not ready", "restarting", "down", "external"]


@dataclass(frozen=True, slots=True)
class Line:
    """One engine or service; `complaints` say in words what is not well."""

    name: str
    kind: Literal["engine", "service"]
    condition: Condition
    address: str
    pid: int | None
    restarts: int
    complaints: tuple[str, ...]
    operations: Operations | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The whole platform."""

    phase: str
    supervisor: int | None
    folder: str
    lines: tuple[Line, ...]

    @property
    def well(self) -> bool:
        """True when everything runs, is ready and has nothing to complain of."""
        return self.phase == "running" and not any(line.complaints for line in self.lines)


def _line(process: Process, kind: Literal["engine", "service"], state: State | None, token: str) -> Line:
    restarts = state.restarts.get(process.name, Restarts()) if state is not None else Restarts()
    alive = process.child.adopt(search=False)
    operations = None
    complaints: list[str] = []
    condition: Condition
    if not alive:
        condition = "restarting" if state is not None and restarts.next_try is not None else "down"
        complaints.append(restarts.reason or "does not run")
    elif process.is_ready():
        condition = "ready"
        if isinstance(process, RunningService):
            operations = process.operations(token)
            complaints += ["does not answer /operations/status"] if operations is None else operations.complaints()
    else:
        condition = "not ready"
        complaints.append("runs, but does not answer that it is ready")
    return Line(
        process.name, kind, condition, process.address, process.child.pid, restarts.count, tuple(complaints), operations
    )


def _external(platform: Platform) -> list[Line]:
    given = {"kafka": platform.settings.bootstrap_servers, "traces": platform.settings.otlp}
    given |= {f"database of {service}": "given" for service in platform.settings.databases}
    return [Line(name, "engine", "external", address, None, 0, ()) for name, address in given.items() if address]


def report(platform: Platform) -> Report:
    """Ask everything at once and say how it is."""
    state = running_state(platform)
    try:
        token = issuer.mint(platform.folder, subject=f"uid:{os.geteuid()}", roles=["operator"], lifetime=60)
    except SetupError:
        token = ""
    engines: list[Process] = list(platform.engines)
    services: list[Process] = list(platform.services)
    with ThreadPoolExecutor(max_workers=16) as pool:
        lines = [
            *pool.map(lambda engine: _line(engine, "engine", state, token), engines),
            *_external(platform),
            *pool.map(lambda service: _line(service, "service", state, token), services),
        ]
    phase = state.phase if state is not None else "down"
    return Report(phase, state.pid if state is not None else None, str(platform.folder), tuple(lines))
