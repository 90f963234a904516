"""What this service has heard of foreign partners."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from caytre.core.storing.database import Connection

_KNOWN = "SELECT id, name, country, verification, merged_into FROM known_partner WHERE id = ANY($1)"
#: What bars a foreign co-organiser; one that was never verified is only not vouched for.
BARRED = frozenset({"REJECTED", "REVOKED", "EXPIRED"})


async def standing(connection: Connection, id: UUID | None) -> tuple[UUID | None, str | None]:
    """The partner that stands for this id, merged ones followed, and its public name if it has been heard of.

    A partner that nobody has told of yet is taken as it is: its message is on the way.
    """
    name: str | None = None
    visited: set[UUID] = set()
    while id is not None and id not in visited:
        visited.add(id)
        row = next(iter(await connection.fetch(_KNOWN, [id])), None)
        if row is None:
            break
        name = row["name"]
        if row["merged_into"] is None:
            break
        id = row["merged_into"]
    return id, name


async def barred(connection: Connection, ids: Sequence[UUID]) -> dict[str, str]:
    """Of these partners those the ministry no longer vouches for: name or id, and why."""
    rows = await connection.fetch(_KNOWN, list(ids)) if ids else []
    return {row["name"] or str(row["id"]): row["verification"] for row in rows if row["verification"] in BARRED}
