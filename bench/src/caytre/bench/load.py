"""The load generator: a process of its own that posts one body over many connections, each time under a new key.

`python -m caytre.bench.load` reads a Load as JSON from its standard input and prints a Measured as JSON.
"""

import asyncio
import gc
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from time import perf_counter

import psutil
import uvloop

from caytre.bench.engines import pin
from caytre.bench.http_client import HttpConnection
from caytre.core.ids import new_id


@dataclass(frozen=True, slots=True)
class Load:
    """What to post where for how long (seconds); `pid` is the process whose CPU time counts."""

    port: int
    path: str
    body: str
    headers: dict[str, str]
    pid: int
    connections: int = 16
    warm_up: float = 1.0
    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests answered with 201 in the measured seconds, others by status, latencies in ms, CPU in µs per request."""

    count: int
    refused: dict[str, int]
    per_second: float
    p50: float
    p99: float
    cpu: float


def run(load: Load, cores: Sequence[int]) -> Measured:
    """Run the load in a process on these cores and wait for it."""
    with subprocess.Popen(
        [sys.executable, "-m", "caytre.bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        pin(process.pid, cores)
        out, _ = process.communicate(json.dumps(asdict(load)), timeout=load.warm_up + load.seconds + 60)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "load", out)
    return Measured(**json.loads(out))


async def _drive(load: Load) -> Measured:
    head = "".join(f"{name}: {value}\r\n" for name, value in load.headers.items())
    body = load.body.encode()
    before = f"POST {load.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{head}idempotency-key: ".encode()
    after = f"\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
    process = psutil.Process(load.pid)
    latencies: list[float] = []
    refused: dict[str, int] = {}
    begin = perf_counter() + load.warm_up
    end = begin + load.seconds

    async def post_again_and_again() -> None:
        connection = await HttpConnection.open("127.0.0.1", load.port)
        while (started := perf_counter()) < end:
            answer = await connection.request(before + str(new_id()).encode() + after)
            if started >= begin:
                if answer.status == 201:
                    latencies.append(perf_counter() - started)
                else:
                    refused[str(answer.status)] = refused.get(str(answer.status), 0) + 1
        connection.close()

    async def cpu_time() -> float:
        await asyncio.sleep(begin - perf_counter())
        first = process.cpu_times()
        await asyncio.sleep(end - perf_counter())
        last = process.cpu_times()
        return last.user + last.system - first.user - first.system

    posting = [asyncio.create_task(post_again_and_again()) for _ in range(load.connections)]
    spent = await cpu_time()
    await asyncio.gather(*posting)
    ordered = sorted(latencies) or [0.0]
    return Measured(
        len(latencies),
        refused,
        len(latencies) / load.seconds,
        ordered[len(ordered) // 2] * 1000,
        ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000,
        spent / max(1, len(latencies)) * 1e6,
    )


def main() -> None:
    """The process."""
    load = Load(**json.load(sys.stdin))
    gc.disable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        json.dump(asdict(runner.run(_drive(load))), sys.stdout)


if __name__ == "__main__":
    main()
