"""A plan beside what became of it: items by status, and what was carried out without standing in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel

from caytre.contracts.delegations import AnnualPlanState, PlanItem
from caytre.core.caller import Caller
from caytre.core.storing.database import Database

#: Trips and visits of the year that name no item, while the plan's locality was the one that sent or received.
_OUTSIDE: Mapping[str, str] = {
    "OUT": (
        "SELECT id FROM delegation WHERE locality = $1 AND plan_id IS NULL AND departs_on BETWEEN make_date($2, 1, 1) "
        "AND make_date($2, 12, 31) AND status IN ('APPROVED', 'DEPARTED', 'RETURNED', 'REPORTED', 'CLOSED') ORDER BY id"
    ),
    "IN": (
        "SELECT id FROM visit WHERE locality = $1 AND plan_id IS NULL AND arrives_on BETWEEN make_date($2, 1, 1) "
        "AND make_date($2, 12, 31) AND status IN ('APPROVED', 'ARRIVED', 'DEPARTED', 'REPORTED', 'CLOSED') ORDER BY id"
    ),
}


class Comparison(BaseModel):
    """Planned versus actual. `share_realised` is the part of the items that were realised, in percent."""

    plan_id: UUID
    year: int
    direction: str
    adoptions: int
    by_status: dict[str, int]
    share_realised: float | None
    items: tuple[PlanItem, ...]
    outside_the_plan: tuple[UUID, ...]


async def compare_plan(database: Database, caller: Caller, plan: AnnualPlanState) -> Comparison:
    """The plan, as this reader may read it, beside what became of it."""
    async with database.reading(caller) as connection:
        outside = await connection.fetch(_OUTSIDE[plan.direction], plan.locality, plan.year)
    counted = Counter(item.status for item in plan.items)
    return Comparison(
        plan_id=plan.id,
        year=plan.year,
        direction=plan.direction,
        adoptions=len(plan.adoptions),
        by_status=dict(counted),
        share_realised=round(100 * counted["REALISED"] / len(plan.items), 1) if plan.items else None,
        items=plan.items,
        outside_the_plan=tuple(row["id"] for row in outside),
    )
