"""Taking over an annual plan from a file: one record, in which each row of the file is an item with its own outcome."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel

from caytre.contracts.delegations import AnnualPlanRecorded
from caytre.contracts.message import ExternalRef
from caytre.core.command import Command
from caytre.core.ids import new_id
from caytre.core.storing import idempotency
from caytre.core.storing.change import creates, may_make, reference_claim
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision
from caytre.delegations.commands.plans import year_claim
from caytre.delegations.commands.recordings import OUTCOMES, Outcome, Recording, ensure_known, recorded
from caytre.delegations.model import AnnualPlan
from caytre.delegations.model.plan import PlanYearTaken
from caytre.delegations.model.plan_entries import ItemCompared, compare_items, take_rows
from caytre.delegations.model.registers import Difference, differences
from caytre.delegations.tables import PLANS

_TAKEN = "SELECT TRUE FROM plan_year WHERE locality = $1 AND year = $2 AND direction = $3"


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A plan as a file has it. `compared` is what the file says of the plan as a whole.

    Of items in `open` it does not say what became of them.
    """

    reference: ExternalRef
    build: Callable[[UUID], tuple[AnnualPlan, AnnualPlanRecorded]]
    compared: Sequence[str] = ()
    open: Collection[UUID] = ()


class RecordedRow(BaseModel):
    """What came of one row of the plan, in the order of the request."""

    outcome: Outcome
    differences: tuple[Difference, ...] = ()


class PlanRecording(Recording):
    """What came of the plan, and of each of its rows; of a repeated request only the plan's outcome is told again."""

    items: tuple[RecordedRow, ...] = ()


async def take_over_plan(
    database: Database, command: Command, entry: PlanEntry, *, apply: bool, update: bool
) -> PlanRecording:
    """Take the plan over, or say what that would do.

    Rows that are new are added to a plan that is here, rows that differ are followed with `update`, and what is here
    and not in the file stays. Raises PlanYearTaken, ReferenceTaken, HandledHere, and what a plan refuses.
    """
    async with database.command.acquire() as connection:
        if replay := await idempotency.find(command, connection):
            return PlanRecording(outcome=OUTCOMES[replay.status], id=replay.id, version=replay.version)
        there, _ = entry.build(new_id())
        may_make(command, AnnualPlan.KIND)(there)
        known = await recorded(connection, AnnualPlan.KIND, entry.reference)
        if known is None and there.status != "DRAFT" and await _year_taken(connection, there):
            raise PlanYearTaken
    if known is not None:
        return await _supplement(database, command, entry, known, there, apply=apply, update=update)
    rows = tuple(RecordedRow(outcome="created") for _ in there.items)
    if not apply:
        return PlanRecording(outcome="created", items=rows)

    async def decide(_: Connection) -> tuple[AnnualPlan, Decision]:
        fresh, message = entry.build(there.id)
        claims = reference_claim(PLANS, fresh.external_refs)
        return fresh, Decision((message,), claims=claims if fresh.status == "DRAFT" else (*claims, *year_claim(fresh)))

    answer = await creates(PLANS, database, command, decide)
    return PlanRecording(outcome="created", id=answer.id, version=answer.version, items=rows)


async def _year_taken(connection: Connection, plan: AnnualPlan) -> bool:
    return bool(await connection.fetchval(_TAKEN, plan.locality, plan.year, plan.direction))


async def _supplement(
    database: Database,
    command: Command,
    entry: PlanEntry,
    id: UUID,
    there: AnnualPlan,
    *,
    apply: bool,
    update: bool,
) -> PlanRecording:
    async with database.command.acquire() as connection:
        here = await PLANS.load(connection, id)
    ensure_known(command, here)
    compared = compare_items(here, there.items, open=entry.open)
    found = differences(here, there, entry.compared)
    update = apply and update
    version = here.version
    # Tried on a copy first: it says whether there is anything to write, and what would be refused.
    if take_rows(here.model_copy(deep=True), compared, there, found, update=update) is not None and apply:

        async def decide(plan: AnnualPlan, _: Connection) -> Decision:
            before = plan.status
            message = take_rows(plan, compared, there, found, update=update)
            claims = year_claim(plan) if before == "DRAFT" != plan.status else ()
            return Decision((message,) if message is not None else (), claims=claims)

        version = (await PLANS.change(database, command, id, here.version, decide)).version
    rows = tuple(RecordedRow(outcome=_outcome(each, update), differences=each.differences) for each in compared)
    return PlanRecording(outcome=_whole(rows, found, update), id=id, version=version, differences=found, items=rows)


def _outcome(row: ItemCompared, update: bool) -> Outcome:
    if row.here is None:
        return "created"
    if not row.differences:
        return "unchanged"
    return "updated" if update else "different"


def _whole(rows: Sequence[RecordedRow], found: Sequence[Difference], update: bool) -> Outcome:
    outcomes = {row.outcome for row in rows}
    if "created" in outcomes or (update and (found or "updated" in outcomes)):
        return "updated"
    return "different" if found or "different" in outcomes else "unchanged"
