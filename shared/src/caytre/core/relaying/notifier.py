"""How a process that does not lead tells the leader that it committed: one NOTIFY per 10 ms at most.

NOTIFY takes a lock at commit, so it is never part of a command; the leader's poll is the guarantee, this is a hint.
"""

from __future__ import annotations

import asyncio
import contextlib

from caytre.core.relaying.relay import CHANNEL
from caytre.core.storing.database import DISCONNECTS, Pool

QUIET_SECONDS = 0.01


class Notifier:
    """Debounced hints to the relay of another process."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._pending: asyncio.Task[None] | None = None
        self._again = False

    def notify(self) -> None:
        """Something was committed."""
        self._again = True
        if self._pending is None or self._pending.done():
            self._pending = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        # What is committed while the hint is on its way may be too late for it.
        while self._again:
            self._again = False
            with contextlib.suppress(*DISCONNECTS):
                await self._pool.execute(f"NOTIFY {CHANNEL}")
            await asyncio.sleep(QUIET_SECONDS)

    def stop(self) -> None:
        """Nothing more will be said."""
        if self._pending is not None:
            self._pending.cancel()
