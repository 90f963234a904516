"""Commands at a steady rate, and the moment at which each was acknowledged."""

import asyncio
import json
from time import monotonic

from caytre.bench.commands import proposal
from caytre.bench.http_client import HttpConnection, request_bytes
from caytre.core.ids import new_id
from caytre.local.ports import LOOPBACK


async def propose_steadily(
    port: int, token: str, partner: str, rate: float, count: int, acknowledged: "asyncio.Queue[tuple[str, float]]"
) -> list[float]:
    """Propose `count` agreements, `rate` per second over 16 connections; puts (record id, monotonic seconds) of each.

    Returns the HTTP latencies in ms. Raises RuntimeError for any answer but 201.
    """
    body = json.dumps(proposal(partner), ensure_ascii=False).encode()
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    latencies: list[float] = []
    began, numbers = monotonic(), iter(range(count))

    async def work() -> None:
        connection = await HttpConnection.open(LOOPBACK, port)
        for n in numbers:
            await asyncio.sleep(max(0.0, began + n / rate - monotonic()))
            content = request_bytes("POST", "/agreements", {**headers, "idempotency-key": str(new_id())}, body)
            sent = monotonic()
            answer = await connection.request(content)
            now = monotonic()
            if answer.status != 201:
                raise RuntimeError(f"a proposal was answered with {answer.status}: {answer.body[:300]!r}")
            latencies.append((now - sent) * 1000)
            acknowledged.put_nowait((answer.header("consistency-token").partition("@")[0].rpartition("/")[2], now))
        connection.close()

    await asyncio.gather(*[work() for _ in range(16)])
    return latencies
