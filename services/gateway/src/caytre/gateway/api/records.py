"""The page of one record of any kind, and search over everything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.responses import Response

from caytre.core.clock import business_today
from caytre.core.refusals import Invalid, Words
from caytre.core.storing.database import Database
from caytre.core.web.app import Router
from caytre.core.web.auth import caller_of
from caytre.core.web.http_refusals import CursorOfAnotherQuery
from caytre.core.web.languages import language_of
from caytre.core.web.paging import Page, paging
from caytre.gateway.api.answers import VIEW, answer, listing
from caytre.gateway.consistency import reading
from caytre.gateway.labels import label
from caytre.gateway.model import knows_all_of
from caytre.gateway.presenting.lines import PAGES, record_line, record_page
from caytre.gateway.queries.lines import KINDS, Sought, found, lines_of
from caytre.gateway.queries.obligations import of_record
from caytre.gateway.queries.parts import SERVICES, view_part
from caytre.gateway.reading import found as found_record
from caytre.reference import filters

router = Router(prefix="/views", tags=["views"])

Stale = Annotated[list[dict[str, Any]], Depends(reading("record.view"))]
Kind = Annotated[str, filters.OneOf(KINDS)]


@router.get("/search", summary="Search over everything, newest first", response_class=Response, responses=VIEW)
async def search(
    request: Request,
    stale: Stale,
    page: Annotated[Page, Depends(paging())],
    q: Annotated[str, Query(max_length=200, description="Words in any order, with or without accents.")] = "",
    kind: Annotated[list[Kind] | None, Query(max_length=len(KINDS))] = None,
    status: Annotated[list[Annotated[str, Query(max_length=40)]] | None, Query(max_length=20)] = None,
    locality: Annotated[filters.Locality | None, Query(description="A former unit or one of today.")] = None,
    country: filters.Country | None = None,
) -> Response:
    """Records of all services that the reader may know of; of restricted ones only that they are there."""
    if locality and country:
        raise Invalid(reason=Words("chỉ nêu địa phương hoặc nước", "name a locality or a country, not both"))
    caller, meant = caller_of(request), locality or country
    sought = Sought(
        text=q,
        kinds=[each for each in KINDS if not kind or each in kind],
        statuses=status or (),
        place=meant,
        all_there=meant is not None and knows_all_of(caller, meant),
    )
    database: Database = request.app.state.database
    async with database.reading(caller) as connection:
        parts = [await view_part(connection, service) for service in SERVICES]
        lines = await found(connection, sought, before=before_of(page), most=page.limit + 1)
    language, today = language_of(request.scope), business_today()
    shown = [record_line(line, language, today) for line in lines[: page.limit]]
    more = [str(lines[page.limit - 1].id)] if len(lines) > page.limit else None
    words = {kind: label("kind", kind, language) for kind in KINDS}
    view = {"q": q, "board": "search", "kinds": words, "parts": parts, **({"behind": stale} if stale else {})}
    return listing(request, "list.html", page, shown, more, view)


def before_of(page: Page) -> UUID | None:
    """The record behind which a page goes on. Raises CursorOfAnotherQuery."""
    if page.after is None:
        return None
    if len(page.after) != 1 or not isinstance(page.after[0], str):
        raise CursorOfAnotherQuery
    return UUID(page.after[0])


def _page_of(kind: str) -> Callable[..., Awaitable[Response]]:
    async def page(request: Request, id: UUID, stale: Stale) -> Response:
        """The record as far as the reader may see it: content, places, what falls due, its acts and provenance."""
        seen = await found_record(request, kind, id, stale)
        database: Database = request.app.state.database
        async with database.reading(caller_of(request)) as connection:
            line = (await lines_of(connection, [id])).get(id)
            dues = await of_record(connection, id)
            partners = await lines_of(connection, line.partner_ids if line else ())
        language = language_of(request.scope)
        view = record_page(seen.held, kind, seen.document, line, dues, partners.values(), language, business_today())
        return answer(request, "record.html", {**view, "parts": seen.parts})

    return page


for _kind, _path in PAGES.items():
    # Agreements and partners have pages of their own.
    if _kind not in {"agreement", "partner"}:
        router.add_api_route(
            f"/{_path}/{{id}}",
            _page_of(_kind),
            methods=["GET"],
            summary=f"The page of one {_kind.replace('_', ' ')}",
            operation_id=f"page_of_{_kind}",
            response_class=Response,
            responses=VIEW,
        )
