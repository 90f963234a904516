"""The outermost ASGI layer: refuses targets nobody can mean, puts security headers on every answer, and traces."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from caytre.core.refusals import Words
from caytre.core.web.heads import as_get
from caytre.core.web.http_refusals import MalformedRequest
from caytre.core.web.problems import problem
from caytre.core.web.tracing import Served

# OWASP REST Security Cheat Sheet; an API's answer is never a document to frame, sniff or run.
_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
)
_CONTENT_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_NO_STORE = (b"cache-control", b"no-store")
#: Paths that machines ask for every few seconds.
_WATCHED = ("/health/", "/metrics")
_UNMEANT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\N{REPLACEMENT CHARACTER}]")
_UNMEANT_QUERY = re.compile("[\x00\ud800-\udfff]")


class Guard:
    """Pure ASGI, because it runs for every request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        if method == "HEAD":
            scope, receive, send = as_get(scope, receive, send)
        # Probes and scrapes come every few seconds and say nothing in a trace.
        served = None if scope["path"].startswith(_WATCHED) else Served(scope, method)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                if served is not None:
                    served.status = message["status"]
                headers = message["headers"] = [*message.get("headers", ()), *_HEADERS]
                # An answer that says nothing of its own is private and holds no page; views and consoles say more.
                names = {name for name, _ in headers}
                if b"content-security-policy" not in names:
                    headers.append(_CONTENT_POLICY)
                if b"cache-control" not in names:
                    headers.append(_NO_STORE)
            await send(message)

        failure: BaseException | None = None
        try:
            fault = _fault(scope)
            if fault is None:
                await self._app(scope, receive, send_guarded)
            else:
                await problem(scope, MalformedRequest(reason=fault))(scope, receive, send_guarded)
        except BaseException as error:
            failure = error
            raise
        finally:
            if served is not None:
                served.end(failure)


def _fault(scope: Scope) -> Words | None:
    path: str = scope["path"]
    if _UNMEANT.search(path):
        return Words(
            "đường dẫn có ký tự điều khiển hoặc không phải UTF-8", "the path holds control characters or is not UTF-8"
        )
    query: bytes = scope["query_string"]
    if not query:
        return None
    if not query.isascii():
        return Words("truy vấn phải được mã hóa phần trăm", "the query must be percent-encoded")
    if b"%" in query:
        try:
            text = unquote_to_bytes(query).decode()
        except UnicodeDecodeError:
            return Words("truy vấn không phải UTF-8", "the query is not UTF-8")
        if _UNMEANT_QUERY.search(text):
            return Words("truy vấn chứa NUL", "the query holds NUL")
    return None
