"""What is due: to the caller, as a list, as a calendar of days, and as an iCalendar feed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.responses import Response

from caytre.core.clock import business_today
from caytre.core.days import Day
from caytre.core.storing.database import Database
from caytre.core.web.app import Router
from caytre.core.web.auth import caller_of
from caytre.core.web.http_refusals import CursorOfAnotherQuery
from caytre.core.web.languages import language_of
from caytre.core.web.paging import Page, paging
from caytre.gateway.api.answers import VIEW, answer, listing
from caytre.gateway.consistency import reading
from caytre.gateway.model import desks
from caytre.gateway.presenting.feed import feed
from caytre.gateway.presenting.lines import due_line
from caytre.gateway.queries.lines import Line, lines_of
from caytre.gateway.queries.obligations import EARLIEST, NOWHERE, Due, on_desks
from caytre.gateway.queries.parts import view_part

router = Router(prefix="/views", tags=["views"])

#: Deadlines of one calendar at most, and of one page that the feed is put together from.
MOST_DAYS = 1000
#: Deadlines of one feed at most; a feed that is cut says so.
MOST_IN_FEED = 5000

Stale = Annotated[list[dict[str, Any]], Depends(reading("worklist.view"))]


@router.get("/worklist", summary="What is due to me, overdue first", response_class=Response, responses=VIEW)
async def worklist(request: Request, stale: Stale, page: Annotated[Page, Depends(paging())]) -> Response:
    """Open deadlines that the caller's localities or organisation answer for; those without a day stand last."""
    dues, owners, part = await _due(request, after=_after(page), until=None, most=page.limit + 1)
    language, today = language_of(request.scope), business_today()
    shown = [due_line(due, owners, language, today) for due in dues[: page.limit]]
    more = None
    if len(dues) > page.limit:
        day, id = dues[page.limit - 1].place
        more = [day.isoformat(), str(id)]
    view = {"board": "worklist", "parts": [part], **({"behind": stale} if stale else {})}
    return listing(request, "list.html", page, shown, more, view)


@router.get("/calendar", summary="The obligations calendar, by day", response_class=Response, responses=VIEW)
async def calendar(request: Request, stale: Stale, start: Day | None = None, end: Day | None = None) -> Response:
    """Open deadlines of the caller from `start` to `end`, both included; by default everything overdue and a year."""
    until = (end or business_today() + timedelta(days=366)) + timedelta(days=1)
    after = (start or EARLIEST, NOWHERE)
    dues, owners, part = await _due(request, after=after, until=until, most=MOST_DAYS + 1)
    language, today = language_of(request.scope), business_today()
    days: dict[date, list[dict[str, Any]]] = {}
    for due in dues[:MOST_DAYS]:
        if due.due_on:
            days.setdefault(due.due_on, []).append(due_line(due, owners, language, today))
    view = {
        "days": [{"day": day, "due": lines} for day, lines in days.items()],
        "truncated": len(dues) > MOST_DAYS,
        "parts": [part],
        **({"behind": stale} if stale else {}),
    }
    return answer(request, "calendar.html", view)


@router.get(
    "/calendar.ics",
    summary="The obligations calendar as an iCalendar feed",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
async def icalendar(
    request: Request,
    stale: Stale,
    days: Annotated[int, Query(ge=1, le=1830, description="How far ahead, in days.")] = 366,
) -> Response:
    """Open deadlines of the caller as whole days (RFC 5545); of a restricted record only that it is there.

    The feed holds the longest overdue first, up to a bound; beyond it an event of today says that there are more.
    """
    language, today = language_of(request.scope), business_today()
    dues, owners = await _dues_until(request, today + timedelta(days=days))
    lines = [(due, due_line(due, owners, language, today)) for due in dues[:MOST_IN_FEED]]
    cut = (today, MOST_IN_FEED) if len(dues) > MOST_IN_FEED else None
    # The caller's Host is not to be trusted with what others click on: a proxy may pass on whatever it was sent.
    origin = request.app.state.public_url or str(request.base_url).rstrip("/")
    body = feed(lines, origin, language, cut)
    headers = {"Content-Language": language, "Cache-Control": "private, max-age=300", "Vary": "Accept-Language"}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


async def _dues_until(request: Request, until: date) -> tuple[list[Due], Mapping[UUID, Line]]:
    """What is due before `until`, page by page; more than MOST_IN_FEED where there is more than the feed holds."""
    dues: dict[UUID, Due] = {}
    owners: dict[UUID, Line] = {}
    after = (EARLIEST, NOWHERE)
    while len(dues) <= MOST_IN_FEED:
        page, named, _ = await _due(request, after=after, until=until, most=MOST_DAYS)
        dues |= {due.id: due for due in page}
        owners |= named
        if len(page) < MOST_DAYS:
            break
        after = page[-1].place
    return list(dues.values()), owners


async def _due(
    request: Request, *, after: tuple[date, UUID], until: date | None, most: int
) -> tuple[list[Due], Mapping[UUID, Line], dict[str, Any]]:
    database: Database = request.app.state.database
    caller = caller_of(request)
    async with database.reading(caller) as connection:
        part = await view_part(connection, "notifications")
        dues = await on_desks(connection, desks(caller), after=after, until=until, most=most)
        owners = await lines_of(connection, {due.owner_id for due in dues})
    return dues, owners, part


def _after(page: Page) -> tuple[date, UUID]:
    match page.after:
        case None:
            return EARLIEST, NOWHERE
        case (str(day), str(id)):
            return date.fromisoformat(day), UUID(id)
    raise CursorOfAnotherQuery
