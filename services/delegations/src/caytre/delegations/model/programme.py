"""The programme of a visit: nobody and nothing is in two places at once, in one visit or in two of a locality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import combinations

from pydantic import BaseModel, ConfigDict

from caytre.contracts.delegations import ProgrammeItem
from caytre.core.clock import day_of
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference.text import search_key

_WHAT = {
    "host": Words("cơ quan chủ trì tiếp", "host"),
    "venue": Words("địa điểm", "venue"),
    "vehicle": Words("xe", "vehicle"),
    "interpreter": Words("phiên dịch", "interpreter"),
}
_PERSONS = ("interpreter", "interlocutors")


class ProgrammeClash(Refusal):
    en = "The {what} would be at two places: {one} and {other}."
    vi = "Trùng {what}: {one} và {other}."


class ItemOutsideVisit(Refusal):
    status = 422
    en = "Item {number} ({day}) does not lie within the visit ({arrives_on} to {leaves_on})."
    vi = "Mục {number} ({day}) không nằm trong chuyến thăm ({arrives_on} đến {leaves_on})."


class EntryPeople(BaseModel):
    """Who interprets in the entry of this number and whom the guests meet; encrypted with the visit."""

    model_config = ConfigDict(frozen=True)

    number: int
    interpreter: str | None = None
    interlocutors: tuple[str, ...] = ()


def without_names(items: Sequence[ProgrammeItem]) -> tuple[tuple[ProgrammeItem, ...], tuple[EntryPeople, ...]]:
    """The entries as everybody may see them, and the persons in them."""
    open = tuple(item.model_copy(update={"interpreter": None, "interlocutors": ()}) for item in items)
    people = (EntryPeople(number=i.number, **{name: getattr(i, name) for name in _PERSONS}) for i in items)
    return open, tuple(each for each in people if each.interpreter or each.interlocutors)


def with_names_in(items: Sequence[ProgrammeItem], people: Sequence[EntryPeople]) -> tuple[ProgrammeItem, ...]:
    """The entries with the persons in them, as clashes are looked for."""
    named = {each.number: each.model_dump(include=set(_PERSONS)) for each in people}
    return tuple(item.model_copy(update=named.get(item.number, {})) for item in items)


def ensure_programme(items: Sequence[ProgrammeItem], first: date | None, last: date | None) -> None:
    """Numbered once, forward in time, within the visit, without a clash. Raises ItemOutsideVisit, ProgrammeClash."""
    numbers = [item.number for item in items]
    if len(set(numbers)) != len(numbers):
        raise Invalid(pointer="/items", reason=Words("hai mục mang cùng một số", "two items have the same number"))
    for item in items:
        if (item.starts_at is None) != (item.ends_at is None) or (
            item.starts_at and item.ends_at and item.ends_at <= item.starts_at
        ):
            raise Invalid(
                pointer="/items",
                reason=Words(
                    f"mục {item.number} phải có giờ bắt đầu trước giờ kết thúc",
                    f"item {item.number} has a beginning before its end, or neither",
                ),
            )
        for moment in (item.starts_at, item.ends_at):
            if moment and ((first and day_of(moment) < first) or (last and day_of(moment) > last)):
                raise ItemOutsideVisit(
                    pointer="/items", number=item.number, day=day_of(moment), arrives_on=first, leaves_on=last
                )
    for one, other in combinations(items, 2):
        _ensure_apart(one, other)


def ensure_apart(mine: Sequence[ProgrammeItem], theirs: Sequence[ProgrammeItem]) -> None:
    """No clash between the programmes of two visits. Raises ProgrammeClash."""
    for one in mine:
        for other in theirs:
            _ensure_apart(one, other)


def _ensure_apart(one: ProgrammeItem, other: ProgrammeItem) -> None:
    if not _together(one, other):
        return
    for what in _shared(one, other):
        raise ProgrammeClash(pointer="/items", what=what, one=_shown(one), other=_shown(other))


def _together(one: ProgrammeItem, other: ProgrammeItem) -> bool:
    if not (one.starts_at and one.ends_at and other.starts_at and other.ends_at):
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _shared(one: ProgrammeItem, other: ProgrammeItem) -> Iterator[Words]:
    for field, what in _WHAT.items():
        mine, theirs = getattr(one, field), getattr(other, field)
        if mine and theirs and search_key(mine) == search_key(theirs):
            # A person is not named in a refusal.
            yield what if field in _PERSONS else Words(f"{what.vi} {mine}", f"{what.en} {mine}")


def _shown(item: ProgrammeItem) -> str:
    start: datetime | None = item.starts_at
    return f"{item.title} ({start.isoformat() if start else '-'})"
