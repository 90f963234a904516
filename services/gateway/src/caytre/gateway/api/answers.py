"""Answers of views: JSON, or for people the same as a page, by what the request accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from pydantic_core import to_json
from starlette.responses import Response

from caytre.core.web.languages import language_of
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


def answer(request: Request, template: str, view: Mapping[str, Any]) -> Response:
    """The view as JSON, or through its template as a page."""
    headers = {"Vary": _VARY, "Content-Language": language_of(request.scope)}
    if wants_page(request):
        return page_of(request, template, view, headers)
    return Response(to_json(view), media_type="application/json", headers=headers)
