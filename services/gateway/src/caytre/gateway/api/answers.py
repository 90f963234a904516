"""Answers of views: JSON, or for people the same as a page, by what the request accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from pydantic_core import to_json
from starlette.responses import Response

from caytre.core.clock import rehearsal
from caytre.core.web.languages import language_of
from caytre.core.web.paging import Page, Value
from caytre.gateway.pages import page_of

_VARY = "Accept, Accept-Language"

#: For the OpenAPI document of every view.
VIEW: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The view; `parts` say what it was put together from and how current each part is.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["parts"],
                    "properties": {
                        "parts": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["part", "status"],
                                "properties": {
                                    "part": {"type": "string"},
                                    "status": {"type": "string", "enum": ["ok", "stale", "unavailable"]},
                                    "as_of": {"type": ["string", "null"], "format": "date-time"},
                                    "position": {"type": ["string", "null"], "example": "1.42"},
                                },
                            },
                        }
                    },
                }
            },
            "text/html": {"schema": {"type": "string"}},
        },
    }
}


def wants_page(request: Request) -> bool:
    """Whether the request prefers a page to JSON, as browsers do (RFC 9110 section 12.5.1)."""
    liked: dict[str, float] = {}
    for item in request.headers.get("accept", "*/*")[:512].split(","):
        media, _, parameters = item.strip().partition(";")
        name, _, value = parameters.strip().partition("=")
        try:
            liked[media.strip().lower()] = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            liked[media.strip().lower()] = 0.0
    return liked.get("text/html", 0.0) > liked.get("application/json", 0.0)


def rehearsed() -> dict[str, Any]:
    """What every view of a rehearsal says: since when, and what time it is in the business."""
    clock = rehearsal()
    return {} if clock is None else {"rehearsal": {"began": clock.began, "business_time": clock.now()}}


def answer(request: Request, template: str, view: Mapping[str, Any]) -> Response:
    """The view as JSON, or through its template as a page."""
    headers = {"Vary": _VARY, "Content-Language": language_of(request.scope)}
    view = {**view, **rehearsed()}
    if wants_page(request):
        return page_of(request, template, view, headers)
    return Response(to_json(view), media_type="application/json", headers=headers)


def listing(
    request: Request,
    template: str,
    page: Page,
    lines: Sequence[Mapping[str, Any]],
    next_key: Sequence[Value] | None,
    view: Mapping[str, Any],
) -> Response:
    """A page of a list as JSON with its cursor and links, or through its template; `view` is what stands beside it."""
    headers = {"Vary": _VARY, "Content-Language": language_of(request.scope)}
    view = {**view, **rehearsed()}
    if wants_page(request):
        cursor = None if next_key is None else page.next_cursor(next_key)
        query = urlencode([*page.filters, ("cursor", cursor)]) if cursor else None
        return page_of(request, template, {**view, "items": lines, "next": query and f"?{query}"}, headers)
    response = page.respond([to_json(line) for line in lines], next_key, more=view)
    response.headers.update(headers)
    return response
