"""The inbox over HTTP: what one's roles and organisation are told, as a list and as a stream."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from caytre.contracts.notifications import NotificationState
from caytre.core.caller import Caller
from caytre.core.reading import Records
from caytre.core.relaying.feed import RESTARTED, Feed, Place
from caytre.core.relaying.following import EventStream
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.commanding import asking, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.notifications.commands import records as commands
from caytre.notifications.policy import policy
from caytre.notifications.queries.lists import NotificationFilter, is_mine, list_notifications
from caytre.notifications.tables import NOTIFICATIONS

router = Router(prefix="/notifications", tags=["notifications"], responses=REFUSED)
records = Records(NOTIFICATIONS, policy)
Reader = Annotated[Caller, Depends(asking("notification.read"))]
Status = Literal["QUEUED", "RETRYING", "SENT", "INBOX", "FAILED", "DEAD"]
_OURS = "caytre.notification."


@router.get("", summary="The inbox, newest first")
async def notifications(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    mine: Annotated[bool, Query(description="Of one's own roles and organisation; else all that one may see.")] = True,
    status: Annotated[list[Status], Query(max_length=6)] = [],  # noqa: B006 - FastAPI copies it
    acknowledged: bool | None = None,
    cause: Annotated[UUID | None, Query(description="The causing message.")] = None,
    about: Annotated[UUID | None, Query(description="The record that the causing message is about.")] = None,
) -> Response:
    wanted = NotificationFilter(mine=mine, status=status, acknowledged=acknowledged, cause=cause, about=about)
    found = await list_notifications(database_of(request), caller, wanted, page)
    return page.respond(found.items, found.next_key, position=found.position)


@router.get(
    "/stream",
    summary="The inbox as server-sent events: one's own notifications as they are told, sent, failed or noted",
    response_class=StreamingResponse,
    responses=RESTARTED,
)
async def stream(
    request: Request,
    caller: Reader,
    after: Annotated[str | None, Query(max_length=40, description="`<epoch>.<position>` of the last event.")] = None,
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
) -> StreamingResponse:
    state, given = request.app.state, last_event_id or after
    feed = Feed("notifications", state.database, state.watch)
    with ExitStack() as stack:
        stack.enter_context(state.followers.following(caller))
        _, place, head = await feed.page(caller, Place.parse(given), 0)
        return EventStream(feed.stream(caller, place if given else head, partial(_mine, caller)), stack.pop_all().close)


def _mine(caller: Caller, event: dict[str, Any]) -> dict[str, Any] | None:
    """The notification that an event is about, if it is one's own."""
    state: dict[str, Any] = event.get("data", {}).get("state", {})
    return state if event["type"].startswith(_OURS) and is_mine(caller, state.get("audience", {})) else None


@router.get("/{id}", response_model=NotificationState, summary="One notification with its cause and its delivery")
async def notification(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.post("/{id}/acknowledgement", response_model=NotificationState, summary="Take note")
async def acknowledge(change: Annotated[Change, Depends(changing("notification.acknowledge"))]) -> Response:
    return respond(await commands.acknowledge_notification(change))
