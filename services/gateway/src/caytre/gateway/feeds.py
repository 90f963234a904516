"""One change feed over all services: each keeps its own positions, one cursor names them all."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from typing import Any

from fastapi import Request
from pydantic_core import to_json

from caytre.core.web.http_refusals import CursorOfAnotherQuery, HttpRefusal
from caytre.core.web.paging import Cursors
from caytre.gateway.upstream import Content, ServiceAway, Upstreams

BEGINNING = "0.0"
HEARTBEAT = 15.0
#: A stream fetches so many at a time.
PAGE = 200
#: What a service may take to answer beyond the time it was asked to wait.
GRACE = 5.0

_PLACE = re.compile(r"[0-9]{1,9}\.[0-9]{1,18}")
_QUERY = b"changes"

Places = Mapping[str, str]


class FeedRestarted(HttpRefusal):
    """410: a service's database was restored since; its later positions were given anew."""

    status = 410
    en = "The journal of {service} was restored. Read again from after={cursor}."
    vi = "Nhật ký của {service} đã được khôi phục. Hãy đọc lại từ after={cursor}."

    def members(self) -> dict[str, str]:
        """`restart`: the cursor to read on from."""
        return {"restart": str(self.facts["cursor"])}


class NotReadable(Exception):
    """A service refuses this reader, for instance because the token has expired meanwhile."""


@dataclass(slots=True)
class Changes:
    """A page of all services: the events, where to go on, each service's head, and who could not be asked."""

    items: list[dict[str, Any]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    unavailable: list[str] = field(default_factory=list)


def write_cursor(cursors: Cursors, places: Places) -> str:
    """The opaque cursor for these places."""
    return cursors.write(_QUERY, [text for pair in sorted(places.items()) for text in pair])


def read_cursor(cursors: Cursors, cursor: str | None) -> dict[str, str]:
    """The places in a cursor; none at the beginning. Raises CursorOfAnotherQuery."""
    if not cursor:
        return {}
    values = [str(value) for value in cursors.read(_QUERY, cursor)]
    if len(values) % 2 or not all(_PLACE.fullmatch(place) for place in values[1::2]):
        raise CursorOfAnotherQuery
    return dict(zip(values[::2], values[1::2], strict=True))


async def changes(request: Request, places: Places, limit: int, wait: float) -> Changes:
    """What happened since, at most so many events; an empty answer waits so long (seconds) for something to happen.

    Raises FeedRestarted, NotReadable.
    """
    upstreams: Upstreams = request.app.state.upstreams
    answers = await asyncio.gather(*[_ask(upstreams, name, request, places, limit, 0) for name in upstreams.names])
    found = _gathered(request, dict(zip(upstreams.names, answers, strict=True)), places, limit)
    if found.items or not wait:
        return found
    reachable = [name for name in upstreams.names if name not in found.unavailable]
    if not reachable:
        return found
    waiting = {
        name: asyncio.create_task(_ask(upstreams, name, request, found.places, limit, wait)) for name in reachable
    }
    try:
        await _something_new(list(waiting.values()))
        answered = {name: task.result() for name, task in waiting.items() if task.done()}
    finally:
        for task in waiting.values():
            task.cancel()
    later = _gathered(request, answered, found.places, limit)
    later.unavailable = sorted({*later.unavailable, *found.unavailable})
    later.heads = found.heads | later.heads
    return later


async def stream(request: Request, places: Places) -> AsyncIterator[bytes]:
    """Server-sent events (HTML Living Standard section 9.2): one per message, its id the cursor behind it.

    Ends when a service refuses the reader; a client then connects again with Last-Event-ID and a new token.
    """
    cursors: Cursors = request.app.state.cursors
    while True:
        try:
            page = await changes(request, places, PAGE, HEARTBEAT)
        except (NotReadable, FeedRestarted):
            return
        now = dict(places)
        for item in page.items:
            now[_service(item)] = _place(item)
            id, data = write_cursor(cursors, now), to_json(item)
            yield b"id: %s\nevent: %s\ndata: %s\n\n" % (id.encode(), str(item["type"]).encode(), data)
        yield b"id: %s\n: %d services not available\n\n" % (
            write_cursor(cursors, page.places).encode(),
            len(page.unavailable),
        )
        if page.unavailable and not page.items:
            # A service that is away answers at once; the others need not be asked without pause meanwhile.
            await asyncio.sleep(1)
        places = page.places


async def _something_new(tasks: list[asyncio.Task[Content | None]]) -> None:
    pending = set(tasks)
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            content = task.result()
            if content is not None and (not content.found or content.value["items"]):
                return


async def _ask(
    upstreams: Upstreams, service: str, request: Request, places: Places, limit: int, wait: float
) -> Content | None:
    path = f"/changes?after={places.get(service, BEGINNING)}&limit={limit}&wait={wait:g}"
    try:
        return await upstreams.get(service, path, request, seconds=wait + GRACE)
    except ServiceAway:
        return None


def _gathered(request: Request, asked: Mapping[str, Content | None], places: Places, limit: int) -> Changes:
    found = Changes(places=dict(places))
    pages: dict[str, dict[str, Any]] = {}
    for service, content in asked.items():
        if content is None:
            found.unavailable.append(service)
        elif content.status == 410:
            raise _restarted(request, service, content, places)
        elif not content.found:
            raise NotReadable(service)
        else:
            pages[service] = content.value
            found.heads[service] = content.value["head"]
    # Within a service its own order holds; between services the time of the event decides.
    merged = merge(*(page["items"] for page in pages.values()), key=lambda item: str(item["time"]))
    found.items = [item for item, _ in zip(merged, range(limit), strict=False)]
    for service, page in pages.items():
        taken = [item for item in found.items if _service(item) == service]
        if len(taken) == len(page["items"]):
            found.places[service] = page["next"]
        elif taken:
            found.places[service] = _place(taken[-1])
    return found


def _restarted(request: Request, service: str, content: Content, places: Places) -> FeedRestarted:
    restart = str(content.value.get("restart", BEGINNING))
    again = {**places, service: restart if _PLACE.fullmatch(restart) else BEGINNING}
    return FeedRestarted(service=service, cursor=write_cursor(request.app.state.cursors, again))


def _service(item: Mapping[str, Any]) -> str:
    return str(item["source"]).rpartition("/")[2]


def _place(item: Mapping[str, Any]) -> str:
    return f"{item['epoch']}.{item['position']}"
