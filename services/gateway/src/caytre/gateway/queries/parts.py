"""How current an answer is: every answer names the parts it was put together from."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from caytre.core.relaying.topics import events_topic
from caytre.core.storing.database import Connection

#: The services whose topics the views follow.
SERVICES = ("agreements", "delegations", "events", "notifications")

Status = Literal["ok", "stale", "unavailable"]

_READ_AT = """
SELECT max(c.progressed_at) AS as_of, bool_or(c.paused IS NOT NULL) AS paused,
       max(ARRAY[c.epoch, c.position]) AS place,
       EXISTS (SELECT FROM halted h WHERE h.consumer = 'gateway') AS halted
FROM checkpoint c WHERE c.consumer = 'gateway' AND c.topic = $1
"""


def part(
    name: str, status: Status, *, as_of: datetime | None = None, place: tuple[int, int] | None = None, **more: Any
) -> dict[str, Any]:
    """One part: its name, when it was true, up to which `<epoch>.<position>`, and whether it can be relied on."""
    position = None if place is None else f"{place[0]}.{place[1]}"
    return {"part": name, "status": status, "as_of": as_of, "position": position, **more}


async def view_part(connection: Connection, service: str) -> dict[str, Any]:
    """How far the views follow a service. Ask before the view itself, so that nothing is promised that
    the view does not hold. `position` is the latest that is in; partitions are read side by side."""
    row = await connection.fetchrow(_READ_AT, events_topic(service))
    if row is None or row["as_of"] is None:
        return part(service, "stale", reason="nothing has been read yet")
    epoch, position = row["place"]
    if row["halted"] or row["paused"]:
        reason = "the view is halted" if row["halted"] else "the view waits for its database or topic"
        return part(service, "stale", as_of=row["as_of"], place=(epoch, position), reason=reason)
    return part(service, "ok", as_of=row["as_of"], place=(epoch, position))
