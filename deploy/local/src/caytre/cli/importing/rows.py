"""One row of a register, read column by column: what it says, and every reason why it cannot be taken over."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from caytre.cli.importing.columns import Layout
from caytre.cli.importing.sheet import Sheet, Value, text_of
from caytre.cli.importing.values import ORIGINS, SENSITIVITIES
from caytre.reference import countries
from caytre.reference.dates import FuzzyDate, UnreadableDate, parse_date
from caytre.reference.text import search_key

E = TypeVar("E")

#: Days since this one are how a spreadsheet stores a date whose cell is not formatted as one.
_SERIAL_ORIGIN = date(1899, 12, 30)
_SERIALS = range(3000, 80_000)
_LIST = re.compile(r"\s*[;\n]\s*")


@dataclass(frozen=True)
class Problem:
    """Why a row, or what is in one column of it, is not taken over. `column` is the header in the file."""

    column: str
    reason: str

    def __str__(self) -> str:
        return f"{self.column}: {self.reason}" if self.column else self.reason


@dataclass
class Row(Generic[E]):
    """A row of the file. `entry` is what it says; None when it has problems."""

    file: str
    sheet: str
    number: int
    #: What the columns are called in this file, by their names in Caytre.
    headers: Mapping[str, str]
    source: str
    external: str = ""
    entry: E | None = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """What tells the row from every other: its source and its number there."""
        return self.source, self.external

    def reference(self, origin: str) -> dict[str, Any]:
        """Where the row stands, as the API takes it."""
        return {
            "system": system_code(self.source),
            "number": self.external,
            "origin": origin,
            "file": self.file[:200],
            "row": self.number,
        }


def system_code(source: str) -> str:
    """The name of a source as an identifier: "Sổ đăng ký minh họa" becomes `so-dang-ky-minh-hoa`."""
    code = re.sub(r"[^a-z0-9_.@]+", "-", search_key(source)).strip("-_.@")[:64]
    return code or f"source-{hashlib.sha256(source.encode()).hexdigest()[:12]}"


class Cells:
    """The cells of one row by the names of their columns; collects problems and notes."""

    def __init__(self, sheet: Sheet, layout: Layout, at: int) -> None:
        self._sheet = sheet
        self._layout = layout
        self._at = at
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        for name, column in layout.places.items():
            if fault := sheet.faults.get((at, column)):
                self.problems.append(Problem(layout.headers[name], fault))
            elif note := sheet.notes.get((at, column)):
                self.notes.append(f"{layout.headers[name]}: {note}")

    def value(self, name: str) -> Value:
        """The value, None for an empty cell or a column that is not there."""
        place = self._layout.places.get(name)
        row = self._sheet.rows[self._at]
        return None if place is None or place >= len(row) else row[place]

    def text(self, name: str) -> str | None:
        """The value as text."""
        return text_of(self.value(name)) or None

    def problem(self, name: str, reason: str) -> None:
        """Say why the value of a column cannot be used; once for a column."""
        header = self._layout.headers.get(name, name)
        if all(known.column != header for known in self.problems):
            self.problems.append(Problem(header, reason))

    def note(self, name: str, text: str) -> None:
        """Say how a value was understood."""
        self.notes.append(f"{self._layout.headers.get(name, name)}: {text}")

    def required(self, name: str) -> str | None:
        """The value as text; an empty cell is a problem."""
        text = self.text(name)
        if text is None:
            self.problem(name, "is empty")
        return text

    def word(self, name: str, table: Mapping[str, str]) -> str | None:
        """What a word stands for by the table; an unknown word is a problem, an empty cell is None."""
        text = self.text(name)
        if text is None:
            return None
        found = table.get(search_key(text))
        if found is None:
            known = ", ".join(sorted(set(table.values())))
            self.problem(name, f"“{text}” is not known; it can be one of {known} or their Vietnamese words")
        return found

    def words(self, name: str, find: Callable[[str], str | None], what: str) -> tuple[str, ...]:
        """What each word of a list stands for, in the order of the cell and without repetition."""
        found: dict[str, None] = {}
        for word in filter(None, _LIST.split(self.text(name) or "")):
            code = find(word)
            if code is None:
                self.problem(name, f"“{word}” is not a known {what}; several are separated by “;”")
            else:
                found[code] = None
        return tuple(found)

    def day(self, name: str) -> FuzzyDate | None:
        """A date as exactly as the cell states it."""
        value = self.value(name)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value in _SERIALS:
            read = _SERIAL_ORIGIN + timedelta(days=value)
            self.note(name, f"the number {value} was read as the spreadsheet's day {read.isoformat()}")
            return FuzzyDate.on_day(read)
        if isinstance(value, bool | float):
            self.problem(name, f"“{value}” is no date")
            return None
        try:
            return parse_date(value)
        except UnreadableDate:
            self.problem(name, f"“{value}” is no date that can be read without guessing")
            return None

    def country(self, name: str, partner_type: str | None) -> str | None:
        """The ISO 3166-1 code of a country; an empty cell is a problem unless the partner is an organisation of many.

        `partner_type` is what the row says the partner is.
        """
        organisation = partner_type == "international_organisation"
        text = self.text(name) if organisation else self.required(name)
        if text is None:
            return None
        try:
            return countries.find(text).code
        except countries.UnknownCountry as unknown:
            self.problem(name, str(unknown))
            return None

    def sensitivity(self, otherwise: str) -> str:
        """Who may read the record, or `otherwise` when the row does not say."""
        return self.word("sensitivity", SENSITIVITIES) or otherwise

    def origin(self) -> str:
        """Where the row comes from when it says so, else `imported`."""
        return self.word("provenance", ORIGINS) or "imported"


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the row says, without what it leaves open."""
    return {name: value for name, value in values.items() if value not in (None, ())}


def filled_rows(sheet: Sheet, layout: Layout) -> Iterator[int]:
    """The rows (from 0) below the header that say something and are more than the heading of a section."""
    for at in range(layout.header + 1, len(sheet.rows)):
        if at not in sheet.headings and any(value is not None for value in sheet.rows[at]):
            yield at


def refuse_repeated(rows: list[Row[E]]) -> None:
    """Refuse every row whose source and number were in the file before."""
    seen: dict[tuple[str, str], Row[E]] = {}
    for row in rows:
        if not row.external:
            continue
        first = seen.setdefault(row.key, row)
        if first is not row:
            where = f"row {first.number}" + (f" of sheet {first.sheet}" if first.sheet != row.sheet else "")
            row.problems.append(Problem("", f"the number {row.external} is already in {where}"))
            row.entry = None
