"""Every refusal as a problem document (RFC 9457), in Vietnamese or English, for every status there is.

`type` leads to a page that explains it, `detail` says what is the matter here, `errors` points at the members, and
`trace_id` lets operators find the trace. Values from the request are never repeated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from caytre.core.refusals import Refusal, Words
from caytre.core.storing.database import DISCONNECTS
from caytre.core.telemetry import current_trace_id
from caytre.core.web.http_refusals import (
    HttpRefusal,
    InternalError,
    InvalidRequest,
    MalformedRequest,
    MethodNotAllowed,
    NoSuchPage,
    Unavailable,
)
from caytre.core.web.json_bodies import MAX_ERRORS, FaultyJson, escape
from caytre.core.web.languages import Language, language_of
from caytre.core.web.validation_sentences import sentence

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2

TITLES: dict[int, tuple[str, str]] = {
    400: ("Yêu cầu không đọc được", "Bad request"),
    401: ("Chưa xác thực", "Not authenticated"),
    403: ("Không được phép", "Not allowed"),
    404: ("Không tìm thấy", "Not found"),
    405: ("Phương thức không được hỗ trợ", "Method not allowed"),
    406: ("Không có dạng được yêu cầu", "Not acceptable"),
    409: ("Trái với quy tắc hoặc tình trạng hiện tại", "Against a rule or the present state"),
    410: ("Không còn nữa", "Gone"),
    412: ("Hồ sơ đã thay đổi", "Precondition failed"),
    413: ("Nội dung quá lớn", "Content too large"),
    415: ("Kiểu nội dung không được hỗ trợ", "Unsupported media type"),
    422: ("Giá trị không hợp lệ", "Values not valid"),
    428: ("Cần điều kiện If-Match", "Precondition required"),
    429: ("Quá nhiều yêu cầu", "Too many requests"),
    500: ("Lỗi dịch vụ", "Service failure"),
    502: ("Dịch vụ phía sau lỗi", "Bad gateway"),
    503: ("Tạm thời không trả lời được", "Not available now"),
    504: ("Dịch vụ phía sau không trả lời kịp", "Gateway timeout"),
}


def title_of(status: int, language: Language) -> str:
    """The problem's title: one per status and language."""
    vietnamese, english = TITLES.get(status, ("Yêu cầu bị từ chối", "Refused"))
    return vietnamese if language == "vi" else english


def problem(
    scope: Scope,
    refusal: Refusal,
    *,
    status: int | None = None,
    errors: Iterable[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response for one refusal; usable where no exception handler reaches, e.g. in ASGI middleware."""
    language = language_of(scope)
    status = status or refusal.status
    application = scope.get("app")
    base = getattr(application.state, "public_url", "") if application is not None else ""
    detail = refusal.sentence(language)
    document: dict[str, Any] = {
        "type": f"{base}/problems/{refusal.code()}",
        "title": title_of(status, language),
        "status": status,
        "detail": detail,
        "instance": quote(scope["path"], safe="/:@!$&'()*+,;=-._~", errors="replace"),
    }
    if isinstance(refusal, HttpRefusal):
        document |= refusal.members()
    if (trace_id := current_trace_id()) is not None:
        document["trace_id"] = trace_id
    listed = [dict(error) for error in errors]
    if refusal.pointer is not None and not listed:
        pointer = refusal.pointer if refusal.pointer.startswith("#") else f"#{refusal.pointer}"
        listed = [{"pointer": pointer, "code": refusal.code(), "detail": detail}]
    if listed:
        document["errors"] = listed
    named = {"Content-Language": language, "Cache-Control": "no-store", "Vary": "Accept-Language"}
    named |= getattr(refusal, "headers", {}) | dict(headers or {})
    # Facts come from records and tokens; whatever they hold, the answer must be encodable.
    body = json.dumps(document, ensure_ascii=False).encode(errors="replace")
    return Response(body, status, named, MEDIA_TYPE)


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101 - Starlette's handlers are typed for any exception
    if isinstance(refusal, FaultyJson):
        language = language_of(request.scope)
        errors = [
            {"pointer": f.pointer, "code": f.code, "detail": f.vi if language == "vi" else f.en} for f in refusal.faults
        ]
        return problem(request.scope, refusal, errors=errors)
    return problem(request.scope, refusal)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    refusal: HttpRefusal
    match error.status_code:
        case 404:
            refusal = NoSuchPage()
        case 405:
            refusal = MethodNotAllowed(method=request.method)
        case 503:
            refusal = Unavailable(seconds=RETRY_SECONDS)
        case status if status < 500:
            refusal = MalformedRequest(reason=Words(title_of(status, "vi"), title_of(status, "en")))
        case _:
            refusal = InternalError()
    headers = dict(error.headers or {})
    if "GET" in (allowed := headers.get("Allow", "").split(", ")):
        headers["Allow"] = ", ".join(sorted({*allowed, "HEAD"}))
    return problem(request.scope, refusal, status=error.status_code, headers=headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    language = language_of(request.scope)
    listed = [_listed(item, language) for item in error.errors()[:MAX_ERRORS]]
    return problem(request.scope, InvalidRequest(), errors=listed)


def _listed(item: Mapping[str, Any], language: Language) -> dict[str, str]:
    place, *path = item["loc"]
    said = {"code": str(item["type"]).replace("_", "-"), "detail": sentence(item, language)}
    if place == "body":
        return {"pointer": "#" + "".join(f"/{escape(token)}" for token in path), **said}
    return {"parameter": str(path[0]) if path else "", "in": str(place), **said}


async def _away(request: Request, error: Exception) -> Response:
    log.warning("answered 503", error=type(error).__name__, path=request.url.path)
    return problem(request.scope, Unavailable(seconds=RETRY_SECONDS), headers={"Retry-After": str(RETRY_SECONDS)})


async def _unfit(request: Request, error: Exception) -> Response:
    # A value that the models let through and the database cannot hold is still the request's fault, and our gap.
    log.warning("the database refused a value", error=type(error).__name__, path=request.url.path)
    return problem(request.scope, InvalidRequest())


async def _failed(request: Request, error: Exception) -> Response:
    log.error("request failed", exc_info=error, path=request.url.path, method=request.method)
    return problem(request.scope, InternalError())


def install(app: FastAPI) -> None:
    """Answer every refusal, validation error, lost connection and failure of this application with a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(asyncpg.DataError, _unfit)
    for lost in DISCONNECTS:
        if issubclass(lost, Exception):
            app.add_exception_handler(lost, _away)
    app.add_exception_handler(Exception, _failed)
