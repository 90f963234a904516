"""The calendar that counts: seeded, overridden day by day with a reason, its version named in every computed date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Self
from uuid import UUID, uuid5

from caytre.contracts.message import PUBLIC, Document
from caytre.contracts.notifications import CalendarDay, CalendarState, CalendarUpdated, DayBegan, DayState
from caytre.core.admission import admit
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.notifications.model.counting import WorkingDays

#: Names made from what they name, so that every process finds the same record.
NAMES = UUID("018f0000-0000-7000-8000-0000ca1e0da5")
CALENDAR_ID = uuid5(NAMES, "calendar/VN")


class DayGivenTwice(Refusal):
    en = "The day {day} is given twice. Say once what it is."
    vi = "Ngày {day} được nêu hai lần. Mỗi ngày chỉ nêu một lần."


class DayAlreadyOverridden(Refusal):
    en = "The day {day} is overridden already ({kind}). Take that override back first."
    vi = "Ngày {day} đã được điều chỉnh ({kind}). Hãy bỏ điều chỉnh đó trước."


class NotOverridden(Refusal):
    en = "The day {day} is not overridden; there is nothing to take back."
    vi = "Ngày {day} chưa được điều chỉnh nên không có gì để bỏ."


class OverrideWithoutEffect(Refusal):
    en = "The day {day} is that already: a {kind} override would change nothing."
    vi = "Ngày {day} vốn đã như vậy: điều chỉnh {kind} không làm thay đổi gì."


class Calendar(CalendarState, Record):
    """The working-day calendar of Viet Nam's state sector."""

    KIND: ClassVar[str] = "calendar"

    @classmethod
    def seed_with(
        cls, edition: str, first_year: int, last_year: int, days: Sequence[CalendarDay]
    ) -> tuple[Self, CalendarUpdated]:
        """The first version."""
        calendar = cls(
            id=CALENDAR_ID,
            sensitivity=PUBLIC,
            seed=edition,
            first_year=first_year,
            last_year=last_year,
            days=tuple(sorted(days, key=lambda day: day.day)),
        )
        return calendar, CalendarUpdated(changed=tuple(day.day for day in calendar.days), reason=f"seed {edition}")

    def seed_again(
        self, edition: str, first_year: int, last_year: int, days: Sequence[CalendarDay]
    ) -> CalendarUpdated | None:
        """Take a later edition over where no override stands; None when it is there already."""
        if edition <= self.seed:
            return None
        before = {day.day: day for day in self.days}
        overrides = {day.day: day for day in self.days if day.overridden}
        after = {day.day: day for day in days} | overrides
        changed = sorted(day for day in before.keys() | after.keys() if before.get(day) != after.get(day))
        self.seed, self.first_year, self.last_year = edition, first_year, last_year
        self.days = tuple(after[day] for day in sorted(after))
        return CalendarUpdated(changed=tuple(changed), reason=f"seed {edition}")

    def override(self, days: Sequence[CalendarDay], *, reason: str, document: Document | None) -> CalendarUpdated:
        """Say of days what they are, from now on and for open deadlines.

        Raises DayGivenTwice, DayAlreadyOverridden, OverrideWithoutEffect, StateSecretNotAdmitted.
        """
        admit(reason, document, *days)
        present, counted = {day.day: day for day in self.days}, self.working_days()
        seen: set[date] = set()
        for n, day in enumerate(days):
            if day.day in seen:
                raise DayGivenTwice(pointer=f"/days/{n}/day", day=day.day)
            seen.add(day.day)
            listed = present.get(day.day)
            if listed is not None and listed.overridden:
                raise DayAlreadyOverridden(pointer=f"/days/{n}/day", day=day.day, kind=listed.kind)
            if _works(day) == counted.is_working(day.day):
                raise OverrideWithoutEffect(pointer=f"/days/{n}/kind", day=day.day, kind=day.kind)
        fresh = {
            day.day: day.model_copy(update={"overridden": True, "reason": reason, "document": document}) for day in days
        }
        merged = present | fresh
        self.days = tuple(merged[day] for day in sorted(merged))
        return CalendarUpdated(changed=tuple(sorted(seen)), reason=reason)

    def take_back(self, day: date, seeded: CalendarDay | None, *, reason: str) -> CalendarUpdated:
        """Undo an override; `seeded` is what the seed says of the day. Raises NotOverridden."""
        admit(reason)
        listed = next((each for each in self.days if each.day == day), None)
        if listed is None or not listed.overridden:
            raise NotOverridden(pointer="/day", day=day)
        kept = [each for each in self.days if each.day != day] + ([seeded] if seeded is not None else [])
        self.days = tuple(sorted(kept, key=lambda each: each.day))
        return CalendarUpdated(changed=(day,), reason=reason)

    def working_days(self) -> WorkingDays:
        """The calendar as it is counted with."""
        return WorkingDays.of(self.version, self.first_year, self.last_year, self.days)


def _works(day: CalendarDay) -> bool:
    return day.kind == "worked" or (day.kind == "ordinary" and day.day.weekday() < 5)


class Day(DayState, Record):
    """A day that has begun; the record keeps that from being said twice."""

    KIND: ClassVar[str] = "day"

    @classmethod
    def begin(cls, day: date, counted: WorkingDays) -> tuple[Self, DayBegan]:
        """Say that the day has begun."""
        works = counted.is_working(day)
        record = cls(id=day_id(day), sensitivity=PUBLIC, day=day, working_day=works, calendar_version=counted.version)
        return record, DayBegan(day=day, working_day=works, calendar_version=counted.version)


def day_id(day: date) -> UUID:
    """The identity of a day."""
    return uuid5(NAMES, f"day/{day.isoformat()}")
