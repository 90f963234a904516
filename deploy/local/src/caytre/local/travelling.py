"""Moving a rehearsal's business time forward, timer by timer, and waiting at each until everything has settled."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import httpx2
from pydantic import BaseModel, Field, ValidationError

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
    """What the notifications service says of its timers: the next one after now, and how much due now is not done."""

    next: datetime | None = Field(alias="at")
    pending: int


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
        stops = 0
        with httpx2.Client(trust_env=False, timeout=20) as client:
            timers = self._settle(client)
            while timers.next is not None and timers.next <= to:
                stops += 1
                told(Stop(timers.next, stops))
                self._move(timers.next)
                timers = self._settle(client)
            self._move(to)
            self._settle(client)
        return stops

    def _move(self, to: datetime) -> None:
        try:
            self._clock.travel(to)
        except Backwards:
            return  # while it settled, time went by on its own

    def settle(self) -> None:
        """Wait until nothing is on its way. Raises SetupError when something is parked, halted or takes too long."""
        with httpx2.Client(trust_env=False, timeout=20) as client:
            self._settle(client)

    def _settle(self, client: httpx2.Client) -> Timers:
        # Parts are asked one after the other: only what is said twice in the same words was so at one moment.
        until, before = time.monotonic() + PATIENCE, None
        while True:
            found = [self._ask(client, name, "/operations/status", Operations) for name in self._services]
            timers = self._ask(client, "notifications", "/timers/next", Timers)
            now = (found, timers)
            if _quiet(found) and timers.pending == 0:
                if now == before:
                    return timers
                before = now
            else:
                before = None
            if time.monotonic() > until:
                raise SetupError(
                    f"Not settled after {PATIENCE:.0f} s at {self.now.astimezone(VIETNAM):%Y-%m-%d %H:%M}; "
                    f"see `caytre status`."
                )
            time.sleep(_POLL)

    def _ask(self, client: httpx2.Client, service: str, path: str, kind: type[T]) -> T:
        token = issuer.mint(self._platform.folder, subject="clock@caytre.example", roles=["operator"], lifetime=300)
        try:
            answer = client.get(self._services[service] + path, headers={"Authorization": f"Bearer {token}"})
            answer.raise_for_status()
            return kind.model_validate_json(answer.content)
        except (KeyError, httpx2.HTTPError, ValidationError) as error:
            raise SetupError(f"{service} does not answer {path}: {error}") from error


def _quiet(found: list[Operations]) -> bool:
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
