"""What the idle platform takes: memory as PSS, connections, and seconds to start; measured from outside."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from caytre.bench.engines import scratch_folder
from caytre.bench.results import Goal, Result, Table
from caytre.local import control
from caytre.local.folders import cache_folder
from caytre.local.platform import Platform
from caytre.local.ports import free_port
from caytre.local.services import SERVICES

_PORTS = (*(service.name for service in SERVICES), "kafka", "kafka_controller", "zipkin", "mail")
#: What five services may take together, and how many connections to PostgreSQL.
SERVICES_MIB, CONNECTIONS = 600, 60


@dataclass(frozen=True, slots=True)
class Plan:
    """Seconds of idling before the look."""

    idle: float = 60.0


def pss_mib(pid: int, *, family: bool = True) -> float:
    """Proportional set size of a process, with all its children or alone, MiB (proc(5), smaps_rollup)."""
    process = psutil.Process(pid)
    total = 0
    for each in (process, *(process.children(recursive=True) if family else ())):
        for line in Path(f"/proc/{each.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def measure(plan: Plan) -> Result:
    """Start a platform of its own twice, let it idle, look, and stop it."""
    with scratch_folder() as folder:
        environment = {**os.environ, "CAYTRE_HOME": str(folder), "CAYTRE_CACHE": str(cache_folder())}
        environment |= {f"CAYTRE_{name.upper()}_PORT": str(free_port()) for name in _PORTS}
        try:
            first = _caytre("up", environment)
            _caytre("down", environment)
            warm = _caytre("up", environment)
            time.sleep(plan.idle)
            platform = control.known(folder)
            services, engines = _memory(platform)
            connections = _connections(platform)
        finally:
            _caytre("down", environment)
    return _result(plan, first, warm, services, engines, connections)


def _caytre(command: str, environment: dict[str, str]) -> float:
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "caytre.cli.main", command],
        env=environment,
        check=True,
        capture_output=True,
        timeout=300,
    )
    return time.monotonic() - began


def _memory(platform: Platform) -> tuple[dict[str, float], dict[str, float]]:
    services: dict[str, float] = {}
    engines: dict[str, float] = {}
    for into, processes in ((services, platform.services), (engines, platform.engines)):
        for process in processes:
            if process.child.adopt() and process.child.pid is not None:
                into[process.name] = pss_mib(process.child.pid)
    if platform.supervisor.adopt() and platform.supervisor.pid is not None:
        engines["supervisor"] = pss_mib(platform.supervisor.pid, family=False)
    return services, engines


def _connections(platform: Platform) -> int:
    if platform.postgres is None:
        return 0
    return int(platform.postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'caytre_%';"))


def _result(
    plan: Plan, first: float, warm: float, services: dict[str, float], engines: dict[str, float], connections: int
) -> Result:
    ours, brought = sum(services.values()), sum(engines[n] for n in ("postgres", "kafka", "zipkin") if n in engines)
    rows = [(f"service {name}", mib) for name, mib in services.items()]
    rows += [(name, mib) for name, mib in engines.items()]
    return Result(
        "memory",
        "Memory, connections and start of the idle platform",
        {"idle seconds": plan.idle, "services": len(services), "memory": "PSS with children"},
        [
            Table(
                "MiB", ("what", "PSS MiB"), [*rows, ("services together", ours), ("Kafka, PostgreSQL, Zipkin", brought)]
            ),
            Table(
                "Start and connections",
                ("first start s", "warm start s", "PostgreSQL connections"),
                [(first, warm, connections)],
            ),
        ],
        [
            Goal("all services run", str(len(SERVICES)), str(len(services)), len(services) == len(SERVICES)),
            Goal(f"{len(services)} services", f"≤ {SERVICES_MIB} MiB", f"{ours:.0f} MiB", ours <= SERVICES_MIB),
            Goal("Kafka, PostgreSQL, Zipkin", "≤ 500 MiB", f"{brought:.0f} MiB", brought <= 500),
            Goal("connections", f"≤ {CONNECTIONS}", str(connections), connections <= CONNECTIONS),
            Goal("warm start", "≤ 15 s", f"{warm:.1f} s", warm <= 15),
        ],
        ["Each service is one process in the role all, as `caytre up` runs it; the mail capture counts as an engine."],
    )
