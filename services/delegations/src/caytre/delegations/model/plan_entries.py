"""What a file says about a plan that is here already, row by row: items it adds, items it tells otherwise."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from caytre.contracts.delegations import AnnualPlanRecorded, PlanItem
from caytre.core.admission import admit
from caytre.delegations.model.plan import AnnualPlan
from caytre.delegations.model.registers import Difference, HandledHere, differences, follow

#: What a row of a plan can speak about.
_SPOKEN_OF = (
    "purpose",
    "countries",
    "month_from",
    "month_to",
    "head_rank",
    "size",
    "budget_source",
    "budget",
    "partner_ids",
    "status",
    "reason",
)
_WHAT_BECAME = frozenset({"status", "reason"})
#: Given up here, or being adjusted here, which remembers what is to be taken back.
_IN_HAND = frozenset({"ADJUSTING", "WITHDRAWN"})


@dataclass(frozen=True, slots=True)
class ItemCompared:
    """A row beside the item of its number; `here` is None when the plan has no such item."""

    there: PlanItem
    here: PlanItem | None
    differences: tuple[Difference, ...] = ()

    @property
    def followed(self) -> PlanItem:
        """The item as the row has it; what the row leaves open stays."""
        if self.here is None:
            return self.there
        told = {each.field: getattr(self.there, each.field) for each in self.differences}
        return self.here.model_copy(update=told)


def compare_items(here: AnnualPlan, rows: Sequence[PlanItem], *, open: Collection[UUID]) -> tuple[ItemCompared, ...]:
    """Each row beside its item. Of those in `open` the file does not say what became of them."""
    known = {item.id: item for item in here.items}
    return tuple(_compare(known.get(row.id), row, row.id in open) for row in rows)


def _compare(here: PlanItem | None, there: PlanItem, open: bool) -> ItemCompared:
    if here is None:
        return ItemCompared(there, None)
    fields = [name for name in _SPOKEN_OF if name not in _WHAT_BECAME or not (open or _settled(here, there))]
    return ItemCompared(there, here, differences(here, there, fields))


def _settled(here: PlanItem, there: PlanItem) -> bool:
    """What carries the item out says what became of it, and what was open when the year ended has lapsed."""
    return here.carried_by is not None or (here.status == "LAPSED" and there.status in {"PLANNED", "POSTPONED"})


def take_rows(
    plan: AnnualPlan, compared: Sequence[ItemCompared], there: AnnualPlan, found: Sequence[Difference], *, update: bool
) -> AnnualPlanRecorded | None:
    """Add the items that are new; with `update` follow the others, and the plan itself where `found` names it.

    None when that changes nothing. Raises HandledHere, Invalid, StateSecretNotAdmitted.
    """
    fresh = tuple(each.there for each in compared if each.here is None)
    told = {each.there.id: each.followed for each in compared if update and each.differences}
    if not (fresh or told or (update and found)):
        return None
    if plan.provenance.origin == "act" or plan.status in _IN_HAND:
        raise HandledHere
    if update:
        follow(plan, there, found)
    plan.items = (*(told.get(item.id, item) for item in plan.items), *fresh)
    plan.ensure_items()
    admit(plan)
    return plan.recorded()
