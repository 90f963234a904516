"""`/docs` of all services from one origin: HTTP as each describes it itself, messages as the contracts have them."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from caytre.core.web import docs
from caytre.core.web.http_refusals import NoSuchPage
from caytre.core.web.query_parameters import only_declared
from caytre.gateway.forwarding import FORWARDED
from caytre.gateway.upstream import Upstreams

OWNERS = tuple(dict.fromkeys(FORWARDED.values()))
router = APIRouter(tags=["docs"], include_in_schema=False, dependencies=[Depends(only_declared)])


@router.get("/docs", openapi_extra={"security": []})
async def every_document(request: Request) -> Response:
    """Where the documents of all services are."""
    own = docs.links_of("gateway", "docs/", "") | {"problems": "problems"}
    services = [(name, docs.links_of(name, f"docs/{name}/", f"docs/{name}/")) for name in OWNERS]
    return docs.index("Caytre", [("gateway", own), *services])


@router.get("/docs/{service}/http", openapi_extra={"security": []})
async def http_of(service: str) -> Response:
    """What a service answers over HTTP, to read and to try through the gateway."""
    _require_known(service)
    return docs.show_http(service, "openapi.json", "../assets/")


@router.get("/docs/{service}/openapi.json", openapi_extra={"security": []})
async def openapi_of(service: str, request: Request) -> Response:
    """The OpenAPI document of a service, as it gives it. Raises NoSuchPage, ServiceAway."""
    _require_known(service)
    upstreams: Upstreams = request.app.state.upstreams
    found = await upstreams.page(service, "/openapi.json", request)
    if found is None:
        raise NoSuchPage
    return docs.answer_document(request, found.content)


@router.get("/docs/{service}/messages", openapi_extra={"security": []})
async def messages_of(service: str) -> Response:
    """What a service says on Kafka."""
    _require_known(service)
    return await docs.show_messages(service)


@router.get("/docs/{service}/asyncapi.json", openapi_extra={"security": []})
async def asyncapi_of(service: str, request: Request) -> Response:
    """The AsyncAPI document of a service."""
    _require_known(service)
    return await docs.answer_messages(request, service)


def _require_known(service: str) -> None:
    if service not in OWNERS:
        raise NoSuchPage
