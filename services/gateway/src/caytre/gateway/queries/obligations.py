"""Deadlines with their day: what is on a desk, what hangs on a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from caytre.core.storing.database import Connection

_DUE = "d.id, d.at, d.sensitivity, d.owner_kind, d.owner_id, d.status, d.open, d.document::text AS document"
_ON_DESKS = f"""
SELECT {_DUE} FROM deadline_view d WHERE d.id IN (SELECT deadline_candidates($1, $2, $3, $4, $5))
ORDER BY d.due_order, d.id
"""
_OF = f"""
SELECT {_DUE} FROM deadline_view d WHERE d.owner_id = $1 ORDER BY d.open DESC, d.due_order, d.id LIMIT $2
"""
EARLIEST, END = date(1, 1, 1), date(9999, 12, 31)
NOWHERE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline; `document` is its state. `at` is when it last changed."""

    id: UUID
    at: datetime
    sensitivity: str
    owner_kind: str
    owner_id: UUID
    open: bool
    document: dict[str, Any]

    @property
    def due_on(self) -> date | None:
        """The day, where it has one."""
        day = self.document.get("due_on")
        return date.fromisoformat(day) if day else None

    @property
    def place(self) -> tuple[date, UUID]:
        """Where it stands in a list."""
        return (self.due_on or END, self.id)


async def on_desks(
    connection: Connection,
    desks: Sequence[str],
    *,
    after: tuple[date, UUID] = (EARLIEST, NOWHERE),
    until: date | None = None,
    most: int,
) -> list[Due]:
    """Open deadlines that these localities and agencies answer for, the longest overdue first.

    Those without a day come last, and not at all where there is an `until` (exclusive).
    """
    rows = await connection.fetch(_ON_DESKS, list(desks), *after, until, most)
    return [_due(row) for row in rows]


async def of_record(connection: Connection, owner: UUID, most: int = 200) -> list[Due]:
    """What falls due on a record, open ones first."""
    return [_due(row) for row in await connection.fetch(_OF, owner, most)]


def _due(row: Any) -> Due:
    return Due(
        id=row["id"],
        at=row["at"],
        sensitivity=row["sensitivity"],
        owner_kind=row["owner_kind"],
        owner_id=row["owner_id"],
        open=row["open"],
        document=from_json(row["document"]),
    )
