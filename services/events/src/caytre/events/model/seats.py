"""How many places of an event are taken: a ledger with one row per change, each naming the one before by its number.

A change takes the next turn; who takes the same turn at the same instant is refused by the turn's unique constraint
and looks again. So the row a decision was made on is the newest one, and what it says can be relied on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from caytre.core.refusals import Refusal


class Oversold(Refusal):
    en = "There are not so many places: {quota} in all, {taken} taken."
    vi = "Không đủ chỗ: có {quota} chỗ, đã có {taken} người."


class TurnTaken(Refusal):
    en = "Many register for this event at this moment, and your turn did not come. Nothing has changed; try again."
    vi = "Đang có nhiều người cùng đăng ký và chưa đến lượt của bạn. Chưa có gì thay đổi; hãy thử lại."


@dataclass(frozen=True, slots=True)
class Seats:
    """The ledger of an event and a way of taking part after `turn` changes. `waiting` counts parties, not persons."""

    turn: int = 0
    taken: int = 0
    waiting: int = 0
    quota: int | None = None

    def has_room_for(self, persons: int) -> bool:
        """Whether so many persons more can be admitted."""
        return self.quota is None or self.taken + persons <= self.quota

    def take(self, persons: int) -> Self:
        """The next row, with so many persons more. Raises Oversold."""
        if not self.has_room_for(persons):
            raise Oversold(quota=self.quota, taken=self.taken)
        return self._next(taken=self.taken + persons)

    def free(self, persons: int) -> Self:
        """The next row, with so many persons fewer."""
        return self._next(taken=self.taken - persons)

    def wait(self) -> Self:
        """The next row, with one party more on the waiting list."""
        return self._next(waiting=self.waiting + 1)

    def leave_list(self) -> Self:
        """The next row, with one party fewer on the waiting list."""
        return self._next(waiting=self.waiting - 1)

    def promote(self, persons: int) -> Self:
        """The next row: a party of the waiting list has its places. Raises Oversold."""
        return replace(self.take(persons), waiting=self.waiting - 1)

    def under(self, quota: int | None) -> Self:
        """The next row, under another quota."""
        return self._next(quota=quota)

    def _next(self, **changes: int | None) -> Self:
        return replace(self, turn=self.turn + 1, **changes)  # type: ignore[arg-type]
