"""Read your own writes: wait until the views hold the versions that a request names (`Consistency-Token`).

First the reader must be allowed to know of the record, else 404, whether or not it exists; then the view is looked at
until it holds the version, within a bound and without a connection between two looks; then 503 with Retry-After. A
record with a parked message will not move by itself, so that answer comes at once and says that it is stale.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Request

from caytre.core.refusals import Words
from caytre.core.storing.database import Database
from caytre.core.web.auth import caller_of
from caytre.core.web.http_refusals import HttpRefusal, MalformedRequest
from caytre.core.web.openapi import documented
from caytre.gateway.arrivals import arrivals
from caytre.gateway.queries.records import Kind, version
from caytre.gateway.reading import PATHS, owner_says

#: Seconds after which to ask again.
RETRY_SECONDS = 1
MOST_TOKENS = 8

_TOKEN = re.compile(r"([a-z_]{1,20})/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})@([1-9][0-9]{0,8})\Z")

_PARKED = "SELECT min(parked_at) FROM parked WHERE consumer = 'gateway' AND key = $1"


class NotThereYet(HttpRefusal):
    """503: the view does not hold the version named in Consistency-Token yet; nothing is lost, ask again."""

    status = 503
    en = "The view does not hold {token} yet. Ask again in {seconds} s."
    vi = "Dữ liệu tổng hợp chưa có {token}. Hãy hỏi lại sau {seconds} giây."


@dataclass(frozen=True, slots=True)
class Token:
    """`<kind>/<id>@<version>`, as every accepted command answers it."""

    kind: Kind
    id: UUID
    version: int

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}@{self.version}"


def tokens_of(request: Request) -> list[Token]:
    """The tokens of a request; the header may come several times or hold a list. Raises MalformedRequest."""
    found = []
    for value in request.headers.getlist("consistency-token"):
        for text in filter(None, (part.strip() for part in value.split(","))):
            match = _TOKEN.match(text)
            if match is None or match[1] not in PATHS:
                raise MalformedRequest(
                    reason=Words(
                        "Consistency-Token phải có dạng <kind>/<id>@<version>",
                        "Consistency-Token must be <kind>/<id>@<version>",
                    )
                )
            found.append(Token(match[1], UUID(match[2]), int(match[3])))
    if len(found) > MOST_TOKENS:
        raise MalformedRequest(
            reason=Words(f"tối đa {MOST_TOKENS} Consistency-Token", f"at most {MOST_TOKENS} consistency tokens")
        )
    return found


async def held_versions(request: Request) -> list[dict[str, Any]]:
    """Wait for all tokens of the request. What stays behind because it is parked comes back as stale.

    Raises MalformedRequest, NotFound, NotThereYet, ServiceAway.
    """
    tokens = tokens_of(request)
    for token in tokens:
        await _authorise(request, token)
    until = monotonic() + request.app.state.gateway.consistency_seconds
    database: Database = request.app.state.database
    stale = [await _until_held(database, token, until) for token in tokens]
    return [each for each in stale if each is not None]


async def _authorise(request: Request, token: Token) -> None:
    database: Database = request.app.state.database
    async with database.reading(caller_of(request)) as connection:
        held = await version(connection, token.kind, token.id)
    if held is None:
        # Not here yet, or hidden: its owner knows, and says the same to both who may not know of it.
        await owner_says(request, token.kind, token.id)


async def _until_held(database: Database, token: Token, until: float) -> dict[str, Any] | None:
    with arrivals.wait(str(token.id)) as waiter:
        while True:
            held = await version(database.command, token.kind, token.id)
            if held is not None and held >= token.version:
                return None
            since = await database.command.fetchval(_PARKED, str(token.id))
            if since is not None:
                return {"record": f"{token.kind}/{token.id}", "wanted": token.version, "held": held, "parked_at": since}
            left = until - monotonic()
            if left <= 0:
                raise NotThereYet(token=token, seconds=RETRY_SECONDS, headers={"Retry-After": str(RETRY_SECONDS)})
            await waiter.pause(left)


def reading(operation: str) -> Callable[[Request], Awaitable[list[dict[str, Any]]]]:
    """A dependency of every view: the caller may ask, and the versions it names are there or known to be stale."""

    @documented(operation=operation)
    async def ready(
        request: Request,
        consistency_token: Annotated[
            str | None, Header(max_length=1000, description="`<kind>/<id>@<version>`, as a command answered it.")
        ] = None,
    ) -> list[dict[str, Any]]:
        request.app.state.policy.require(operation, caller_of(request))
        return await held_versions(request) if consistency_token is not None else []

    return ready
