"""The change feed of one service: its journal as structured CloudEvents, filtered by what the reader may see.

Positions are gapless and given in commit order, so `after` misses nothing and needs no watermark. A page says where
to go on even when everything in it was hidden. Visibility is judged by the record's present row, never by a
message's own copy: the journal's row-level policy looks at the record.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from caytre.core.caller import Caller
from caytre.core.clock import machine_now
from caytre.core.refusals import Words
from caytre.core.relaying.following import EventStream, Watch
from caytre.core.storing.database import Database
from caytre.core.web.app import Router
from caytre.core.web.commanding import asking
from caytre.core.web.http_refusals import HttpRefusal, MalformedRequest

#: The operation of the service's policy that following the feed is.
READ = "changes.read"
LONGEST_WAIT, HEARTBEAT = 30.0, 15.0

_HEAD = "SELECT position, epoch FROM relay"
_RESTART = "SELECT coalesce(min(position) - 1, 0) FROM journal WHERE epoch = $1"
_ROWS = """
SELECT position, epoch, message_id, type, record_id, version, ordinal, data::text AS data, sensitivity, localities,
       occurred_at, recorded_at, pseudonym, traceparent, correlation_id, causation_id
FROM journal WHERE position > $1 AND position <= $2 ORDER BY position
"""


class FeedRestarted(HttpRefusal):
    """410: the database was restored since; positions after the restored one were given anew in a later epoch."""

    status = 410
    en = "The journal was restored. Read again from after={restart}."
    vi = "Nhật ký đã được khôi phục. Hãy đọc lại từ after={restart}."

    def members(self) -> dict[str, str]:
        """`restart`: the place to read on from."""
        return {"restart": str(self.facts["restart"])}


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the feed, written `<epoch>.<position>`; epoch 0 stands for the beginning."""

    epoch: int = 0
    position: int = 0

    @classmethod
    def parse(cls, text: str | None) -> Place:
        """Raises MalformedRequest."""
        if text is None:
            return cls()
        epoch, dot, position = text.partition(".")
        if not (dot and epoch.isdecimal() and position.isdecimal() and epoch.isascii() and position.isascii()):
            raise MalformedRequest(
                reason=Words(
                    "after phải có dạng <epoch>.<position>, như `next` của trang trước",
                    "after must be <epoch>.<position>, as `next` of the last page gave it",
                )
            )
        if len(epoch) > 9 or len(position) > 18:
            raise MalformedRequest(reason=Words("after vượt quá mọi vị trí", "after is beyond every position"))
        return cls(int(epoch), int(position))

    def __str__(self) -> str:
        return f"{self.epoch}.{self.position}"


def cloud_event(service: str, row: asyncpg.Record) -> dict[str, Any]:
    """A journal row in structured mode (CloudEvents 1.0.2, JSON event format)."""
    attributes = {
        "specversion": "1.0",
        "id": str(row["message_id"]),
        "source": f"/caytre/{service}",
        "type": row["type"],
        "subject": str(row["record_id"]),
        "time": row["occurred_at"].isoformat().replace("+00:00", "Z"),
        "dataschema": f"/schemas/{row['type']}",
        "datacontenttype": "application/json",
        "sequence": str(row["version"]),
        "ordinal": row["ordinal"],
        "position": row["position"],
        "epoch": row["epoch"],
        "actor": row["pseudonym"],
        "sensitivity": row["sensitivity"],
        "localities": ",".join(row["localities"]),
        "correlationid": str(row["correlation_id"]),
        "causationid": str(row["causation_id"]) if row["causation_id"] else None,
        "traceparent": row["traceparent"],
        "data": json.loads(row["data"]) if row["data"] is not None else None,
    }
    return {name: value for name, value in attributes.items() if value is not None}


def whole(event: dict[str, Any]) -> dict[str, Any]:
    """A reader of all changes gets each event as it is."""
    return event


