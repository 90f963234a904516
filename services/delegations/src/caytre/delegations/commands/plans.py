"""Annual plans: drawn up, approved under the claim on their year, and compared with what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from caytre.contracts.delegations import PlanPlace
from caytre.contracts.message import Document
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.storing.change import Change, creates, decides
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Claim, Decision, Guard
from caytre.delegations.model import AnnualPlan
from caytre.delegations.tables import PLANS, annual_plan, plan_year

_PLAN = "SELECT document::text AS document, confidential FROM annual_plan WHERE id = $1"
_STANDING = "SELECT TRUE FROM plan_year WHERE record_id = $1"


async def draft_plan(database: Database, command: Command, *, particulars: Mapping[str, Any]) -> Answer:
    """Begin a plan."""
    id = new_id()

    async def decide(_: Connection) -> tuple[AnnualPlan, Decision]:
        plan, message = AnnualPlan.draft(id=id, at=command.at, **particulars)
        return plan, Decision((message,))

    return await creates(PLANS, database, command, decide)


async def approve_plan(change: Change, *, authority: str, document: Document) -> Answer:
    """Approve the plan; its year is taken with the first approval and stays taken."""

    async def decide(plan: AnnualPlan, connection: Connection) -> Decision:
        message = plan.approve(authority=authority, document=document, at=change.command.at)
        taken = await connection.fetchval(_STANDING, plan.id)
        return Decision((message,), claims=() if taken else year_claim(plan))

    return await decides(PLANS, change, decide)


def year_claim(plan: AnnualPlan) -> tuple[Claim, ...]:
    """The claim on locality, year and direction."""
    columns: dict[str, list[object]] = {
        "locality": [plan.locality],
        "year": [plan.year],
        "direction": [plan.direction],
    }
    return (Claim(plan_year, columns),)


async def plan_of(connection: Connection, id: UUID) -> AnnualPlan | None:
    """The plan of this id, if there is one."""
    row = await connection.fetchrow(_PLAN, id)
    return PLANS.restore(id, row["document"], row["confidential"]) if row else None


async def plan_at(connection: Connection, place: PlanPlace | None) -> tuple[AnnualPlan | None, tuple[Guard, ...]]:
    """The plan that a delegation or visit names, and the condition that it is still as it was read."""
    plan = await plan_of(connection, place.plan_id) if place else None
    return plan, (Guard(annual_plan, plan.id, plan.version),) if plan else ()
