"""Lists of plans and of successions: newest first, of one agreement or locality."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from caytre.agreements.tables import agreement
from caytre.core.caller import Caller
from caytre.core.listing import Known, Listed, equal, holds, listed
from caytre.core.refusals import NotFound, Words
from caytre.core.storing.database import Database
from caytre.core.web.paging import Page

_NEWEST_PLAN = "SELECT id FROM plan WHERE agreement_id = $1 ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class PartFilter:
    """What a reader looks for; empty members do not narrow."""

    status: str | None = None
    agreement: UUID | None = None
    locality: str | None = None


async def list_parts(database: Database, caller: Caller, table: sa.Table, wanted: PartFilter, page: Page) -> Listed:
    """A page of plans or successions.

    Raises RequestValidationError for an agreement the reader may not know of.
    """
    conditions = [
        *equal(table.c.status, wanted.status),
        *equal(table.c.agreement_id, wanted.agreement),
        *holds(table.c.localities, wanted.locality),
    ]
    of = Known("agreement", Words("thỏa thuận", "agreement"), agreement, wanted.agreement) if wanted.agreement else None
    return await listed(database, caller, table, conditions, [table.c.id], page, of=of)


async def plan_of(database: Database, caller: Caller, agreement_id: UUID) -> UUID:
    """The newest plan of an agreement. Raises NotFound where there is none the reader may know of."""
    async with database.reading(caller) as connection:
        id: UUID | None = await connection.fetchval(_NEWEST_PLAN, agreement_id)
    if id is None:
        raise NotFound(kind="plan", id=agreement_id)
    return id
