"""The pages behind the `type` of forwarded problems: what the gateway does not know itself, its services explain."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from caytre.core.web.http_refusals import NoSuchPage
from caytre.core.web.problem_pages import known_problems, problem_page
from caytre.core.web.query_parameters import only_declared
from caytre.gateway.upstream import ServiceAway, Upstreams

router = APIRouter(tags=["problems"], include_in_schema=False, dependencies=[Depends(only_declared)])


@router.get("/problems/{code}", openapi_extra={"security": []})
async def page(code: str, request: Request) -> Response:
    """One problem, from whichever service has it. Raises NoSuchPage, and ServiceAway where a service was not asked."""
    if code in known_problems():
        return await problem_page(code, request)
    upstreams: Upstreams = request.app.state.upstreams
    away: ServiceAway | None = None
    for service in upstreams.names:
        try:
            found = await upstreams.page(service, f"/problems/{code}", request)
        except ServiceAway as refused:
            away = refused
            continue
        if found is not None:
            headers = {"Content-Language": found.headers.get("content-language", ""), "Vary": "Accept-Language"}
            return Response(found.content, headers=headers, media_type="text/html")
    raise away or NoSuchPage
