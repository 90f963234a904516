"""Dates of history, kept as exactly as their source states them and no more exactly.

"early 2023" is a span of days with its words, never an invented day. Conventions, since no standard fixes them:
a part of a year is four months (early: January to April, middle: May to August, late: September to December), a part
of a month about ten days (1 to 10, 11 to 20, 21 to the end). Figures are read day, month, year, as in Viet Nam;
a year has four figures between 1900 and 2099.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from caytre.reference.text import search_key


class UnreadableDate(ValueError):
    """The text states no date that can be read without guessing; ``text`` holds it."""

    def __init__(self, text: str) -> None:
        self.en, self.vi = f"cannot read a date from {text!r}", f"không đọc được ngày từ {text!r}"
        super().__init__(self.en)
        self.text = text


class ImpossibleDate(UnreadableDate):
    """The text states a date that no calendar has; ``reason_vi`` and ``reason_en`` say what is wrong with it."""

    def __init__(self, text: str, *, vi: str, en: str) -> None:
        super().__init__(text)
        self.vi, self.en = f"{text!r}: {vi}", f"{text!r}: {en}"
        self.reason_vi, self.reason_en = vi, en


class _NotInCalendar(ValueError):
    def __init__(self, year: int, month: int, day: int) -> None:
        if 1 <= month <= 12:
            last = calendar.monthrange(year, month)[1]
            self.vi = f"tháng {month}/{year} chỉ có {last} ngày, không có ngày {day}"
            self.en = f"there is no day {day} in {month}/{year}, which has {last}"
        else:
            self.vi = f"không có tháng {month}; thứ tự là ngày/tháng/năm"
            self.en = f"there is no month {month}; the order is day/month/year"
        super().__init__(self.en)


class Precision(StrEnum):
    """How exactly a source states a date. A season is the early, middle or late part of a year."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    YEAR = "year"
    RANGE = "range"


