"""Requests that belong to a service go there as they came, and its answers come back as they are.

The token is checked here and again there. Of the headers only those pass that the services document, in both
directions; a service's problem documents, entity tags, cursors and consistency tokens reach the caller unchanged.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import unquote

import httpx2
from fastapi import Request
from starlette.responses import Response, StreamingResponse

from caytre.core.refusals import Words
from caytre.core.web.app import Router, read_body
from caytre.core.web.http_refusals import MalformedRequest
from caytre.gateway.upstream import ServiceAway, Upstreams

#: First segment of the path -> the service that owns it.
FORWARDED = {
    "agreements": "agreements",
    "partners": "agreements",
    "plans": "agreements",
    "successions": "agreements",
    "annual-plans": "delegations",
    "delegations": "delegations",
    "visits": "delegations",
    "invitations": "delegations",
    "follow-ups": "delegations",
    "findings": "delegations",
    "events": "events",
    "registrations": "events",
    "meetings": "events",
    "leads": "events",
    "outcomes": "events",
    "deadlines": "notifications",
    "notifications": "notifications",
    "recipients": "notifications",
    "calendar": "notifications",
    "timers": "notifications",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
#: Answers up to this many bytes are read whole, which spares the machinery of a stream.
SMALL = 256 * 1024

_REQUEST_HEADERS = frozenset(
    {
        b"authorization",
        b"idempotency-key",
        b"if-match",
        b"if-none-match",
        b"accept",
        b"accept-language",
        b"content-type",
        b"correlation-id",
        b"last-event-id",
    }
)
_ANSWER_HEADERS = frozenset(
    {
        b"allow",
        b"cache-control",
        b"consistency-token",
        b"content-disposition",
        b"content-language",
        b"content-type",
        b"etag",
        b"idempotent-replayed",
        b"link",
        b"location",
        b"retry-after",
        b"vary",
        b"www-authenticate",
    }
)


async def forward(request: Request) -> Response:
    """Forward to the service that the path names. Raises MalformedRequest, ServiceAway, ContentTooLarge."""
    scope = request.scope
    # Decoded once more than it came: a service or proxy behind may resolve what was encoded twice.
    if not {".", ".."}.isdisjoint(unquote(scope["path"]).replace("\\", "/").split("/")):
        raise MalformedRequest(reason=Words("đường dẫn có đoạn . hoặc ..", "the path has a dot segment"))
    upstreams: Upstreams = scope["app"].state.upstreams
    service = FORWARDED[scope["path"].split("/", 2)[1]]
    headers = [(name, value) for name, value in scope["headers"] if name in _REQUEST_HEADERS]
    target: bytes = scope["raw_path"]
    if scope["query_string"]:
        target = target + b"?" + scope["query_string"]
    content = await read_body(request, scope["app"].state.max_body_bytes)
    answer = await upstreams.send(service, scope["method"], target, headers, content or None)
    length = answer.headers.get("content-length", "")
    if length.isdecimal() and int(length) <= SMALL:
        try:
            response = Response(await answer.aread(), answer.status_code)
        except httpx2.HTTPError as error:
            raise ServiceAway(service) from error
        finally:
            await answer.aclose()
    else:
        response = StreamingResponse(_passed_on(answer), answer.status_code)
    kept = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() in _ANSWER_HEADERS]
    response.raw_headers = [pair for pair in response.raw_headers if pair[0] == b"content-length"] + kept
    return response


async def _passed_on(answer: httpx2.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()


#: The endpoint reads the path from the request itself, so FastAPI does not know of it.
_REST = {"name": "rest", "in": "path", "required": True, "schema": {"type": "string"}}


def forwarding_router() -> Router:
    """One route per prefix and method, so that the OpenAPI document says what goes where."""
    router = Router()
    for prefix, service in FORWARDED.items():
        for path in (f"/{prefix}", f"/{prefix}/{{rest:path}}"):
            for method in METHODS:
                router.add_api_route(
                    path,
                    forward,
                    methods=[method],
                    tags=[f"forwarded to {service}"],
                    summary=f"Forwarded to the {service} service",
                    description=(
                        f"What is under `/{prefix}` is described by the OpenAPI document of the {service} service. "
                        "Method, path, query, body and its documented headers pass unchanged, and so does its answer."
                    ),
                    operation_id=f"forward_{method.lower()}_{prefix}{'_below' if 'rest' in path else ''}",
                    openapi_extra={
                        "x-streamed-body": True,
                        "x-forwarded-to": service,
                        **({"parameters": [_REST]} if path.endswith("}") else {}),
                    },
                    response_class=Response,
                    responses={"default": {"description": "What the service answered, unchanged."}},
                )
    return router
