"""The page of one agreement, and lists and search over all of them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic_core import to_json
from starlette.responses import Response

from caytre.contracts import message
from caytre.contracts.agreements import SERVICE
from caytre.contracts.agreements.agreement import AgreementStatus
from caytre.core.clock import business_today
from caytre.core.days import Day
from caytre.core.storing.database import Database
from caytre.core.web.app import Router
from caytre.core.web.auth import caller_of
from caytre.core.web.http_refusals import CursorOfAnotherQuery
from caytre.core.web.languages import language_of
from caytre.core.web.paging import Page, paging
from caytre.gateway.api.answers import VIEW, answer, rehearsed
from caytre.gateway.consistency import reading
from caytre.gateway.presenting.records import agreement_line, agreement_page
from caytre.gateway.queries.agreements import Wanted, agreements
from caytre.gateway.queries.parts import view_part
from caytre.gateway.queries.records import named, partners
from caytre.gateway.reading import found
from caytre.reference import filters

router = Router(prefix="/views/agreements", tags=["views"])

Status = Annotated[str, filters.OneOf(message.known_values(AgreementStatus))]
Sensitivity = Annotated[str, filters.OneOf(message.known_values(message.Sensitivity))]
Origin = Annotated[str, filters.OneOf(message.known_values(message.Origin))]
Responsible = Annotated[filters.Name, filters.answering(business_today)]
Stale = Annotated[list[dict[str, Any]], Depends(reading("agreement.view"))]


@router.get("/{id}", summary="The page of one agreement", response_class=Response, responses=VIEW)
async def page(request: Request, id: UUID, stale: Stale) -> Response:
    """The agreement with its partners as they are now, its procedure, acts, obligations and provenance."""
    seen = await found(request, "agreement", id, stale)
    ids = [UUID(str(party["partner_id"])) for party in seen.document.get("foreign_parties", ())]
    database: Database = request.app.state.database
    async with database.reading(caller_of(request)) as connection:
        present = await partners(connection, ids)
    view = agreement_page(seen.held, seen.document, present, language_of(request.scope), business_today())
    return answer(request, "agreement.html", {**view, "parts": seen.parts})


@router.get("", summary="Lists and search over agreements, newest first", response_class=Response, responses=VIEW)
async def listed(
    request: Request,
    stale: Stale,
    page: Annotated[Page, Depends(paging())],
    q: Annotated[str, Query(max_length=200, description="Words in any order, with or without accents.")] = "",
    status: Annotated[list[Status] | None, Query(max_length=20)] = None,
    locality: Annotated[Responsible | None, Query(description="Identity or name; a former unit too.")] = None,
    field: Annotated[list[filters.Field] | None, Query(max_length=20)] = None,
    partner: UUID | None = None,
    sensitivity: Annotated[list[Sensitivity] | None, Query(max_length=3)] = None,
    signed_from: Day | None = None,
    signed_to: Day | None = None,
    expires_to: Day | None = None,
    origin: Origin | None = None,
) -> Response:
    """Of restricted agreements only that they are there, for those who may know of them."""
    wanted = Wanted(
        text=q,
        statuses=status or (),
        localities=[locality] if locality else (),
        fields=field or (),
        partner=partner,
        sensitivities=sensitivity or (),
        signed_from=signed_from,
        signed_to=signed_to,
        expires_to=expires_to,
        origin=origin,
    )
    database: Database = request.app.state.database
    async with database.reading(caller_of(request)) as connection:
        view = await view_part(connection, SERVICE)
        rows = await agreements(connection, wanted, before=_before(page), most=page.limit + 1)
        known = await named(connection, (document for _, document in rows))
    language = language_of(request.scope)
    lines = [to_json(agreement_line(document, known, language)) for _, document in rows[: page.limit]]
    more = [str(rows[page.limit - 1][0])] if len(rows) > page.limit else None
    if stale:
        view |= {"status": "stale", "stale": True, "behind": stale, "reason": "a message about a record is parked"}
    return page.respond(lines, more, more={"parts": [view], **rehearsed()})


def _before(page: Page) -> UUID | None:
    if page.after is None:
        return None
    if len(page.after) != 1 or not isinstance(page.after[0], str):
        raise CursorOfAnotherQuery
    return UUID(page.after[0])
