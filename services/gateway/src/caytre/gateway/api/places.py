"""Everything of a locality or of a country: how much of each kind there is, the newest of it, and what falls due."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Path, Request
from starlette.responses import Response

from caytre.core.caller import Caller
from caytre.core.clock import business_today
from caytre.core.storing.database import Database
from caytre.core.web.app import Router
from caytre.core.web.auth import caller_of
from caytre.core.web.languages import language_of
from caytre.gateway.api.answers import VIEW, answer
from caytre.gateway.consistency import reading
from caytre.gateway.labels import label
from caytre.gateway.model import knows_all_of
from caytre.gateway.presenting.lines import due_line, record_line
from caytre.gateway.presenting.places import country_name, locality
from caytre.gateway.queries.lines import counts, lines_of, newest
from caytre.gateway.queries.obligations import on_desks
from caytre.gateway.queries.parts import SERVICES, view_part
from caytre.reference import filters, localities

router = Router(prefix="/views", tags=["views"])

NEWEST, DUE = 5, 20

Stale = Annotated[list[dict[str, Any]], Depends(reading("place.view"))]


@router.get("/localities/{id}", summary="Everything of one locality", response_class=Response, responses=VIEW)
async def of_locality(request: Request, id: Annotated[filters.Locality, Path()], stale: Stale) -> Response:
    """Records under the locality, whether it answers for them today or did then, and what it has to answer.

    Who may not know everything of it is shown, and counted, what everybody may know of.
    """
    language, today = language_of(request.scope), business_today()
    unit = locality(id, language, today)
    former = [locality(each.id, language, today) for each in localities.predecessors(id)]
    view = await _everything(request, id, "locality", desks=[id, *(each["id"] for each in former)])
    return answer(request, "place.html", {"place": unit, "former": former, **view, **_behind(stale)})


@router.get("/countries/{code}", summary="Everything with one country", response_class=Response, responses=VIEW)
async def of_country(request: Request, code: Annotated[filters.Country, Path()], stale: Stale) -> Response:
    """Records that concern the country: partners, agreements, delegations both ways, events, what came of them."""
    named = {"id": code, "code": code, "name": country_name(code, language_of(request.scope))}
    return answer(
        request, "place.html", {"place": named, **await _everything(request, code, "country"), **_behind(stale)}
    )


async def _everything(request: Request, place: str, what: str, desks: list[str] | None = None) -> dict[str, Any]:
    database: Database = request.app.state.database
    caller: Caller = caller_of(request)
    complete = knows_all_of(caller, place)
    async with database.reading(caller) as connection:
        parts = [await view_part(connection, service) for service in SERVICES]
        lines = await newest(connection, place, all_there=complete, most=NEWEST)
        # Deadlines are for those concerned: who is not would walk over all of them to see none.
        dues = await on_desks(connection, desks, most=DUE) if desks and complete else None
        owners = await lines_of(connection, {due.owner_id for due in dues or ()})
    counted = await counts(database.command, place, all_there=complete)
    language, today = language_of(request.scope), business_today()
    groups = [
        {
            "kind": kind,
            "label": label("kind", kind, language),
            "count": count,
            "newest": [record_line(line, language, today) for line in lines.get(kind, ())],
            "more": "/views/search?" + urlencode({"kind": kind, what: place}),
        }
        for kind, count in counted.items()
    ]
    due = None if dues is None else [due_line(each, owners, language, today) for each in dues]
    return {"complete": complete, "groups": groups, "due": due, "parts": parts}


def _behind(stale: list[dict[str, Any]]) -> dict[str, Any]:
    return {"behind": stale} if stale else {}
