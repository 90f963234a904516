"""The journey of a record or a message: every hop with its time, in every service that can be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import Response

from caytre.core.refusals import NotFound
from caytre.core.storing.database import Database
from caytre.core.web.app import Router
from caytre.core.web.auth import caller_of
from caytre.core.web.languages import Language, language_of
from caytre.gateway.api.answers import VIEW, answer
from caytre.gateway.consistency import reading
from caytre.gateway.labels import label
from caytre.gateway.presenting.origins import illustrated_in_part, illustrates
from caytre.gateway.queries.journeys import Passage, Place, Seen, causes, consequences, passages, seen
from caytre.gateway.queries.parts import part
from caytre.gateway.queries.records import documents
from caytre.gateway.upstream import ServiceAway, Upstreams

router = Router(tags=["journey"])


@router.get("/journey/{id}", summary="The journey of a record or message", response_class=Response, responses=VIEW)
async def journey(
    request: Request, id: UUID, stale: Annotated[list[dict[str, Any]], Depends(reading("journey.view"))]
) -> Response:
    """Command, journal, topic and the batch of each consumer, with all traces, as far as the reader may know of it."""
    upstreams: Upstreams = request.app.state.upstreams
    told = await asyncio.gather(*[_told(upstreams, service, request, id) for service in upstreams.names])
    database: Database = request.app.state.database
    async with database.reading(caller_of(request)) as connection:
        own = await seen(connection, id)
        messages = _merged([message for _, listed in told for message in listed], own)
        places = [_place(message) for message in messages]
        carried = await passages(connection, places)
        records = await documents(connection, {UUID(message["record"]) for message in messages})
        before = await causes(connection, {UUID(each["message"]): _cause(each) for each in messages})
        after = await consequences(connection, [UUID(each["message"]) for each in messages])
    if not messages:
        raise NotFound(kind="record or message", id=id)
    language = language_of(request.scope)
    shown = [_shown(message, carried.get(place), language) for message, place in zip(messages, places, strict=True)]
    told_of = {UUID(message["message"]) for message in messages}
    view = {
        "id": id,
        "illustration": any(map(illustrates, records)),
        "illustrated_part": any(map(illustrated_in_part, records)),
        "messages": shown,
        "causes": [_brief(each, language) for each in before],
        "consequences": [_brief(each, language) for each in after if each.message not in told_of],
        "traces": _traces(
            [*(_trace_id(each) for each in before), *(each["trace_id"] for each in shown), *map(_trace_id, after)],
            request.app.state.gateway.trace_url,
        ),
        "parts": [each for each, _ in told] + [part("gateway", "stale" if stale else "ok")],
    }
    return answer(request, "journey.html", view)


async def _told(
    upstreams: Upstreams, service: str, request: Request, id: UUID
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a service answers to this reader; where it knows nothing of the id it has no messages."""
    try:
        content = await upstreams.get(service, f"/journey/{id}", request)
    except ServiceAway:
        return part(service, "unavailable"), []
    return part(service, "ok"), content.value["messages"] if content.found else []


def _merged(told: Iterable[dict[str, Any]], own: Iterable[Seen]) -> list[dict[str, Any]]:
    """The messages by id, in order; what no service could tell stands as the gateway's projection has kept it."""
    messages = {str(each.message): _as_told(each) for each in own} | {message["message"]: message for message in told}
    return sorted(messages.values(), key=lambda message: (_moment(message["recorded_at"]), message["position"]))


def _as_told(message: Seen) -> dict[str, Any]:
    return {
        "service": message.place.topic.split(".")[1],
        "message": str(message.message),
        "type": message.type,
        "record": str(message.record),
        "version": message.version,
        "time": message.at.isoformat(),
        "recorded_at": message.recorded_at.isoformat(),
        "epoch": message.place.epoch,
        "position": message.place.position,
        "topic": message.place.topic,
        "partition": message.place.partition,
        "trace_id": _trace_id(message),
        "correlation": str(message.correlation),
        "causation": str(message.causation) if message.causation else None,
        "hops": [],
    }


def _trace_id(message: Seen) -> str | None:
    return message.traceparent[3:35] if message.traceparent else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _place(message: dict[str, Any]) -> Place:
    return Place(message["topic"], message["partition"], message["epoch"], message["position"])


def _shown(message: dict[str, Any], passage: Passage | None, language: Language) -> dict[str, Any]:
    service, position = message["service"], f"{message['epoch']}.{message['position']}"
    partition = f"{message['topic']}/{message['partition']}"
    later = [
        {**hop, "service": service} | ({"partition": partition} if hop["hop"] == "relay" else {})
        for hop in message["hops"]
    ]
    if passage is not None:
        at = passage.at.isoformat()
        later.append({"hop": passage.consumer, "service": "gateway", "at": at, "batch": passage.messages})
    # The relay notes its page when Kafka has it, and by then a quick consumer has taken it.
    hops = [
        {"hop": "command", "service": service, "at": message["time"], "version": message["version"]},
        {"hop": "journal", "service": service, "at": message["recorded_at"], "position": position},
        *sorted(later, key=lambda hop: (hop["hop"] != "relay", _moment(hop["at"]))),
    ]
    kept = ("service", "message", "type", "record", "version", "time", "trace_id", "correlation", "causation")
    return {
        **{name: message[name] for name in kept},
        "label": label("act", message["type"], language),
        "position": position,
        "partition": partition,
        "hops": hops,
    }


def _cause(message: dict[str, Any]) -> UUID | None:
    return UUID(message["causation"]) if message["causation"] else None


def _brief(message: Seen, language: Language) -> dict[str, Any]:
    """A message before or after those of the journey; its own is one step away."""
    kind = message.type.split(".")[1]
    return {
        "message": message.message,
        "service": message.place.topic.split(".")[1],
        "type": message.type,
        "label": label("act", message.type, language),
        "kind": kind,
        "kind_label": label("kind", kind, language),
        "record": message.record,
        "at": message.at,
        "trace_id": _trace_id(message),
        "causation": message.causation,
        "journey": f"/journey/{message.record}",
    }


def _traces(ids: Iterable[str | None], template: str) -> list[dict[str, str | None]]:
    known = dict.fromkeys(id for id in ids if id)
    return [{"trace_id": id, "url": template.replace("{trace_id}", id) if template else None} for id in known]
