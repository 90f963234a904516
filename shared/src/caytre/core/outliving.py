"""Work that goes on for as long as its process: whatever fails in it, it is begun again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic

import structlog

from caytre.core.consuming.failures import is_passing
from caytre.core.faults import said_shortly

log = structlog.get_logger(__name__)

#: The pause after a failure (seconds), doubled up to the longest; and how long work must go on to be well again.
SHORTEST_PAUSE, LONGEST_PAUSE, WELL_AFTER = 0.5, 30.0, 60.0
#: So many failures in a row, and the process says that it is not ready.
MOST_FAILURES = 3


@dataclass
class Outliving:
    """One piece of work, run until cancelled. A failure that passes by itself is told, any other with its traceback."""

    name: str
    work: Callable[[], Awaitable[None]]
    pause: float = SHORTEST_PAUSE
    well_after: float = WELL_AFTER
    failures: int = field(default=0, init=False)
    error: str = field(default="", init=False)
    _begun: float | None = field(default=None, init=False)

    async def run(self) -> None:
        """Do the work again and again; it ends by cancellation only."""
        while True:
            self._begun = began = monotonic()
            try:
                await self.work()
                self.error = "it ended by itself"
            except Exception as error:
                self.error = said_shortly(error)
                log.warning("begun again", work=self.name, error=self.error, exc_info=not is_passing(error))
            self._begun = None
            self.failures = 1 if monotonic() - began > self.well_after else self.failures + 1
            await asyncio.sleep(min(self.pause * 2 ** min(self.failures - 1, 10), LONGEST_PAUSE))

    async def healthy(self) -> str | None:
        """Why it does not work, or None."""
        return f"{self.name}: {self.error}" if self.failures >= MOST_FAILURES and not self._is_well else None

    @property
    def _is_well(self) -> bool:
        return self._begun is not None and monotonic() - self._begun > self.well_after
