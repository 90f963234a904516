"""The items of an annual plan: what each must say, what became of it, and that they keep within the ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from caytre.contracts.delegations import Adjustment, AnnualPlanState, PlanItem, PlanItemMoved, PlanItemsLapsed
from caytre.contracts.lineage import Ref
from caytre.core.admission import admit
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.delegations.model.life import Living, NothingToChange, NotThere, ensure_countries

MOST_ITEMS = 500
#: What can still be carried out.
_OPEN = frozenset({"PLANNED", "POSTPONED"})
#: What became of an item; the rest is what was approved.
_BECAME = ("in_adoption", "status", "carried_by", "reason")
_NEEDED = {
    "purpose": Words("mục đích", "purpose"),
    "countries": Words("nước đến", "country"),
    "month_from": Words("thời gian", "months"),
    "head_rank": Words("cấp trưởng đoàn", "rank of the head"),
    "budget_source": Words("nguồn kinh phí", "source of the budget"),
}


class PlanEmpty(Refusal):
    en = "The plan has no item."
    vi = "Kế hoạch chưa có mục nào."


class ItemIncomplete(Refusal):
    en = "Item {item} of the plan lacks: {missing}."
    vi = "Mục {item} của kế hoạch còn thiếu: {missing}."


class BudgetOverCeiling(Refusal):
    en = "The items need {budget} {currency}; the ceiling is {ceiling}."
    vi = "Các mục cần {budget} {currency}; mức trần là {ceiling}."


class ItemNotOpen(Refusal):
    en = "Item {item} is {status}; only a planned or postponed item can be carried out."
    vi = "Mục {item} đang ở trạng thái {status}; chỉ thực hiện được mục đã lập kế hoạch hoặc tạm hoãn."


class ItemNotApprovedYet(Refusal):
    en = "Item {item} was added by an adjustment of the plan that is not approved yet."
    vi = "Mục {item} được bổ sung trong đợt điều chỉnh kế hoạch chưa được phê duyệt."


class AdjustmentUnrecorded(Refusal):
    en = "This adjustment began without a record of what it changes, so it cannot be taken back: have it approved."
    vi = "Đợt điều chỉnh này bắt đầu khi chưa ghi lại nội dung thay đổi nên không thể rút; hãy trình phê duyệt."


class ItemCarried(Refusal):
    en = "Item {item} is carried out by {carrier} already; name another item, or take that one out of it first."
    vi = "Mục {item} đã do {carrier} thực hiện; hãy nêu mục khác, hoặc đưa hồ sơ đó ra khỏi mục này trước."


class ItemTaken(Refusal):
    en = "Another delegation or visit took this item of the plan in the same moment; name another one, or try again."
    vi = "Một hồ sơ khác vừa nhận mục kế hoạch này cùng lúc; hãy nêu mục khác, hoặc thử lại."


class Itemised(Living, AnnualPlanState):
    """A plan as the rules about its items see it."""

    @property
    def budget(self) -> Decimal:
        """What the items that are not dropped cost."""
        return sum((i.budget.amount for i in self.items if i.budget and i.status != "DROPPED"), Decimal(0))

    def ensure_open_item(self, id: UUID, carrier: UUID) -> PlanItem:
        """The item, if this delegation or visit may carry it out.

        Raises NotThere, ItemNotOpen, ItemNotApprovedYet, ItemCarried.
        """
        item = self.item(id)
        if item.status not in _OPEN:
            raise ItemNotOpen(pointer="/plan", item=item.purpose or id, status=item.status)
        if self._added(id):
            raise ItemNotApprovedYet(pointer="/plan", item=item.purpose or id)
        if _with_another(item, carrier):
            raise carried(item, item.carried_by, "/plan")
        return item

    def item(self, id: UUID) -> PlanItem:
        """Raises NotThere."""
        for item in self.items:
            if item.id == id:
                return item
        raise NotThere(what=Words("mục", "item"), number=id)

    def move_item(
        self, id: UUID, status: str, *, carried_by: Ref | None = None, reason: str | None = None
    ) -> PlanItemMoved | None:
        """What became of an item; None when it is said already, or the item has come to its end otherwise."""
        item = next((item for item in self.items if item.id == id), None)
        if item is None or self.status == "CLOSED" or item.status in {"REALISED", "LAPSED", "DROPPED"}:
            return None
        if carried_by is not None and _with_another(item, carried_by.id) and item.status == "PLANNED":
            return None
        update: dict[str, object] = {"status": status, "reason": reason}
        if carried_by is not None:
            update["carried_by"] = carried_by
        moved = item.model_copy(update=update)
        if moved == item:
            return None
        self.items = tuple(moved if each.id == id else each for each in self.items)
        return PlanItemMoved(item=id, status=status, carried_by=moved.carried_by, reason=reason)

    def follow(
        self, carrier: Ref, place: UUID | None, became: str | None, *, takes: bool, reason: str | None
    ) -> tuple[PlanItemMoved, ...]:
        """What a delegation or visit does to the items: that at its `place` is what it `became`, others are free.

        Without `takes` it moves only what it carries already; one that became None carries nothing.
        """
        keeping = place if became else None
        moved = list(self._release(carrier.id, keeping))
        item = next((item for item in self.items if item.id == keeping), None)
        if item is not None and became and (takes or (item.carried_by and item.carried_by.id == carrier.id)):
            told = self.move_item(item.id, became, carried_by=carrier, reason=reason)
            moved += [told] if told else []
        return tuple(moved)

    def _added(self, id: UUID) -> bool:
        return self.adjustment is not None and id in self.adjustment.added

    def _release(self, carrier: UUID, keeping: UUID | None) -> tuple[PlanItemMoved, ...]:
        free = {
            item.id: item.model_copy(update={"carried_by": None})
            for item in self.items
            if item.carried_by and item.carried_by.id == carrier and item.id != keeping and item.status in _OPEN
        }
        if self.status == "CLOSED" or not free:
            return ()
        self.items = tuple(free.get(item.id, item) for item in self.items)
        return tuple(PlanItemMoved(item=item.id, status=item.status, reason=item.reason) for item in free.values())

    def realise_by(self, carrier: UUID) -> PlanItemMoved | None:
        """What this carries out is realised; None when nothing of it is open.

        Of an item that an adjustment has dropped this is kept for the case that the adjustment is withdrawn.
        """
        carried = (item for item in self.items if item.carried_by and item.carried_by.id == carrier)
        item = next((item for item in carried if item.status in _OPEN), None)
        return self.move_item(item.id, "REALISED") if item else self._realise_dropped(carrier)

    def _realise_dropped(self, carrier: UUID) -> PlanItemMoved | None:
        done = self.adjustment
        dropped = done.dropped if done else ()
        carried = (item for item in dropped if item.carried_by and item.carried_by.id == carrier)
        item = next((item for item in carried if item.status in _OPEN), None)
        if done is None or item is None:
            return None
        realised = item.model_copy(update={"status": "REALISED", "reason": None})
        kept = tuple(realised if each.id == item.id else each for each in dropped)
        self.adjustment = done.model_copy(update={"dropped": kept})
        return PlanItemMoved(item=item.id, status="REALISED", carried_by=item.carried_by)

    def decide_item(self, id: UUID, status: str, *, reason: str, carried_by: Ref | None = None) -> PlanItemMoved:
        """An officer postpones, drops or plans an item again, or says what carries it.

        Raises NotAtThisStage, NotThere, ItemNotOpen, ItemNotApprovedYet, ItemCarried, NothingToChange,
        StateSecretNotAdmitted.
        """
        self.ensure("APPROVED", "ADJUSTING")
        admit(reason)
        item = self.item(id)
        self.ensure_open(item)
        if carried_by is not None and self._added(id):
            raise ItemNotApprovedYet(pointer="/carried_by", item=item.purpose or id)
        if carried_by is not None and item.status == "PLANNED" and _with_another(item, carried_by.id):
            raise carried(item, item.carried_by, "/carried_by")
        moved = self.move_item(id, status, carried_by=carried_by, reason=reason)
        if moved is None:
            raise NothingToChange
        return moved

    def lapse(self, today: date) -> PlanItemsLapsed | None:
        """The year is over: what is still open lapses. None when nothing is."""
        if today.year <= self.year or self.status not in {"APPROVED", "ADJUSTING"}:
            return None
        lapsed = tuple(item.id for item in self.items if item.status in _OPEN)
        if not lapsed:
            return None
        self.items = tuple(
            item.model_copy(update={"status": "LAPSED"}) if item.id in lapsed else item for item in self.items
        )
        return PlanItemsLapsed(items=lapsed)

    def changed(self, before: PlanItem, item: PlanItem) -> PlanItem:
        """The item as edited; what became of it stays. Raises ItemNotOpen."""
        self.ensure_open(before)
        return _with_what_became(item, before)

    def remember(self, *, added: Sequence[PlanItem], changed: Sequence[PlanItem], dropped: Sequence[PlanItem]) -> None:
        """Keep what the adjustment does to the items, each as it was before; the first change of an item counts.

        An adjustment that began unrecorded stays so: a part of it could not be taken back.
        """
        so_far = self.adjustment
        if so_far is None:
            return
        known = {*so_far.added, *(item.id for item in so_far.changed)}
        self.adjustment = Adjustment(
            added=(*so_far.added, *(item.id for item in added)),
            changed=(*so_far.changed, *(item for item in changed if item.id not in known)),
            dropped=(*so_far.dropped, *(item for item in dropped if item.id not in so_far.added)),
        )

    def take_back(self) -> None:
        """Undo the adjustment: the items are again as they were approved, with what became of them since.

        Raises AdjustmentUnrecorded.
        """
        done = self.adjustment
        if done is None:
            raise AdjustmentUnrecorded
        self.adjustment = None
        approved = {item.id: item for item in done.changed}
        dropped = {item.id: item for item in done.dropped}
        present = {item.id: dropped.get(item.id, item) for item in self.items if item.id not in done.added}
        items = (present | dropped).values()
        self.items = tuple(_with_what_became(approved.get(item.id, item), item) for item in items)

    def ensure_open(self, item: PlanItem) -> None:
        """Raises ItemNotOpen."""
        if item.status not in _OPEN:
            raise ItemNotOpen(item=item.purpose or item.id, status=item.status)

    def ensure_items(self) -> None:
        """Countries, months and currency that can be. Raises Invalid."""
        if len(self.items) > MOST_ITEMS:
            raise Invalid(pointer="/items", reason=Words(f"quá {MOST_ITEMS} mục", f"more than {MOST_ITEMS} items"))
        seen: set[UUID] = set()
        for number, item in enumerate(self.items):
            if item.id in seen:
                raise Invalid(
                    pointer=f"/items/{number}",
                    reason=Words("mục này đã có trong kế hoạch", "this item is in the plan already"),
                )
            seen.add(item.id)
            ensure_countries(item.countries, f"/items/{number}/countries")
            if item.month_from and item.month_to and item.month_to < item.month_from:
                raise Invalid(
                    pointer=f"/items/{number}/month_to",
                    reason=Words("tháng kết thúc trước tháng bắt đầu", "the last month lies before the first"),
                )
            if item.budget and item.budget.currency != self.currency:
                raise Invalid(
                    pointer=f"/items/{number}/budget",
                    reason=Words("kế hoạch dùng một loại tiền tệ", "a plan is kept in one currency"),
                )

    def ensure_complete(self) -> None:
        """Raises PlanEmpty, ItemIncomplete, BudgetOverCeiling."""
        if not self.items:
            raise PlanEmpty
        for item in self.items:
            missing = [words for name, words in _NEEDED.items() if not getattr(item, name)]
            if missing and item.status in _OPEN:
                listed = Words(", ".join(m.vi for m in missing), ", ".join(m.en for m in missing))
                raise ItemIncomplete(pointer="/items", item=item.purpose or item.id, missing=listed)
        if self.ceiling is not None and self.budget > self.ceiling:
            raise BudgetOverCeiling(budget=self.budget, currency=self.currency, ceiling=self.ceiling)


def _with_what_became(item: PlanItem, of: PlanItem) -> PlanItem:
    return item.model_copy(update={name: getattr(of, name) for name in _BECAME})


def _with_another(item: PlanItem, carrier: UUID) -> bool:
    return item.carried_by is not None and item.carried_by.id != carrier


def carried(item: PlanItem, by: Ref | None, pointer: str) -> ItemCarried:
    """The refusal that names who carries the item out."""
    carrier = " ".join(filter(None, (by.label, f"({by.kind} {by.id})"))) if by else "-"
    return ItemCarried(pointer=pointer, item=item.purpose or item.id, carrier=carrier)
