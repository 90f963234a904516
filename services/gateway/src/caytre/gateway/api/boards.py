"""Boards: conflicts, agreements that stall, plans beside what became of them, and who is abroad."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.responses import Response

from caytre.core.clock import business_today
from caytre.core.days import Day
from caytre.core.storing.database import Database
from caytre.core.web.app import Router
from caytre.core.web.auth import caller_of
from caytre.core.web.languages import language_of
from caytre.core.web.paging import Page, paging
from caytre.gateway.api.answers import VIEW, answer, listing
from caytre.gateway.api.records import before_of
from caytre.gateway.consistency import reading
from caytre.gateway.model import knows_all_of
from caytre.gateway.presenting.abroad import abroad_line, countries_shown, localities_shown
from caytre.gateway.presenting.boards import conflict_line, plan_shown, stalled_line
from caytre.gateway.presenting.lines import record_line
from caytre.gateway.presenting.places import locality as locality_shown
from caytre.gateway.queries import abroad as travelling
from caytre.gateway.queries.lines import Sought, in_year, lines_of, with_documents
from caytre.gateway.queries.parts import view_part
from caytre.reference import filters

router = Router(prefix="/views", tags=["views"])

Stale = Annotated[list[dict[str, Any]], Depends(reading("board.view"))]


@router.get("/conflicts", summary="Conflicts of delegations that are open", response_class=Response, responses=VIEW)
async def conflicts(request: Request, stale: Stale, page: Annotated[Page, Depends(paging())]) -> Response:
    """Of the other locality's delegation: country, days, host, whom to speak to, and how severe it is."""
    database: Database = request.app.state.database
    sought = Sought(kinds=("finding",), statuses=("OPEN",))
    async with database.reading(caller_of(request)) as connection:
        part = await view_part(connection, "delegations")
        lines = await with_documents(connection, sought, before=before_of(page), most=page.limit + 1)
        sides = {UUID(side["delegation_id"]) for line in lines for side in line.document.get("sides", ())}
        known = await lines_of(connection, sides)
    language, today = language_of(request.scope), business_today()
    shown = [conflict_line(line, known.keys(), language, today) for line in lines[: page.limit]]
    more = [str(lines[page.limit - 1].id)] if len(lines) > page.limit else None
    view = {"board": "conflicts", "parts": [part], **({"behind": stale} if stale else {})}
    return listing(request, "list.html", page, shown, more, view)


@router.get("/stalled", summary="Agreements that stall", response_class=Response, responses=VIEW)
async def stalled(
    request: Request,
    stale: Stale,
    page: Annotated[Page, Depends(paging())],
    locality: filters.Locality | None = None,
) -> Response:
    """Agreements after signature without plan, progress or activity: how far, why, and what to do next."""
    database: Database = request.app.state.database
    caller = caller_of(request)
    all_there = locality is not None and knows_all_of(caller, locality)
    sought = Sought(kinds=("agreement",), place=locality, all_there=all_there, flagged=True)
    async with database.reading(caller) as connection:
        part = await view_part(connection, "agreements")
        lines = await with_documents(connection, sought, before=before_of(page), most=page.limit + 1)
    language, today = language_of(request.scope), business_today()
    shown = [stalled_line(line, language, today) for line in lines[: page.limit]]
    more = [str(lines[page.limit - 1].id)] if len(lines) > page.limit else None
    view = {"board": "stalled", "parts": [part], **({"behind": stale} if stale else {})}
    return listing(request, "list.html", page, shown, more, view)


@router.get("/abroad", summary="Delegations abroad on a day", response_class=Response, responses=VIEW)
async def abroad(
    request: Request,
    stale: Stale,
    page: Annotated[Page, Depends(paging())],
    day: Annotated[Day | None, Query(description="A day in Vietnam; today when it is left out.")] = None,
    locality: filters.Locality | None = None,
    country: filters.Country | None = None,
) -> Response:
    """Between departure and return, as told or, before they leave, as planned: where, led by which office, how many.

    `countries` and `localities` count all of them, not the page. Of a restricted one only that it has left and nobody
    said that it is back; it stands in no country.
    """
    database: Database = request.app.state.database
    language, today = language_of(request.scope), business_today()
    sought = travelling.Sought(day or today, today, locality, country)
    async with database.reading(caller_of(request)) as connection:
        part = await view_part(connection, "delegations")
        lines = await travelling.abroad(connection, sought, before=before_of(page), most=page.limit + 1)
        counted = await travelling.counted(connection, sought)
    shown = [abroad_line(line, sought.day, language, today) for line in lines[: page.limit]]
    more = [str(lines[page.limit - 1].id)] if len(lines) > page.limit else None
    view = {
        "board": "abroad",
        "day": sought.day,
        "countries": countries_shown(counted["country"], language),
        "localities": localities_shown(counted["locality"], language, today),
        "parts": [part],
        **({"behind": stale} if stale else {}),
    }
    return listing(request, "abroad.html", page, shown, more, view)


@router.get("/plan-versus-actual", summary="Annual plans and what took place", response_class=Response, responses=VIEW)
async def plan_versus_actual(
    request: Request,
    stale: Stale,
    locality: filters.Locality,
    year: Annotated[int, Query(ge=1990, le=2100)],
) -> Response:
    """The plans of a locality for a year, what carries out each item, and delegations that stand in no plan."""
    database: Database = request.app.state.database
    async with database.reading(caller_of(request)) as connection:
        part = await view_part(connection, "delegations")
        plans = await in_year(connection, ("annual_plan",), locality, year)
        trips = await in_year(connection, ("delegation", "visit"), locality, year)
        carriers = {
            UUID(item["carried_by"]["id"])
            for plan in plans
            for item in plan.document.get("items", ())
            if item.get("carried_by")
        }
        known = await lines_of(connection, carriers)
    language, today = language_of(request.scope), business_today()
    unplanned = [trip for trip in trips if not trip.document.get("plan") and trip.id not in carriers]
    counted = Counter(trip.kind for trip in trips)
    view = {
        "locality": locality_shown(locality, language, today),
        "year": year,
        "plans": [plan_shown(plan, known, language, today) for plan in plans],
        "actual": dict(counted),
        "unplanned": [record_line(trip, language, today) for trip in unplanned],
        "parts": [part],
        **({"behind": stale} if stale else {}),
    }
    return answer(request, "plan_versus_actual.html", view)
