"""Moving a rehearsal's business time forward, timer by timer, and waiting at each until everything has settled.

A timer is a rung of a deadline, or the beginning of a day that some service waits for. Days that nobody waits for begin
all the same, in order, when the next timer is reached.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from caytre.core.clock import VIETNAM, Backwards, Rehearsal
from caytre.local import issuer
from caytre.local.failures import SetupError
from caytre.local.operations import Operations
from caytre.local.platform import Platform

#: Seconds within which everything has to settle after a timer; longer means that something is stuck.
PATIENCE = 120.0
_POLL = 0.02

Told = Callable[["Stop"], None]
T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Stop:
    """One moment at which something fell due."""

    at: datetime
    number: int


class Timers(BaseModel):
    """What the notifications service says of its timers: the next of a deadline, and how much due now is not done."""

    deadline_at: datetime | None
    pending: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What everything said when nothing was on its way."""

    services: Sequence[Operations]
    timers: Timers

    def next_timer(self, now: datetime) -> datetime | None:
        """The next moment at which something falls due, None when nothing ever does."""
        days = (one.awaited_day for one in self.services if one.awaited_day is not None)
        moments = [datetime(day.year, day.month, day.day, tzinfo=VIETNAM) for day in days]
        if self.timers.deadline_at is not None:
            moments.append(self.timers.deadline_at)
        return min((moment for moment in moments if moment > now), default=None)


class Journey:
    """One way through time. Raises SetupError when the platform is no running rehearsal."""

    def __init__(self, platform: Platform) -> None:
        if platform.settings.rehearsal is None:
            raise SetupError(
                "This platform lives in real time, which nobody moves. `caytre up --rehearsal 2023-01-01` starts one "
                "with a clock of its own."
            )
        self._platform = platform
        self._clock = Rehearsal(platform.clock)
        self._services = {one.name: one.address for one in platform.settings.services}

    @property
    def now(self) -> datetime:
        """Business time."""
        return self._clock.now()

    def travel(self, to: datetime, told: Told) -> int:
        """Move to the moment, stopping at every timer on the way; returns how many there were.

        Raises SetupError for a moment that has passed and when something does not settle; what was reached stays.
        """
        if to < self.now:
            raise SetupError(
                f"Business time is {self.now.astimezone(VIETNAM):%Y-%m-%d %H:%M} already; it only moves forward."
            )
        return asyncio.run(self._travel(to, told))

    def settle(self) -> None:
        """Wait until nothing is on its way. Raises SetupError when something is parked, halted or takes too long."""
        asyncio.run(self._settle_once())

    async def _travel(self, to: datetime, told: Told) -> int:
        stops = 0
        async with self._asking() as client:
            settled = await self._settle(client)
            while (timer := settled.next_timer(self.now)) is not None and timer <= to:
                stops += 1
                told(Stop(timer, stops))
                self._move(timer)
                settled = await self._settle(client)
            self._move(to)
            await self._settle(client)
        return stops

    async def _settle_once(self) -> None:
        async with self._asking() as client:
            await self._settle(client)

    def _asking(self) -> httpx2.AsyncClient:
        token = issuer.mint(self._platform.folder, subject="clock@caytre.example", roles=["operator"])
        return httpx2.AsyncClient(trust_env=False, timeout=20, headers={"Authorization": f"Bearer {token}"})

    def _move(self, to: datetime) -> None:
        try:
            self._clock.travel(to)
        except Backwards:
            return  # while it settled, time went by on its own

    async def _settle(self, client: httpx2.AsyncClient) -> Settled:
        # Parts are not asked at one moment: only what is said twice in the same words was so at one.
        until, before = time.monotonic() + PATIENCE, None
        while True:
            timers = await self._ask(client, "notifications", "/timers/next", Timers)
            if timers.pending == 0:
                found = await asyncio.gather(
                    *[self._ask(client, name, "/operations/status", Operations) for name in self._services]
                )
                now = Settled(found, timers) if _quiet(found) else None
                if now is not None and now == before:
                    return now
                before = now
            if time.monotonic() > until:
                raise SetupError(
                    f"Not settled after {PATIENCE:.0f} s at {self.now.astimezone(VIETNAM):%Y-%m-%d %H:%M}; "
                    f"see `caytre status`."
                )
            if before is None:
                await asyncio.sleep(_POLL)

    async def _ask(self, client: httpx2.AsyncClient, service: str, path: str, kind: type[T]) -> T:
        try:
            answer = await client.get(self._services[service] + path)
            answer.raise_for_status()
            return kind.model_validate_json(answer.content)
        except (KeyError, httpx2.HTTPError, ValidationError) as error:
            raise SetupError(f"{service} does not answer {path}: {error}") from error


def _quiet(found: Sequence[Operations]) -> bool:
    for one in found:
        for consumer in one.consumers:
            if consumer.parked or consumer.halted is not None:
                raise SetupError(f"{consumer.consumer} has parked messages or is halted; see `caytre parked`.")
        relay = one.relay
        if relay is not None and (relay.outbox or relay.published != relay.position):
            return False
        if any(consumer.lag is None or consumer.behind for consumer in one.consumers):
            return False
    return True
