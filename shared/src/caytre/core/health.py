"""Liveness and readiness that mean something: the loop turns, the database answers, relay and consumers progress.

Live says "do not restart me"; a database that is away is no reason to restart. Ready says "send me requests".
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import asyncpg
from fastapi import APIRouter, Depends
from starlette.responses import Response

from caytre.core.metrics import event_loop_lag
from caytre.core.storing.database import DISCONNECTS
from caytre.core.web.query_parameters import only_declared

#: A check answers None when all is well, else the reason in a few words. It may raise what a database raises.
Check = Callable[[], Awaitable[str | None]]
CHECK_SECONDS = 2.0
#: A changed password or a right that was taken away is as much a reason as a database that is away.
_NOT_WELL: tuple[type[BaseException], ...] = (asyncpg.PostgresError, *DISCONNECTS)
LAG_INTERVAL = 0.5
STUCK_SECONDS = 10.0


class Heartbeat:
    """A loop's sign of life: `beat()` on every turn; `check` complains when the last is too long ago."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last = time.monotonic()

    def beat(self) -> None:
        """The loop has made a turn, whether or not there was work."""
        self._last = time.monotonic()

    async def check(self) -> str | None:
        """None while the loop turns."""
        silent = time.monotonic() - self._last
        return None if silent <= self._seconds else f"no turn for {silent:.0f} s"


class Health:
    """The checks of one process and its two answers, `/health/live` and `/health/ready`."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._ready = False
        self._lag = 0.0
        self.router = APIRouter(include_in_schema=False, dependencies=[Depends(only_declared)])
        for path, answer in (("/health/live", self.live), ("/health/ready", self.ready)):
            self.router.add_api_route(path, answer, openapi_extra={"security": []}, methods=["GET"])

    def add(self, name: str, check: Check) -> None:
        """Readiness needs this check to pass."""
        self._checks[name] = check

    def heartbeat(self, name: str, seconds: float = STUCK_SECONDS) -> Heartbeat:
        """A new heartbeat that readiness listens to."""
        heart = Heartbeat(seconds)
        self.add(name, heart.check)
        return heart

    def started(self) -> None:
        """Everything is open; from now on the checks decide."""
        self._ready = True

    def stopping(self) -> None:
        """Unready for good, so that no new request comes while the running ones finish."""
        self._ready = False

    async def live(self) -> Response:
        """200 while the event loop turns; the lag of its last half second in seconds."""
        return _answer(200, {"status": "live", "event_loop_lag": round(self._lag, 4)})

    async def ready(self) -> Response:
        """200 when started and every check passes, else 503 naming what does not."""
        if not self._ready:
            return _answer(503, {"status": "stopping or starting", "checks": {}})
        results = await asyncio.gather(*[_passed(check) for check in self._checks.values()])
        named = {name: reason or "ok" for name, reason in zip(self._checks, results, strict=True)}
        well = not any(results)
        return _answer(200 if well else 503, {"status": "ready" if well else "unready", "checks": named})

    @contextmanager
    def watching_the_loop(self) -> Iterator[None]:
        """Measure how late the event loop wakes; needs a running loop."""
        watching = asyncio.get_running_loop().create_task(self._watch(), name="event-loop-lag")
        try:
            yield
        finally:
            watching.cancel()

    async def _watch(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(LAG_INTERVAL)
            self._lag = max(0.0, time.monotonic() - before - LAG_INTERVAL)
            event_loop_lag.record(self._lag)


async def _passed(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except _NOT_WELL as error:
        return type(error).__name__


def _answer(status: int, content: dict[str, object]) -> Response:
    return Response(json.dumps(content), status, {"Cache-Control": "no-store"}, "application/json")