class Feed:
    """Pages of one service's journal for a reader."""

    def __init__(self, service: str, database: Database, watch: Watch) -> None:
        self._service = service
        self._database = database
        self._watch = watch

    async def page(self, caller: Caller, after: Place, limit: int) -> tuple[list[dict[str, Any]], Place, Place]:
        """Events after a place, the place to go on from, and the head. Raises FeedRestarted."""
        async with self._database.reading(caller) as connection:
            head = await connection.fetchrow(_HEAD)
            if head is None:
                return [], after, after
            if after.epoch not in (0, head["epoch"]):
                restart = await connection.fetchval(_RESTART, head["epoch"])
                if after.position > restart:
                    raise FeedRestarted(restart=Place(head["epoch"], restart))
            until = min(after.position + limit, head["position"])
            rows = await connection.fetch(_ROWS, after.position, until) if until > after.position else []
        place = Place(head["epoch"], max(until, after.position))
        return [cloud_event(self._service, row) for row in rows], place, Place(head["epoch"], head["position"])

    async def waited(
        self, caller: Caller, after: Place, limit: int, seconds: float
    ) -> tuple[list[dict[str, Any]], Place, Place]:
        """The same, but an empty page waits so long for something to happen; no connection is held meanwhile."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            items, place, head = await self.page(caller, after, limit)
            left = end - asyncio.get_running_loop().time()
            if items or left <= 0:
                return items, place, head
            after = place
            if place.position >= head.position:
                await self._watch.moved((head.epoch, head.position), left)

    async def stream(
        self, caller: Caller, after: Place, told: Callable[[dict[str, Any]], dict[str, Any] | None] = whole
    ) -> AsyncIterator[str]:
        """Server-sent events (HTML Living Standard section 9.2): one per message, its id the place after it.

        `told` gives what is sent of an event, None for one that is passed over; behind each page comes an id without
        data, so that a client does not ask again for what was passed over or hidden. Ends when the reader's token
        expires (`exp`, RFC 9068); a client then connects again with a new one.
        """
        expires = caller.claims.get("exp")
        ends = float(expires) if isinstance(expires, int | float) else math.inf
        while (left := ends - machine_now().timestamp()) > 0:
            items, place, _ = await self.waited(caller, after, 200, min(HEARTBEAT, left))
            for item in items:
                content = told(item)
                if content is not None:
                    data = json.dumps(content, ensure_ascii=False)
                    yield f"id: {item['epoch']}.{item['position']}\nevent: {item['type']}\ndata: {data}\n\n"
            yield f"id: {place}\n: read so far\n\n"
            after = place


#: Documented for every road into the feed.
RESTARTED: dict[int | str, dict[str, Any]] = {
    410: {"description": "The journal was restored since; `restart` names the place to read on from."}
}


def feed_router(service: str) -> Router:
    """`GET /changes` and `GET /changes/stream` of one service."""
    router = Router(tags=["changes"])

    @router.get("/changes", summary="What happened since a place, as CloudEvents", responses=RESTARTED)
    async def changes(
        request: Request,
        caller: Annotated[Caller, Depends(asking(READ))],
        after: Annotated[str | None, Query(max_length=40, examples=["1.42"])] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
        wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for something new.")] = 0,
    ) -> Response:
        state, place = request.app.state, Place.parse(after)
        feed = Feed(service, state.database, state.watch)
        with state.followers.following(caller) if wait else nullcontext():
            items, place, head = await feed.waited(caller, place, limit, wait)
        body = {"items": items, "next": str(place), "head": str(head)}
        return Response(json.dumps(body, ensure_ascii=False), media_type="application/json")

    @router.get(
        "/changes/stream",
        summary="The same as server-sent events",
        response_class=StreamingResponse,
        responses=RESTARTED,
    )
    async def stream(
        request: Request,
        caller: Annotated[Caller, Depends(asking(READ))],
        after: Annotated[str | None, Query(max_length=40)] = None,
        last_event_id: Annotated[str | None, Header(max_length=40)] = None,
    ) -> StreamingResponse:
        state, place = request.app.state, Place.parse(last_event_id or after)
        feed = Feed(service, state.database, state.watch)
        with ExitStack() as stack:
            stack.enter_context(state.followers.following(caller))
            # A restored journal is told before the stream begins; afterwards there is no status to tell it with.
            await feed.page(caller, place, 0)
            return EventStream(feed.stream(caller, place), stack.pop_all().close)

    return router
