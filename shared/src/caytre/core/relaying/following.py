"""Who follows a feed, in one process: how many may, and one look at the journal's head for all of them.

A follower holds a connection for minutes. Without a bound a few clients take every socket, and each would ask the
database five times a second although nothing happens.
"""

from __future__ import annotations

import asyncio
import weakref
from collections import Counter
from collections.abc import AsyncIterable, Callable, Iterator
from contextlib import contextmanager, suppress

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from caytre.core.caller import Caller
from caytre.core.storing.database import Database
from caytre.core.web.http_refusals import HttpRefusal, TooManyRequests

LOOK_EVERY = 0.2
RETRY_SECONDS = 5
#: One reader's share: tabs and restarts that overlap, not a crowd.
MOST_OF_ONE = 20

_HEAD = "SELECT epoch, position FROM relay"

Head = tuple[int, int]


class TooManyFollowers(HttpRefusal):
    """503: this process serves as many followers of the feed as it may; come back, or read pages without waiting."""

    status = 503
    en = "Too many readers follow the changes now. Try again in {seconds} s, or read without `wait`."
    vi = "Hiện có quá nhiều nơi đang theo dõi thay đổi. Hãy thử lại sau {seconds} giây, hoặc đọc không dùng `wait`."


class Followers:
    """The followers of one process, at most `most`, and at most `of_one` of one client, subject and actor."""

    def __init__(self, most: int, of_one: int = MOST_OF_ONE) -> None:
        self._most = most
        self._of_one = of_one
        self._places: Counter[tuple[str, str, str | None]] = Counter()

    @property
    def count(self) -> int:
        """How many there are."""
        return self._places.total()

    @contextmanager
    def following(self, caller: Caller) -> Iterator[None]:
        """A place among the followers. Raises TooManyFollowers, and TooManyRequests for one who has too many."""
        who, retry = (caller.client, caller.subject, caller.actor), {"Retry-After": str(RETRY_SECONDS)}
        if self._places[who] >= self._of_one:
            raise TooManyRequests(seconds=RETRY_SECONDS, headers=retry)
        if self.count >= self._most:
            raise TooManyFollowers(seconds=RETRY_SECONDS, headers=retry)
        self._places[who] += 1
        try:
            yield
        finally:
            self._places[who] -= 1
            if not self._places[who]:
                del self._places[who]


class EventStream(StreamingResponse):
    """Server-sent events of one follower; `leave` is called when they end, also if they were never begun."""

    def __init__(self, events: AsyncIterable[str] | AsyncIterable[bytes], leave: Callable[[], None]) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events, media_type="text/event-stream", headers=headers)
        self._leave = weakref.finalize(self, leave)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the reader goes."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()


class Watch:
    """Looks at the head of the journal while somebody waits for it to move: one query for all who wait."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._head: Head | None = None
        self._waiting = 0
        self._looked = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def moved(self, seen: Head, seconds: float) -> None:
        """Wait until the head is another than the one seen, at most so long. Raises what the database raises."""
        self._waiting += 1
        if self._looking is None or self._looking.done():
            self._head = None
            self._looking = asyncio.create_task(self._look(), name="head-watch")
        looking = self._looking
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while self._head is None or self._head == seen:
                        await self._looked.wait()
                        if looking.done():
                            looking.result()
        finally:
            self._waiting -= 1
            if not self._waiting:
                looking.cancel()
                self._looking = None

    async def _look(self) -> None:
        try:
            while True:
                row = await self._database.query.fetchrow(_HEAD)
                head = (row["epoch"], row["position"]) if row is not None else (0, 0)
                if head != self._head:
                    self._head = head
                    self._wake()
                await asyncio.sleep(LOOK_EVERY)
        finally:
            self._wake()

    def _wake(self) -> None:
        self._looked.set()
        self._looked = asyncio.Event()
