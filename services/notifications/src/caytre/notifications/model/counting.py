"""Counting days: working days, calendar days that roll off a rest day, and lead times counted back.

The first day is not counted. A count of calendar days that ends on a rest day ends on the next working day (Civil Code
2015, Articles 147 and 148); for a lead time the working day before it is taken, so that the lead is kept. Both are
marked unverified: the articles were not checked for every kind of deadline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from caytre.contracts.notifications import CalendarDay, Roll, Said, Skipped
from caytre.core.refusals import Refusal

#: Nothing is counted further than ten years of days.
LONGEST = 3660
#: So many days of one reason are named in an explanation; of more the number is told.
MOST_NAMED = 12
FIRST_DAY, LAST_DAY = date(1945, 9, 2), date(2199, 12, 31)

NEXT = Said(
    vi="ngày cuối thời hạn là ngày nghỉ thì lấy ngày làm việc tiếp theo (Bộ luật Dân sự 2015, Điều 148)",
    en="a period that ends on a rest day ends on the next working day (Civil Code 2015, Article 148)",
)
PREVIOUS = Said(
    vi="mốc tính lùi rơi vào ngày nghỉ thì lấy ngày làm việc liền trước để giữ đủ thời gian",
    en="a lead time that begins on a rest day is kept by the working day before it",
)
WEEKEND = Said(vi="ngày nghỉ cuối tuần", en="weekly rest day")
_UNITS = {
    "WORKING": ("{n} ngày làm việc kể từ {anchor}", "{n} working days from {anchor}"),
    "CALENDAR": ("{n} ngày kể từ {anchor}", "{n} days from {anchor}"),
    "LEAD": ("{n} ngày trước {anchor}", "{n} days before {anchor}"),
}


class BeyondTheCalendar(Refusal):
    """422: the count leaves what a calendar can hold."""

    status = 422
    en = "Dates are counted between {first} and {last}, over at most {longest} days."
    vi = "Chỉ tính ngày trong khoảng {first} đến {last}, tối đa {longest} ngày."

    def __init__(self, *, pointer: str | None = None) -> None:
        super().__init__(pointer=pointer, first=FIRST_DAY, last=LAST_DAY, longest=LONGEST)


@dataclass(frozen=True, slots=True)
class Counted:
    """A computed day, how it came about, and whether the holidays of all its years are known."""

    day: date
    explanation: Said
    skipped: tuple[Skipped, ...] = ()
    roll: Roll | None = None
    known: bool = True


@dataclass(frozen=True)
class WorkingDays:
    """The calendar as it is counted with: Monday to Friday, but for the listed days."""

    version: int
    first_year: int
    last_year: int
    days: Mapping[date, CalendarDay]

    @classmethod
    def of(cls, version: int, first_year: int, last_year: int, days: Iterable[CalendarDay]) -> WorkingDays:
        """From the stored days; an `ordinary` one is what its weekday says."""
        listed = {day.day: day for day in days if day.kind != "ordinary"}
        return cls(version, first_year, last_year, listed)

    def is_working(self, day: date) -> bool:
        """Whether offices work on that day."""
        listed = self.days.get(day)
        return day.weekday() < 5 if listed is None else listed.kind == "worked"

    def rest(self, day: date) -> Skipped | None:
        """Why the day is not counted; None for a working day."""
        if self.is_working(day):
            return None
        listed = self.days.get(day)
        if listed is None:
            return Skipped(day=day, reason=WEEKEND)
        return Skipped(day=day, reason=Said(vi=listed.name_vi, en=listed.name_en), verified=listed.verified)

    def moved(self, day: date, working_days: int) -> date:
        """The working day so many working days after (or, negative, before) the day. Raises BeyondTheCalendar."""
        step = timedelta(days=1 if working_days > 0 else -1)
        left = abs(working_days)
        while left:
            day = self._stepped(day, step)
            left -= self.is_working(day)
        return day

    def count(self, anchor: date, n: int, unit: str, *, roll: bool = True) -> Counted:
        """The day `n` units from the anchor (LEAD: back from it); 0 is the anchor itself, whatever day it is.

        Raises BeyondTheCalendar.
        """
        if not 0 <= n <= LONGEST or not FIRST_DAY <= anchor <= LAST_DAY:
            raise BeyondTheCalendar
        if n == 0:
            text = Said(vi=f"đúng ngày {_vi(anchor)}", en=f"on {_en(anchor)} itself")
            return Counted(anchor, text, known=self._knows(anchor, anchor))
        if unit == "WORKING":
            day, skipped, rolled = self._working(anchor, n)
        else:
            day, skipped, rolled = self._calendar(anchor, n if unit == "CALENDAR" else -n, roll)
        known = self._knows(min(anchor, day), max(anchor, day))
        return Counted(day, _explained(anchor, n, unit, day, skipped, rolled, known), skipped, rolled, known)

    def _working(self, anchor: date, n: int) -> tuple[date, tuple[Skipped, ...], None]:
        skipped, day, left = [], anchor, n
        while left:
            day = self._stepped(day, timedelta(days=1))
            why = self.rest(day)
            if why is None:
                left -= 1
            else:
                skipped.append(why)
        return day, tuple(skipped), None

    def _calendar(self, anchor: date, n: int, roll: bool) -> tuple[date, tuple[Skipped, ...], Roll | None]:
        day = ended = self._stepped(anchor, timedelta(days=n))
        skipped: list[Skipped] = []
        while roll and (why := self.rest(day)) is not None:
            skipped.append(why)
            day = self._stepped(day, timedelta(days=1 if n > 0 else -1))
        rolled = Roll(from_day=ended, rule=NEXT if n > 0 else PREVIOUS) if day != ended else None
        return day, tuple(skipped), rolled

    def _stepped(self, day: date, step: timedelta) -> date:
        try:
            moved = day + step
        except OverflowError as error:
            raise BeyondTheCalendar from error
        if not FIRST_DAY <= moved <= LAST_DAY:
            raise BeyondTheCalendar
        return moved

    def _knows(self, first: date, last: date) -> bool:
        return self.first_year <= first.year and last.year <= self.last_year


def _explained(
    anchor: date, n: int, unit: str, day: date, skipped: tuple[Skipped, ...], roll: Roll | None, known: bool
) -> Said:
    vi, en = _UNITS[unit]
    texts = [vi.format(n=n, anchor=_vi(anchor)), en.format(n=n, anchor=_en(anchor))]
    if unit != "LEAD":
        texts = [f"{texts[0]} (không tính ngày đầu)", f"{texts[1]} (the first day is not counted)"]
    if roll is not None:
        texts[0] += f"; rơi vào {_vi(roll.from_day)}, {roll.rule.vi}, chưa kiểm chứng"
        texts[1] += f"; it falls on {_en(roll.from_day)}, and {roll.rule.en}, unverified"
    if skipped:
        texts[0] += f"; không tính: {'; '.join(_runs(skipped, 'vi'))}"
        texts[1] += f"; not counted: {'; '.join(_runs(skipped, 'en'))}"
    if not known:
        texts[0] += "; chưa có lịch nghỉ lễ của mọi năm trong khoảng này, chỉ trừ thứ Bảy và Chủ nhật"
        texts[1] += "; the holidays of some of these years are not known, only Saturdays and Sundays are left out"
    return Said(vi=f"{texts[0]}: {_vi(day)}", en=f"{texts[1]}: {_en(day)}")


def _runs(skipped: tuple[Skipped, ...], language: str) -> list[str]:
    """The skipped days by reason, reasons in the order in which they first occur."""
    by_reason: dict[Said, list[Skipped]] = {}
    for each in sorted(skipped, key=lambda each: each.day):
        by_reason.setdefault(each.reason, []).append(each)
    runs = []
    for reason, listed in by_reason.items():
        name = reason.vi if language == "vi" else reason.en
        shown = ", ".join(f"{each.day:%d/%m/%Y}" if language == "vi" else _en(each.day) for each in listed[:MOST_NAMED])
        if len(listed) > MOST_NAMED:
            shown += f" +{len(listed) - MOST_NAMED}"
        mark = "" if all(each.verified for each in listed) else _UNVERIFIED[language]
        runs.append(f"{name}{mark} ({shown})")
    return runs


_UNVERIFIED = {"vi": " [chưa kiểm chứng]", "en": " [unverified]"}


def _vi(day: date) -> str:
    return f"ngày {day:%d/%m/%Y}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _en(day: date) -> str:
    # Not strftime's %B, which follows the process's locale.
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
