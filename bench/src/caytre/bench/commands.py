"""`POST /agreements` on one core with everything on, against the same by hand and by the book, in the same rounds."""

import http.server
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2

from caytre.bench import baselines, load
from caytre.bench.engines import Engines, cores, pin
from caytre.bench.load import Load, Measured
from caytre.bench.results import Goal, Result, Table, middle
from caytre.bench.stage import HUNG_YEN, Process, Stage
from caytre.core.ids import new_id
from caytre.local.ports import LOOPBACK, free_port


@dataclass(frozen=True, slots=True)
class Plan:
    """How often, how long (seconds), over how many connections."""

    rounds: int = 5
    seconds: float = 5.0
    connections: int = 16


class _Sink(http.server.BaseHTTPRequestHandler):
    """A collector that takes spans and forgets them."""

    def do_POST(self) -> None:
        """Called by the server."""
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def collector() -> Iterator[str]:
    """The address of a collector of traces that runs meanwhile."""
    server = http.server.ThreadingHTTPServer((LOOPBACK, 0), _Sink)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()


def proposal(partner: str) -> dict[str, object]:
    """The body that every variant gets."""
    return {
        "title_vi": "Thỏa thuận hợp tác hữu nghị giữa hai địa phương",
        "locality": HUNG_YEN,
        "signatory_type": "PROVINCE_PC",
        "form": "agreement",
        "channel": "state",
        "fields": ["EDUCATION"],
        "languages": ["vi", "ko"],
        "rationale": "Tiếp nối mười năm trao đổi học sinh và giáo viên.",
        "foreign_parties": [{"partner_id": partner}],
    }


def register_partner(address: str, token: str, name: str = "Thành phố Minh Họa") -> str:
    """A partner to propose agreements with; returns its id."""
    answer = httpx2.post(
        f"{address}/partners",
        json={"type": "foreign_locality", "names": {"vi": name}, "country": "KR"},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())},
        trust_env=False,
        timeout=30,
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


def _baseline(stage: Stage, running: Engines, name: str) -> Process:
    port = free_port()
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "BASELINE_DATABASE_URL": running.postgres.database_url("baseline"),
    }
    command = [
        sys.executable, "-m", "uvicorn", f"caytre.bench.baselines.{name}:app", "--host", LOOPBACK, "--port", str(port),
        "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-server-header", "--log-level", "warning",
    ]  # fmt: skip
    return stage.add(Process(name, running.folder, command, environment, port))


def measure(running: Engines, plan: Plan) -> Result:
    """Rounds of all variants in turn; each round begins with another one."""
    first, *rest = cores()
    others = rest or [first]
    pin(os.getpid(), others)
    for engine in (running.postgres, running.kafka):
        if engine.pid is not None:
            pin(engine.pid, others)
    with collector() as otlp:
        stage = Stage(running, otlp=otlp)
        try:
            return _result(plan, _rounds(stage, running, plan, first, others))
        finally:
            stage.end()
            pin(os.getpid(), [first, *rest])


def _rounds(stage: Stage, running: Engines, plan: Plan, core: int, others: list[int]) -> dict[str, list[Measured]]:
    stage.migrate()
    running.postgres.ensure_database("baseline")
    owner = "SET ROLE caytre_baseline;"
    running.postgres.sql(owner + baselines.TABLES, "caytre_baseline")
    ours = stage.process("agreements", "api").on(core)
    servers = {"caytre": ours, **{name: _baseline(stage, running, name).on(core) for name in ("raw", "textbook")}}
    for server in servers.values():
        server.start()
    for server in servers.values():
        server.wait_ready()
    token = stage.token("locality_officer")
    body = json.dumps(proposal(register_partner(ours.address, token)), ensure_ascii=False)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    found: dict[str, list[Measured]] = {name: [] for name in servers}
    names = list(servers)
    for n in range(plan.rounds):
        for name in names[n % 3 :] + names[: n % 3]:
            server = servers[name]
            posted = Load(
                server.port or 0, "/agreements", body, headers, server.pid, plan.connections, seconds=plan.seconds
            )
            found[name].append(load.run(posted, others))
    return found


def _row(name: str, rounds: list[Measured]) -> tuple[str, float, float, float, float, float, float, float, int]:
    rates, cpu = [r.per_second for r in rounds], [r.cpu for r in rounds]
    refused = sum(count for r in rounds for count in r.refused.values())
    p50, p99 = middle([r.p50 for r in rounds]), middle([r.p99 for r in rounds])
    return name, middle(rates), min(rates), max(rates), middle(cpu), min(cpu), p50, p99, refused


_SAID = {
    "caytre": "agreements, everything on",
    "raw": "by hand: Starlette, asyncpg, two inserts",
    "textbook": "by the book: FastAPI, SQLAlchemy ORM, outbox",
}


def _result(plan: Plan, found: dict[str, list[Measured]]) -> Result:
    rows = [_row(_SAID[name], rounds) for name, rounds in found.items()]
    rate = {name: middle([r.per_second for r in rounds]) for name, rounds in found.items()}
    tail = {name: middle([r.p99 for r in rounds]) for name, rounds in found.items()}
    to_raw, to_textbook = rate["caytre"] / rate["raw"], rate["caytre"] / rate["textbook"]
    to_tail = tail["caytre"] / tail["textbook"]
    cpu = {name: middle([r.cpu for r in rounds]) for name, rounds in found.items()}
    ratios = Table(
        "Ratios",
        ("agreements against", "requests per second", "CPU per request", "p99"),
        [
            (_SAID[name], rate["caytre"] / rate[name], cpu["caytre"] / cpu[name], tail["caytre"] / tail[name])
            for name in ("raw", "textbook")
        ],
    )
    columns = (
        "what", "requests/s", "lowest", "highest", "CPU µs/request", "lowest CPU", "p50 ms", "p99 ms", "refused",
    )  # fmt: skip
    return Result(
        "commands",
        "Commands: POST /agreements on one core",
        {"connections": plan.connections, "rounds": plan.rounds, "seconds per round": plan.seconds, "fsync": "on",
         "server": "uvicorn, uvloop, httptools, one process pinned to one core",
         "other core": "PostgreSQL, load generator, collector of traces", "traces": "10 %"},
        [Table("Medians of the rounds", columns, rows), ratios],
        [
            Goal("throughput ÷ by hand", "≥ 0.6 (floor 0.5)", f"{to_raw:.2f}", to_raw >= 0.6),
            Goal("throughput ÷ by the book", "≥ 3 (floor 2.5)", f"{to_textbook:.2f}", to_textbook >= 3),
            Goal("p99 ÷ by the book", "≤ 0.25", f"{to_tail:.2f}", to_tail <= 0.25),
        ],
        [
            "The agreements service also reads the partner, applies the rules of the proposal and pins the procedure; "
            "the baselines only store what they are given."
        ],
    )  # fmt: skip
