"""From a request to a Command or its caller, and from an Answer to a response: the edges of every act and question."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from caytre.core.caller import Caller
from caytre.core.clock import business_now
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.refusals import Words
from caytre.core.telemetry import current_traceparent
from caytre.core.web.auth import caller_of
from caytre.core.web.http_refusals import IdempotencyKeyMissing, MalformedRequest
from caytre.core.web.openapi import documented

_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?\Z")


def issuing(operation: str) -> Callable[[Request], Awaitable[Command]]:
    """A dependency that makes the Command for `operation` (`<kind>.<verb>`, a row of the service's policy).

    Raises Forbidden when no role of the caller has the operation, IdempotencyKeyMissing on a POST without one, and
    MalformedRequest for headers that cannot be meant. The same request is the same method, path and body.
    """

    @documented("Idempotency-Key", "Correlation-Id", operation=operation)
    async def command(request: Request) -> Command:
        caller = caller_of(request)
        state = request.app.state
        state.policy.require(operation, caller)
        key = idempotency_key(request)
        return Command(
            caller=caller,
            at=business_now(),
            actor=state.pseudonyms.of(caller),
            correlation=correlation(request),
            traceparent=current_traceparent(),
            key=key,
            fingerprint=await fingerprint(request) if key is not None else b"",
            permit=state.policy.permit(operation, caller),
        )

    return command


def asking(operation: str) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency of every question: the caller, one of whose roles has the operation. Raises Forbidden."""

    @documented(operation=operation)
    async def caller(request: Request) -> Caller:
        found = caller_of(request)
        request.app.state.policy.require(operation, found)
        return found

    return caller


def idempotency_key(request: Request) -> str | None:
    """The key of this request; None only where none is required. Raises IdempotencyKeyMissing, MalformedRequest."""
    given = request.headers.getlist("idempotency-key")
    if not given:
        if request.method == "POST":
            raise IdempotencyKeyMissing
        return None
    if len(given) > 1 or not _KEY.match(given[0]):
        raise MalformedRequest(
            reason=Words(
                "Idempotency-Key phải gồm 1 đến 255 ký tự ASCII in được",
                "Idempotency-Key must be 1 to 255 printable ASCII characters",
            )
        )
    return given[0]


async def fingerprint(request: Request) -> bytes:
    """SHA-256 over method, path with query, and the raw body, length-prefixed so that no two requests run together."""
    scope = request.scope
    head = b"%s %s?%s" % (scope["method"].encode(), scope["path"].encode(), scope["query_string"])
    return hashlib.sha256(b"%d:%s" % (len(head), head) + await request.body()).digest()


def correlation(request: Request) -> UUID:
    """What the caller says this belongs to (header Correlation-Id, a UUID), else something new."""
    given = request.headers.get("correlation-id")
    if given is None:
        return new_id()
    try:
        return UUID(given)
    except ValueError as error:
        raise MalformedRequest(reason=Words("Correlation-Id phải là UUID", "Correlation-Id must be a UUID")) from error


def respond(answer: Answer, location: str | None = None) -> Response:
    """The response to an accepted command: its bytes, ETag, Consistency-Token and, when created, Location."""
    headers = {
        "content-type": "application/json",
        "etag": f'"{answer.version}"',
        "consistency-token": f"{answer.kind}/{answer.id}@{answer.version}",
    }
    if location is not None:
        headers["location"] = location
    if answer.replayed:
        headers["idempotent-replayed"] = "true"
    return Response(answer.body, answer.status, headers)
