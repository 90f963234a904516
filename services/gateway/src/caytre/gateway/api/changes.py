"""One change feed over all services."""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic_core import to_json
from starlette.responses import Response

from caytre.core.refusals import Words
from caytre.core.relaying.feed import RESTARTED
from caytre.core.relaying.following import EventStream
from caytre.core.web.app import Router
from caytre.core.web.auth import caller_of
from caytre.core.web.http_refusals import Unauthenticated
from caytre.core.web.openapi import documented
from caytre.gateway import feeds

LONGEST_WAIT = 30.0

router = Router(tags=["changes"])


@documented(operation="changes.read")
async def may_follow(request: Request) -> None:
    """Whether the caller may follow the changes at all; which ones is decided by each service."""
    request.app.state.policy.require("changes.read", caller_of(request))


_MAY = [Depends(may_follow)]


@router.get("/changes", summary="What happened in all services since a cursor", dependencies=_MAY, responses=RESTARTED)
async def changes(
    request: Request,
    after: Annotated[str | None, Query(max_length=2048, description="`next` of the last page.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for something new.")] = 0,
) -> Response:
    """CloudEvents that the reader may see. A service in `unavailable` is read from the same place the next time."""
    cursors, followers = request.app.state.cursors, request.app.state.followers
    places = feeds.read_cursor(cursors, after)
    with followers.following(caller_of(request)) if wait else nullcontext():
        page = await _page(request, places, limit, wait)
    body = {
        "items": page.items,
        "next": feeds.write_cursor(cursors, page.places),
        "heads": page.heads,
        "unavailable": page.unavailable,
    }
    return Response(to_json(body), media_type="application/json")


@router.get(
    "/changes/stream",
    summary="The same as server-sent events",
    response_class=StreamingResponse,
    dependencies=_MAY,
    responses=RESTARTED,
)
async def stream(
    request: Request,
    after: Annotated[str | None, Query(max_length=2048)] = None,
    last_event_id: Annotated[str | None, Header(max_length=2048)] = None,
) -> StreamingResponse:
    """One event per message, its id the cursor behind it; continue with Last-Event-ID."""
    places = feeds.read_cursor(request.app.state.cursors, last_event_id or after)
    with ExitStack() as stack:
        stack.enter_context(request.app.state.followers.following(caller_of(request)))
        # What a service refuses is told before the stream begins; afterwards there is no status to tell it with.
        await _page(request, places, 1, 0)
        return EventStream(feeds.stream(request, places), stack.pop_all().close)


async def _page(request: Request, places: feeds.Places, limit: int, wait: float) -> feeds.Changes:
    try:
        return await feeds.changes(request, places, limit, wait)
    except feeds.NotReadable as refused:
        raise Unauthenticated(
            reason=Words(f"{refused} không nhận mã này", f"{refused} does not take this token")
        ) from refused
