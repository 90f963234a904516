"""The page of one partner with its agreements."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import Response

from caytre.core.clock import business_today
from caytre.core.storing.database import Database
from caytre.core.web.app import Router
from caytre.core.web.auth import caller_of
from caytre.core.web.languages import language_of
from caytre.gateway.api.answers import VIEW, answer
from caytre.gateway.consistency import reading
from caytre.gateway.presenting.records import partner_page
from caytre.gateway.queries.records import agreements_of, named
from caytre.gateway.reading import found

router = Router(prefix="/views/partners", tags=["views"])


@router.get("/{id}", summary="The page of one partner", response_class=Response, responses=VIEW)
async def page(
    request: Request, id: UUID, stale: Annotated[list[dict[str, Any]], Depends(reading("partner.view"))]
) -> Response:
    """The partner, whether its verifier vouches for it, and its newest agreements, also those of merged duplicates.

    Restricted agreements name no partner in a message, so they are not among them.
    """
    seen = await found(request, "partner", id, stale)
    ids = [id, *(UUID(str(merged)) for merged in seen.document.get("merged", ()))]
    database: Database = request.app.state.database
    async with database.reading(caller_of(request)) as connection:
        agreements = await agreements_of(connection, ids)
        known = await named(connection, agreements)
    view = partner_page(seen.held, seen.document, agreements, known, language_of(request.scope), business_today())
    return answer(request, "partner.html", {**view, "parts": seen.parts})
