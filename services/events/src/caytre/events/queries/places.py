"""How many places of an event are taken, as the ledger says it."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from caytre.core.caller import Caller
from caytre.core.refusals import NotFound
from caytre.core.storing.database import Database

# Who may read the event may know how full it is; the ledger itself is not for readers, so the event is asked first.
_MAY_KNOW = "SELECT document->'quotas' AS quotas FROM event WHERE id = $1"
_NEWEST = """
SELECT DISTINCT ON (mode) mode, taken, waiting FROM seat_turn WHERE event_id = $1 ORDER BY mode, turn DESC
"""


class PlacesTaken(BaseModel):
    """One way of taking part: persons admitted, parties waiting."""

    taken: int = 0
    waiting: int = 0


class Places(BaseModel):
    """How full the event is."""

    onsite: PlacesTaken = PlacesTaken()
    online: PlacesTaken = PlacesTaken()


async def places_of(database: Database, caller: Caller, event_id: UUID) -> Places:
    """How full the event is. Raises NotFound for one the reader may not know of."""
    async with database.reading(caller) as connection:
        if await connection.fetchrow(_MAY_KNOW, event_id) is None:
            raise NotFound(kind="event", id=event_id)
    async with database.command.acquire() as connection:
        rows = await connection.fetch(_NEWEST, event_id)
    return Places.model_validate({row["mode"]: PlacesTaken(taken=row["taken"], waiting=row["waiting"]) for row in rows})
