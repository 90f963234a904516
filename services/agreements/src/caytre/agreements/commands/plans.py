"""Acts on implementation plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from caytre.agreements.model import Plan
from caytre.agreements.model.plan import PlanExists
from caytre.agreements.tables import AGREEMENTS, PLANS, agreement, plan_place
from caytre.contracts.message import Document
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.storing.change import Change, says
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Claim, Decision, Guard

_EARLIER = "SELECT id, document::text AS document, confidential FROM plan WHERE agreement_id = $1"


async def draft_plan(
    database: Database, command: Command, agreement_id: UUID, particulars: Mapping[str, Any]
) -> Answer:
    """Draw up the plan of an agreement, if it has none that stands."""
    id = new_id()

    async def decide(connection: Connection) -> tuple[Plan, Decision]:
        subject = await AGREEMENTS.load(connection, agreement_id)
        command.permit(subject)
        rows = await connection.fetch(_EARLIER, agreement_id)
        earlier = [PLANS.restore(row["id"], row["document"], row["confidential"]) for row in rows]
        if any(each.status != "ABANDONED" for each in earlier):
            raise PlanExists
        ordinal = len(earlier) + 1
        fresh, message = Plan.draft(id=id, agreement=subject, ordinal=ordinal, at=command.at, **particulars)
        place = Claim(plan_place, {"agreement_id": [agreement_id], "ordinal": [ordinal]})
        guard = Guard(agreement, subject.id, subject.version)
        return fresh, Decision((message,), guards=(guard,), claims=(place,))

    return await PLANS.create(database, command, decide)


async def amend_plan(change: Change, changes: Mapping[str, Any]) -> Answer:
    """Edit the draft."""
    return await says(PLANS, change, lambda plan: plan.amend(changes))


async def approve_plan(change: Change, *, document: Document) -> Answer:
    """Approve the plan."""
    return await says(PLANS, change, lambda plan: plan.approve(document=document, at=change.command.at))


async def activate_plan(change: Change) -> Answer:
    """Begin the work."""
    return await says(PLANS, change, lambda plan: plan.activate(change.command.at))


async def complete_plan(change: Change) -> Answer:
    """Close the plan."""
    return await says(PLANS, change, lambda plan: plan.complete(change.command.at))


async def abandon_plan(change: Change, *, reason: str) -> Answer:
    """Give the plan up."""
    return await says(PLANS, change, lambda plan: plan.abandon(reason=reason, at=change.command.at))


async def start_milestone(change: Change, milestone: str) -> Answer:
    """Begin work on a milestone."""
    return await says(PLANS, change, lambda plan: plan.start(milestone, change.command.at))


async def complete_milestone(
    change: Change, milestone: str, *, done_on: date, evidence: Sequence[Document], note: str | None
) -> Answer:
    """A milestone is done."""
    at = change.command.at
    return await says(
        PLANS, change, lambda plan: plan.finish(milestone, done_on=done_on, evidence=evidence, note=note, at=at)
    )


async def reschedule_milestone(change: Change, milestone: str, *, due_on: date, reason: str) -> Answer:
    """Give a milestone another day."""
    at = change.command.at
    return await says(PLANS, change, lambda plan: plan.reschedule(milestone, due_on=due_on, reason=reason, at=at))


async def drop_milestone(change: Change, milestone: str, *, reason: str) -> Answer:
    """Give a milestone up."""
    return await says(PLANS, change, lambda plan: plan.drop(milestone, reason=reason, at=change.command.at))
