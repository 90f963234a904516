"""Who waits for a record's new version in this process, and is told when the projection has it.

A reader who changed a record and then asks for a view waits here without a connection. The projection tells just
before its commit, so a waiter looks again at once and then a few more times within milliseconds; where the projection
runs in another process nobody tells, and the waiter looks at its own pace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

#: Seconds between two looks: right after word of an arrival, and when nobody tells.
AT_ONCE = 0.001
OWN_PACE = 0.05


class Arrivals:
    """The waiters of one process, by record id."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def note(self, keys: Iterable[str]) -> None:
        """Messages about these records are about to be committed."""
        if self._waiting:
            for key in self._waiting.keys() & set(keys):
                for event in self._waiting[key]:
                    event.set()

    def wait(self, key: str) -> Waiter:
        """A waiter for one record, to be used as a context manager."""
        return Waiter(self._waiting, key)


class Waiter:
    """Between two looks at the view: `pause` sleeps until it is worth looking again."""

    def __init__(self, waiting: dict[str, set[asyncio.Event]], key: str) -> None:
        self._waiting = waiting
        self._key = key
        self._event = asyncio.Event()
        self._next = OWN_PACE

    def __enter__(self) -> Waiter:
        self._waiting.setdefault(self._key, set()).add(self._event)
        return self

    def __exit__(self, *_: object) -> None:
        events = self._waiting[self._key]
        events.discard(self._event)
        if not events:
            del self._waiting[self._key]

    async def pause(self, seconds: float) -> None:
        """Sleep until somebody tells, or it is time to look unasked; at most `seconds`."""
        try:
            async with asyncio.timeout(min(self._next, seconds)):
                await self._event.wait()
        except TimeoutError:
            self._next = min(self._next * 2, OWN_PACE)
            return
        self._event.clear()
        self._next = AT_ONCE
        await asyncio.sleep(min(AT_ONCE, seconds))


#: Shared by the projection and the endpoints of this process.
arrivals = Arrivals()
