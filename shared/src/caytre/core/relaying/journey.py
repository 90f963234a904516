"""The hops of one record or message through this service: journal, topic, and the consumers that took it.

Every relay page and every consumer batch leaves one row (`passage`), kept for 30 days, so that a hop's time is known
without a row per message.
"""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Request
from starlette.responses import Response

from caytre.core.caller import Caller
from caytre.core.refusals import NotFound
from caytre.core.relaying.topics import events_topic, partition_of
from caytre.core.storing.database import Connection
from caytre.core.web.app import Router
from caytre.core.web.commanding import asking

#: The operation of the service's policy that asking for a journey is.
READ = "journey.read"
MOST = 200

#: Three look-ups, each by an index of its own; of a record the newest versions, since its index is by version.
_MESSAGES = """
SELECT position, epoch, message_id, type, record_id, version, occurred_at, recorded_at, traceparent, correlation_id,
       causation_id FROM journal
WHERE position IN (
    (SELECT position FROM journal WHERE record_id = $1 ORDER BY version DESC, ordinal DESC LIMIT $2)
    UNION SELECT position FROM journal WHERE message_id = $1
    UNION (SELECT position FROM journal WHERE causation_id = $1 ORDER BY position DESC LIMIT $2)
) ORDER BY position DESC LIMIT $2
"""
_PASSAGES = """
SELECT consumer, partition, min(at) AS at FROM passage
WHERE topic = $1 AND (partition = $2 OR partition = -1) AND epoch = $3 AND from_position <= $4 AND to_position >= $4
GROUP BY consumer, partition ORDER BY at
"""


async def passages(
    connection: Connection, topic: str, partition: int, epoch: int, position: int
) -> list[dict[str, Any]]:
    """Who carried this position through this database, and when first."""
    rows = await connection.fetch(_PASSAGES, topic, partition, epoch, position)
    return [{"hop": row["consumer"], "at": row["at"].isoformat()} for row in rows]


async def journey(connection: Connection, service: str, id: UUID) -> list[dict[str, Any]]:
    """The messages of a record, of one message, or those a message caused, oldest first, each with its hops."""
    topic = events_topic(service)
    found: list[dict[str, Any]] = []
    for row in reversed(await connection.fetch(_MESSAGES, id, MOST)):
        partition = partition_of(str(row["record_id"]).encode())
        traceparent = row["traceparent"]
        found.append(
            {
                "service": service,
                "message": str(row["message_id"]),
                "type": row["type"],
                "record": str(row["record_id"]),
                "version": row["version"],
                "time": row["occurred_at"].isoformat(),
                "recorded_at": row["recorded_at"].isoformat(),
                "epoch": row["epoch"],
                "position": row["position"],
                "topic": topic,
                "partition": partition,
                "trace_id": traceparent[3:35] if traceparent else None,
                "correlation": str(row["correlation_id"]),
                "causation": str(row["causation_id"]) if row["causation_id"] else None,
                "hops": await passages(connection, topic, partition, row["epoch"], row["position"]),
            }
        )
    return found


def journey_router(service: str) -> Router:
    """`GET /journey/{id}` of one service."""
    router = Router(tags=["journey"])

    @router.get("/journey/{id}", summary="The hops of a record or message through this service")
    async def hops(
        request: Request,
        id: Annotated[UUID, Path(description="The id of a record or of a message.")],
        caller: Annotated[Caller, Depends(asking(READ))],
    ) -> Response:
        async with request.app.state.database.reading(caller) as connection:
            messages = await journey(connection, service, id)
        if not messages:
            raise NotFound(kind="record or message", id=id)
        return Response(json.dumps({"id": str(id), "messages": messages}), media_type="application/json")

    return router
