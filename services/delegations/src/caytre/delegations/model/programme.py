"""The programme of a visit: nobody and nothing is in two places at once, in one visit or in two of a locality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import combinations

from caytre.contracts.delegations import ProgrammeItem
from caytre.core.clock import day_of
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference.text import search_key

_WHAT = {
    "host": Words("người chủ trì tiếp", "host"),
    "venue": Words("địa điểm", "venue"),
    "vehicle": Words("xe", "vehicle"),
    "interpreter": Words("phiên dịch", "interpreter"),
}


class ProgrammeClash(Refusal):
    en = "The {what} {who} would be at two places: {one} and {other}."
    vi = "Trùng {what} {who}: {one} và {other}."


class ItemOutsideVisit(Refusal):
    status = 422
    en = "Item {number} ({day}) does not lie within the visit ({arrives_on} to {leaves_on})."
    vi = "Mục {number} ({day}) không nằm trong chuyến thăm ({arrives_on} đến {leaves_on})."


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
    for field, name in _shared(one, other):
        raise ProgrammeClash(pointer="/items", what=_WHAT[field], who=name, one=_shown(one), other=_shown(other))


def _together(one: ProgrammeItem, other: ProgrammeItem) -> bool:
    if not (one.starts_at and one.ends_at and other.starts_at and other.ends_at):
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _shared(one: ProgrammeItem, other: ProgrammeItem) -> Iterator[tuple[str, str]]:
    for field in _WHAT:
        mine, theirs = getattr(one, field), getattr(other, field)
        if mine and theirs and search_key(mine) == search_key(theirs):
            yield field, mine


def _shown(item: ProgrammeItem) -> str:
    start: datetime | None = item.starts_at
    return f"{item.title} ({start.isoformat() if start else '-'})"
