"""Conditional requests: the strong entity tag of a record is its version in quotes (RFC 9110 sections 8.8.3 and 13)."""

from __future__ import annotations

import re

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import Response

from caytre.core.refusals import Words
from caytre.core.web.http_refusals import MalformedRequest, PreconditionRequired, PreconditionUnmet
from caytre.core.web.openapi import documented

_STRONG_VERSION = re.compile(r'"(0|[1-9][0-9]{0,17})"\Z')
_WELL_FORMED = re.compile(
    r'\*|(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[ \t]*,[ \t]*(?:W/)?"[\x21\x23-\x7e\x80-\xff]*")*\Z'
)
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"|\*')


def etag(version: int) -> str:
    """The strong entity tag of this version."""
    return f'"{version}"'


@documented("If-Match")
async def if_match(request: Request) -> int:
    """The version a change was decided on. Raises PreconditionRequired, PreconditionUnmet, MalformedRequest."""
    given = request.headers.getlist("if-match")
    if not given:
        raise PreconditionRequired
    tags = ", ".join(given).strip(" \t")
    version = _STRONG_VERSION.match(tags)
    if version is None:
        if not _WELL_FORMED.match(tags):
            raise MalformedRequest(
                reason=Words(
                    "If-Match phải là thẻ như tiêu đề ETag đã cho",
                    "If-Match must be an entity tag as the ETag header gave it",
                )
            )
        # `*`, weak tags and lists are well-formed preconditions that no version of a record meets here; RFC 9110
        # section 13.1.1 forbids weak comparison, and a change that fits any version is not a decision on one.
        raise PreconditionUnmet
    return int(version[1])


def is_unchanged(headers: Headers, tag: str) -> bool:
    """Whether If-None-Match names this tag (weak comparison, RFC 9110 section 13.1.2)."""
    given = headers.get("if-none-match")
    if given is None:
        return False
    return any(known == "*" or known.removeprefix("W/") == tag for known in _TAG.findall(given))


def answer_unless_unchanged(
    request: Request, tag: str, body: bytes, media_type: str = "application/json", headers: dict[str, str] | None = None
) -> Response:
    """200 with the body, or 304 without when the reader has this tag already; ETag on both (section 15.4.5)."""
    named = {"ETag": tag, "Vary": "Accept-Language, Authorization", **(headers or {})}
    if is_unchanged(request.headers, tag):
        return Response(status_code=304, headers=named)
    return Response(body, media_type=media_type, headers=named)