class FuzzyDate(BaseModel):
    """A date as its source states it: the words, and the first and last day they can mean (both inclusive)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    earliest: date
    latest: date
    precision: Precision

    @model_validator(mode="after")
    def _spans_forward(self) -> Self:
        if self.earliest > self.latest:
            raise ValueError("the earliest day lies after the latest")
        if self.precision is Precision.DAY and self.earliest != self.latest:
            raise ValueError("a date to the day has one day")
        return self

    @property
    def exact(self) -> date | None:
        """The day, where the source states one; a deadline may only be anchored on this."""
        return self.earliest if self.precision is Precision.DAY else None

    @classmethod
    def on_day(cls, day: date, text: str | None = None) -> Self:
        """A date known to the day."""
        return cls(text=text or day.isoformat(), earliest=day, latest=day, precision=Precision.DAY)


def parse_date(value: str | int | date | datetime) -> FuzzyDate:
    """Read a date of a register: Vietnamese or English words, figures, a spreadsheet's date cell or a bare year.

    Raises :class:`UnreadableDate`, of which :class:`ImpossibleDate` is one.
    """
    if isinstance(value, datetime):
        return FuzzyDate.on_day(value.date())
    if isinstance(value, date):
        return FuzzyDate.on_day(value)
    text = str(value).strip()
    try:
        earliest, latest, precision = _read(search_key(text).strip(" .,;"))
        return FuzzyDate(text=text, earliest=earliest, latest=latest, precision=precision)
    except _NotInCalendar as wrong:
        raise ImpossibleDate(text, vi=wrong.vi, en=wrong.en) from None
    except ValueError:
        raise UnreadableDate(text) from None


_Span = tuple[date, date, Precision]
_Read = Callable[[re.Match[str]], _Span]

_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DAY = r"(?P<d>\d{1,2})"
_NUMERIC_MONTH = r"(?P<m>\d{1,2})"
_OF_YEAR = rf"(?:\s*[/.,-]\s*|,? (?:nam|of) | ){_YEAR}"
# Written out: the names of the calendar module follow the locale of the process.
_ENGLISH_NAMES = [
    "",
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
_ENGLISH_MONTH = rf"(?P<en>{'|'.join(_ENGLISH_NAMES[1:])}|{'|'.join(f'{name[:3]}[.]?' for name in _ENGLISH_NAMES[1:])})"
_VIETNAMESE_NAMES = ["mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai"]
_VIETNAMESE_MONTH = rf"thang (?:{_NUMERIC_MONTH}|(?P<vi>{'|'.join(reversed(_VIETNAMESE_NAMES))}))"
_ANY_MONTH = rf"(?:{_VIETNAMESE_MONTH}|{_ENGLISH_MONTH})"
_ORDINALS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}
_QUARTER = r"(?P<q>i{1,3}|iv|[1-4])"
_PARTS = {"dau": 0, "early": 0, "beginning": 0, "giua": 1, "mid": 1, "middle": 1, "cuoi": 2, "late": 2, "end": 2}
_PART = rf"(?:the )?(?P<part>{'|'.join(_PARTS)})(?: of|-)?"


def _month_of(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if groups.get("m"):
        return int(groups["m"])
    if groups.get("vi"):
        return _VIETNAMESE_NAMES.index(groups["vi"]) + 1
    return next(number for number, name in enumerate(_ENGLISH_NAMES) if number and name.startswith(groups["en"][:3]))


def _months(year: int, first: int, last: int, precision: Precision) -> _Span:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]), precision


def _day(match: re.Match[str]) -> _Span:
    day = _in_calendar(int(match["y"]), _month_of(match), int(match["d"]))
    return day, day, Precision.DAY


def _days(match: re.Match[str]) -> _Span:
    year, month = int(match["y"]), _month_of(match)
    return _in_calendar(year, month, int(match["d"])), _in_calendar(year, month, int(match["d2"])), Precision.RANGE


def _in_calendar(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _NotInCalendar(year, month, day) from None


def _month(match: re.Match[str]) -> _Span:
    month = _month_of(match)
    if not 1 <= month <= 12:
        raise ValueError(month)
    return _months(int(match["y"]), month, month, Precision.MONTH)


def _part_of_month(match: re.Match[str]) -> _Span:
    first, last, _ = _month(match)
    part = _PARTS[match["part"]]
    start = first.replace(day=10 * part + 1)
    return start, last if part == 2 else start.replace(day=10 * part + 10), Precision.RANGE


def _quarter(match: re.Match[str]) -> _Span:
    number = _ORDINALS.get(match["q"]) or int(match["q"][0])
    return _months(int(match["y"]), 3 * number - 2, 3 * number, Precision.QUARTER)


def _half(match: re.Match[str]) -> _Span:
    first = 1 if match["half"] in {"dau", "first", "1"} else 7
    return _months(int(match["y"]), first, first + 5, Precision.RANGE)


def _part_of_year(match: re.Match[str]) -> _Span:
    first = 4 * _PARTS[match["part"]] + 1
    return _months(int(match["y"]), first, first + 3, Precision.SEASON)


def _year(match: re.Match[str]) -> _Span:
    return _months(int(match["y"]), 1, 12, Precision.YEAR)


def _range(match: re.Match[str]) -> _Span:
    first, last = _read(match["a"]), _read(match["b"])
    return first[0], last[1], Precision.RANGE


# In this order: a range is tried last, because a hyphen also stands between day, month and year.
_FORMS: list[tuple[re.Pattern[str], _Read]] = [
    (re.compile(form), read)
    for form, read in (
        (rf"{_YEAR}-{_NUMERIC_MONTH}-{_DAY}(?:[t ]00:00(?::00)?)?", _day),
        (rf"(?:ngay )?{_DAY}\s*(?P<sep>[/.-])\s*{_NUMERIC_MONTH}\s*(?P=sep)\s*{_YEAR}", _day),
        (rf"(?:ngay )?{_DAY},? {_VIETNAMESE_MONTH}{_OF_YEAR}", _day),
        (rf"(?:the )?{_DAY}(?:st|nd|rd|th)?(?: of)? {_ENGLISH_MONTH},? {_YEAR}", _day),
        (rf"{_ENGLISH_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}", _day),
        (rf"(?:ngay )?{_DAY}\s*-\s*(?P<d2>\d{{1,2}})/{_NUMERIC_MONTH}/{_YEAR}", _days),
        (rf"{_YEAR}-(?P<m>\d\d)", _month),
        (rf"{_NUMERIC_MONTH}\s*[/.-]\s*{_YEAR}", _month),
        (rf"{_ANY_MONTH}{_OF_YEAR}", _month),
        (rf"{_PART}[ ]?{_ANY_MONTH}{_OF_YEAR}", _part_of_month),
        (rf"(?:quy|quarter|q)\s?{_QUARTER}{_OF_YEAR}", _quarter),
        (rf"{_YEAR}[ -]?q(?P<q>[1-4])", _quarter),
        (rf"(?:the )?(?P<q>first|second|third|fourth|1st|2nd|3rd|4th) quarter{_OF_YEAR}", _quarter),
        (rf"(?:nua|6 thang|sau thang) (?P<half>dau|cuoi)(?: nam)? {_YEAR}", _half),
        (rf"(?:the )?(?P<half>first|second) half{_OF_YEAR}", _half),
        (rf"h(?P<half>[12])[ /-]{_YEAR}", _half),
        (rf"{_PART}(?: nam| the year)?[ -]?{_YEAR}", _part_of_year),
        (rf"(?:trong )?(?:nam |in )?{_YEAR}", _year),
        (r"(?:giai doan |tu |from |between )*(?P<a>.+?)(?:\s+(?:den|to|until|and|-)\s+)(?P<b>.+)", _range),
        (r"(?:giai doan |tu )?(?P<a>(?:19|20)\d\d)-(?P<b>(?:19|20)\d\d)", _range),
    )
]


def _read(key: str) -> _Span:
    for form, read in _FORMS:
        if match := form.fullmatch(key):
            return read(match)
    raise ValueError(key)
