"""What operators see and do, in every service: `/operations/...`, for the role `operator` only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, ClassVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from caytre.core.caller import Caller
from caytre.core.clock import business_today
from caytre.core.consuming import lag, rebuilding, redriving
from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.parking import Parked
from caytre.core.refusals import Forbidden, NotFound, Refusal
from caytre.core.storing.database import Database
from caytre.core.text_types import Text
from caytre.core.web.app import Router
from caytre.core.web.auth import current_caller

#: Given a day, the next one whose beginning brings something about in a service.
Awaits = Callable[[Database, date], Awaitable[date | None]]


class RebuildUnderWay(Refusal):
    """409: the views are being rebuilt already."""

    en: ClassVar[str] = "The views of {consumer} are being rebuilt already."
    vi: ClassVar[str] = "Các khung nhìn của {consumer} đang được dựng lại."


class NothingToRebuild(Refusal):
    """409: the consumer has reactions only, which are never repeated."""

    en: ClassVar[str] = "{consumer} keeps no views: there is nothing to rebuild."
    vi: ClassVar[str] = "{consumer} không giữ khung nhìn nào nên không có gì để dựng lại."


class Discarding(BaseModel):
    """Why a message is left out for good."""

    reason: Annotated[str, Text(1000)]


async def operator(caller: Annotated[Caller, Depends(current_caller)]) -> Caller:
    """The caller, who must be an operator. Raises Forbidden."""
    if not caller.has("operator"):
        raise Forbidden(operation="operations")
    return caller


Operator = Annotated[Caller, Depends(operator)]


def operations_router(consumers: Consumers | None, awaits: Awaits | None = None) -> Router:
    """The routes of one service; without consumers only its status."""
    router = Router(prefix="/operations", tags=["operations"])

    @router.get("/status")
    async def status(request: Request, _: Operator) -> dict[str, Any]:
        """Progress, lag, parked messages and halts of relay and consumer; the next day the service waits for."""
        state = request.app.state
        relay = getattr(state, "relay", None)
        found = None
        if consumers is not None:
            kafka = KafkaSettings(state.settings.kafka_bootstrap_servers)
            found = await lag.status(consumers, state.database, kafka)
        return {
            "service": state.service,
            "relay": await relay.status() if relay is not None else None,
            "consumers": [found] if found is not None else [],
            "awaited_day": await awaits(state.database, business_today()) if awaits is not None else None,
        }

    if consumers is not None:
        _parked_routes(router, consumers)
        _consumer_routes(router, consumers)
    return router


def _parked_routes(router: Router, consumers: Consumers) -> None:
    @router.get("/parked")
    async def parked(
        request: Request,
        _: Operator,
        after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> dict[str, Any]:
        """Parked messages, oldest first; go on with `after` = the last id."""
        items = await redriving.list_parked(request.app.state.database, consumers.name, after, limit)
        return {"items": [asdict(item) for item in items]}

    async def of_ours(request: Request, id: int) -> Parked:
        found = await redriving.find_parked(request.app.state.database, id) if 0 < id < 2**63 else None
        if found is None or found.consumer != consumers.name:
            raise NotFound(kind="parked message", id=id)
        return found

    @router.post("/parked/{id}/redrive")
    async def redrive(request: Request, id: int, _: Operator) -> dict[str, Any]:
        """Take the message and all parked ones of its key again, in order."""
        return asdict(await redriving.redrive(consumers, request.app.state.database, await of_ours(request, id)))

    @router.post("/parked/{id}/discard")
    async def discard(request: Request, id: int, body: Discarding, caller: Operator) -> dict[str, Any]:
        """Leave the message out for good and go on with its key. The reason and the operator are kept."""
        await of_ours(request, id)
        by = request.app.state.pseudonyms.of(caller)
        return asdict(await redriving.discard(consumers, request.app.state.database, id, body.reason, by))


def _consumer_routes(router: Router, consumers: Consumers) -> None:
    def ours(name: str) -> None:
        if name != consumers.name:
            raise NotFound(kind="consumer", id=name)

    @router.post("/consumers/{name}/redrive")
    async def redrive_all(request: Request, name: str, _: Operator) -> dict[str, Any]:
        """Take everything that is parked again, key by key."""
        ours(name)
        return asdict(await redriving.redrive_all(consumers, request.app.state.database))

    @router.post("/consumers/{name}/resume")
    async def resume(request: Request, name: str, _: Operator) -> dict[str, Any]:
        """Let a halted consumer go on."""
        ours(name)
        return {"consumer": name, "was_halted": await redriving.resume(request.app.state.database, name)}

    @router.post("/consumers/{name}/replay")
    async def replay(request: Request, name: str, _: Operator) -> dict[str, Any]:
        """Read all topics again from the beginning. Reactions are not repeated; views keep their rows meanwhile."""
        ours(name)
        return {"consumer": name, "partitions": await redriving.replay(request.app.state.database, name)}

    @router.post("/consumers/{name}/rebuild", status_code=202)
    async def rebuild(request: Request, name: str, _: Operator) -> dict[str, Any]:
        """Build all views anew while they serve; `/operations/status` tells the progress."""
        ours(name)
        if not consumers.views:
            raise NothingToRebuild(consumer=name)
        if not await rebuilding.request(request.app.state.database, name):
            raise RebuildUnderWay(consumer=name)
        return {"consumer": name, "rebuild": "requested"}
