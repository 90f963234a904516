"""The OpenAPI 3.1 document: FastAPI's, completed with what every operation here has in common.

Problem answers, the bearer scheme and the header parameters are added from one place, so that no operation can
forget them and no answer is undocumented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
Function = TypeVar("Function", bound=Callable[..., Any])

_PARAMETERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "description": "A new one per new request; the same request with the same key is answered, not done again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[!-~]([ -~]*[!-~])?$"},
        "required": True,
    },
    "If-Match": {
        "description": "The ETag of the version this change was decided on.",
        "schema": {"type": "string", "pattern": r'^"(0|[1-9][0-9]{0,17})"$'},
        "required": True,
        "example": '"1"',
    },
    "Correlation-Id": {
        "description": "What this request belongs to; kept through every message it causes.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "Accept-Language": {
        "description": "Vietnamese (`vi`, also without this header) or English (`en`).",
        "schema": {"type": "string"},
        "example": "vi",
    },
}
_ANSWERS = {
    "400": "The request cannot be read, or a required header or cursor is not what it must be.",
    "401": "There is no valid access token.",
    "403": "The caller's roles do not allow this.",
    "404": "There is no such thing, or the caller may not know of it.",
    "409": "A rule of the domain refuses this; `type` says which.",
    "412": "The record has changed since the version named in If-Match.",
    "413": "The body is too large.",
    "415": "The body is not application/json.",
    "422": "Values are missing or cannot be meant, or a query parameter is unknown; `errors` points at them.",
    "428": "If-Match is missing.",
    "429": "Too many requests; Retry-After says when to come back.",
    "500": "The service failed.",
    "503": "The service cannot answer now; Retry-After says when to try again.",
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "trace_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail", "code"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body, as URI fragment."},
                    "parameter": {"type": "string", "description": "The parameter, when it is not the body."},
                    "in": {"type": "string", "enum": ["path", "query", "header"]},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def documented(*headers: str, operation: str | None = None) -> Callable[[Function], Function]:
    """Says which request headers a dependency reads and which operation of the policy it issues."""

    def mark(function: Function) -> Function:
        function.__dict__["openapi_headers"] = headers
        function.__dict__["policy_operation"] = operation
        return function

    return mark


def dependencies_of(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """Every function a route depends on, however deep."""
    for child in dependant.dependencies:
        if child.call is not None:
            yield child.call
        yield from dependencies_of(child)


def is_public(route: APIRoute) -> bool:
    """Whether the route says `openapi_extra={"security": []}`: everything else needs a token."""
    return bool(route.openapi_extra) and route.openapi_extra.get("security") == []  # type: ignore[union-attr]


def document(app: FastAPI) -> dict[str, Any]:
    """The completed document. Deterministic: it is committed and compared."""
    if app.openapi_schema:
        return app.openapi_schema
    schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    components = schema.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    _drop_impossible_defaults(components["schemas"])
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "RFC 9068 access token."}
    }
    components["responses"] = {
        f"Problem{status}": {
            "description": text,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            **({"headers": {"Retry-After": {"schema": {"type": "string"}}}} if status in {"429", "503"} else {}),
        }
        for status, text in _ANSWERS.items()
    }
    schema["security"] = [{"bearer": []}]
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        path = schema["paths"].get(context.path_format) if isinstance(route, APIRoute) else None
        if path is None or not isinstance(route, APIRoute):
            continue
        for method in route.methods or ():
            if method.lower() in path:
                _complete(path[method.lower()], route, method)
    app.openapi_schema = schema
    return schema


def _drop_impossible_defaults(schemas: dict[str, Any]) -> None:
    """An empty text where none is allowed stands for "left out"; a caller could not send it, so it is no default."""
    for schema in schemas.values():
        for member in schema.get("properties", {}).values():
            if member.get("default") == "" and member.get("minLength", 0) > 0:
                del member["default"]


def _complete(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    parameters = operation.setdefault("parameters", [])
    headers = ["Accept-Language"]
    for call in dependencies_of(route.dependant):
        headers += getattr(call, "openapi_headers", ())
    for name in headers:
        if name == "Idempotency-Key" and method != "POST":
            continue
        parameters.append({"name": name, "in": "header", "required": False} | _PARAMETERS[name])
    statuses = {"400", "404", "422", "429", "500", "503"}
    if not is_public(route):
        statuses |= {"401", "403"}
    if route.body_field is not None:
        statuses |= {"413", "415"}
    if method in CHANGING:
        statuses |= {"409", "413"}
    if "If-Match" in headers:
        statuses |= {"412", "428"}
    answers = operation["responses"]
    generated = answers.get("422", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    if generated.endswith("/HTTPValidationError"):
        del answers["422"]
    for status in sorted(statuses):
        answers.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
