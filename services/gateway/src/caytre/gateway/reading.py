"""How a view reads one record: as far as the view may judge, else as its owner answers this reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request

from caytre.contracts.message import is_restricted
from caytre.core.refusals import NotFound
from caytre.core.storing.database import Database
from caytre.core.web.auth import caller_of
from caytre.gateway.model import owner_must_judge
from caytre.gateway.queries.parts import part, view_part
from caytre.gateway.queries.records import Held, Kind, record
from caytre.gateway.upstream import Content, ServiceAway, Upstreams

#: Where the owner of each kind of record answers for it.
PATHS: dict[Kind, tuple[str, str]] = {
    "agreement": ("agreements", "/agreements"),
    "partner": ("agreements", "/partners"),
    "plan": ("agreements", "/plans"),
    "succession": ("agreements", "/successions"),
    "annual_plan": ("delegations", "/annual-plans"),
    "delegation": ("delegations", "/delegations"),
    "visit": ("delegations", "/visits"),
    "invitation": ("delegations", "/invitations"),
    "follow_up": ("delegations", "/follow-ups"),
    "finding": ("delegations", "/findings"),
    "event": ("events", "/events"),
    "registration": ("events", "/registrations"),
    "meeting": ("events", "/meetings"),
    "lead": ("events", "/leads"),
    "outcome": ("events", "/outcomes"),
    "deadline": ("notifications", "/deadlines"),
    "notification": ("notifications", "/notifications"),
    "recipient": ("notifications", "/recipients"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A record for one reader: what the view holds, what may be shown of it, and the parts this came from."""

    held: Held
    document: dict[str, Any]
    parts: list[dict[str, Any]]


async def found(request: Request, kind: Kind, id: UUID, stale: list[dict[str, Any]]) -> Found:
    """The record as this reader may see it.

    Raises NotFound, also for what the reader may not know of, and ServiceAway where only the owner could judge.
    """
    database: Database = request.app.state.database
    caller = caller_of(request)
    async with database.reading(caller) as connection:
        view = await view_part(connection, PATHS[kind][0])
        held = await record(connection, kind, id)
    content: Content | None = None
    if held is None:
        held, content = await _judged_by_owner(request, kind, id)
    document, parts = held.document, [{**view, "record": f"{held.place[0]}.{held.place[1]}"}]
    if stale:
        parts[0] |= {
            "status": "stale",
            "stale": True,
            "behind": stale,
            "reason": "a message about the record is parked",
        }
    if is_restricted(held.sensitivity):
        try:
            content = content or await owner_says(request, kind, id)
        except ServiceAway:
            parts.append(part("content", "unavailable", reason="the record is restricted and its owner is away"))
        else:
            document = content.value
            parts.append(part("content", "ok", version=document.get("version"), origin="owner"))
    return Found(held, document, parts)


async def _judged_by_owner(request: Request, kind: Kind, id: UUID) -> tuple[Held, Content]:
    if not owner_must_judge(caller_of(request)):
        raise NotFound(kind=kind, id=id)
    content = await owner_says(request, kind, id)
    database: Database = request.app.state.database
    async with database.command.acquire() as connection:
        held = await record(connection, kind, id)
    if held is None:
        raise NotFound(kind=kind, id=id)
    return held, content


async def owner_says(request: Request, kind: Kind, id: UUID) -> Content:
    """The owner's answer to this reader. Raises NotFound for every refusal, and ServiceAway."""
    upstreams: Upstreams = request.app.state.upstreams
    service, path = PATHS[kind]
    content = await upstreams.get(service, f"{path}/{id}", request)
    if not content.found:
        raise NotFound(kind=kind, id=id)
    return content
