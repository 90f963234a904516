"""When a delegation is away: two days, one day, or words that state no more than they know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from caytre.cli.importing.cells import Cells
from caytre.reference.dates import FuzzyDate, Precision, UnreadableDate, parse_date
from caytre.reference.text import search_key

_DASHES = re.compile("[\N{HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]")
_PART = r"(?P<d{n}>\d{{1,2}})(?:/(?P<m{n}>\d{{1,2}})(?:/(?P<y{n}>\d{{4}}))?)?"
#: "04 - 10/05/2023", "04/05-10/05/2023", "từ ngày 29/12/2023 đến ngày 03/01/2024".
_TWO_DAYS = re.compile(
    rf"(?:tu )?(?:ngay )?{_PART.format(n=1)}\s*(?:-|den|to|until)\s*(?:het )?(?:ngay )?{_PART.format(n=2)}"
)
_AND = re.compile(r"\s*(?:-|,|;| den | va | hoac )\s*")


@dataclass(frozen=True)
class Span:
    """The first and the last day, each as exactly as it is stated."""

    first: FuzzyDate | None = None
    last: FuzzyDate | None = None


def two_days(text: str) -> Span | None:
    """The span of two days that a text states, None when it states something else."""
    # "ngày 10 tháng 5 năm 2023" is written as "10/5/2023" first.
    plain = re.sub(r"\s*[.]\s*(?=\d)", "/", re.sub(r",? (?:thang|nam) (?=\d)", "/", _plain(text)))
    match = _TWO_DAYS.fullmatch(plain)
    if match is None or not match["y2"]:
        return None
    month = int(match["m1"] or match["m2"])
    year, day, other = int(match["y2"]), int(match["d1"]), (int(match["m2"]), int(match["d2"]))
    # A trip over New Year names the year once, behind its last day.
    first_year = int(match["y1"]) if match["y1"] else year - ((month, day) > other)
    try:
        first, last = date(first_year, month, day), date(year, *other)
    except ValueError:
        return None
    return Span(FuzzyDate.on_day(first), FuzzyDate.on_day(last))


def span(cells: Cells, name: str) -> Span:
    """What a cell says of the time; what cannot be read is a problem of it."""
    value = cells.value(name)
    if isinstance(value, str) and (found := two_days(value)):
        return found
    return Span(cells.day(name))


def stated(day: FuzzyDate | None) -> str | None:
    """The day as the API takes it: the same for a day in words, in figures and in a date cell."""
    if day is None:
        return None
    return day.exact.isoformat() if day.exact else day.text


def months(text: str, year: int) -> FuzzyDate | None:
    """The span of a year that a text names with or without the year ("quý II", "tháng 5-6"), None when it names none.

    A text that names a year of its own is read with that.
    """
    if found := two_days(text) or two_days(f"{text}/{year}"):
        return _between(text, found.first, found.last)
    if whole := _one(text, year):
        return whole
    parts = [part for part in _AND.split(_plain(text)) if part]
    unit = parts[0].split()[0] if parts and parts[0][0].isalpha() else "thang"
    read = [_one(part if len(part.split()) > 1 else f"{unit} {part}", year) for part in parts]
    return _between(text, read[0], read[-1]) if len(parts) > 1 and all(read) else None


def _plain(text: str) -> str:
    return re.sub(r"\bt(?=\d)", "thang ", _DASHES.sub("-", search_key(text))).strip(" .,;")


def _one(text: str, year: int) -> FuzzyDate | None:
    plain = _plain(text).replace("ca nam", "trong nam")
    plain = f"thang {plain}" if plain.isdecimal() and len(plain) <= 2 else plain
    for form in (plain, f"{plain}/{year}", f"{plain} {year}"):
        try:
            return parse_date(form)
        except UnreadableDate:
            continue
    return None


def _between(text: str, first: FuzzyDate | None, last: FuzzyDate | None) -> FuzzyDate | None:
    if first is None or last is None or last.latest < first.earliest:
        return None
    return FuzzyDate(text=text, earliest=first.earliest, latest=last.latest, precision=Precision.RANGE)
