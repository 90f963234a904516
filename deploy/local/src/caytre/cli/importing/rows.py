"""One row of a register: where it stands, what makes it this row, what it says and why it is not taken over."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from caytre.cli.importing.cells import Cells
from caytre.cli.importing.columns import Layout
from caytre.cli.importing.problems import Problem
from caytre.cli.importing.register_words import ORIGINS, SENSITIVITIES, field_code
from caytre.cli.importing.sheet import Sheet
from caytre.core.refusals import Words
from caytre.reference.text import search_key

#: So many cells of a row have something when it heads a section: a number and its title.
_HEADING_CELLS = 2


@dataclass(frozen=True)
class Entry:
    """What a row says, as its kind's command takes it.

    Rows that have a member of `shared` in common are not sent at the same time until one of them went in: the first
    makes what the others find, a partner for example. Rows with the same `whole` are parts of one record.
    """

    body: dict[str, Any]
    shared: frozenset[tuple[str, ...]] = frozenset()
    whole: tuple[str, ...] = ()


@dataclass
class Row:
    """A row of the file. `entry` is what it says; None when it has problems."""

    file: str
    sheet: str
    number: int
    cells: Cells
    source: str
    external: str = ""
    entry: Entry | None = None
    #: What is written above the row, the nearest first: the heading of its section, the sheet, the file's title.
    above: tuple[str, ...] = ()
    #: Whether what the platform has to say about it was asked for (`Kind.complete`).
    completed: bool = False

    @property
    def problems(self) -> list[Problem]:
        """Why it is not taken over."""
        return self.cells.problems

    @property
    def notes(self) -> list[Words]:
        """How it was understood."""
        return self.cells.notes

    @property
    def key(self) -> tuple[str, str]:
        """What tells the row from every other: its source and its number there."""
        return self.source, self.external

    def origin(self) -> str:
        """Where it says that it comes from, else `imported`."""
        return self.cells.word("provenance", ORIGINS) or "imported"

    def sensitivity(self, otherwise: str = "internal") -> str:
        """Who may read it, by its column."""
        return self.cells.word("sensitivity", SENSITIVITIES) or otherwise

    def fields(self) -> tuple[str, ...]:
        """The codes of the fields of co-operation that it names."""
        return self.cells.words("fields", field_code, Words("lĩnh vực hợp tác", "field of co-operation"))

    def listed(self, origin: str) -> dict[str, Any]:
        """Where it stands in a list that is published as a whole: the list is the publication, the number there the
        statement.
        """
        published = {"publication": self.source, "statement": self.external} if origin == "sourced" else {}
        return self.reference(origin) | published

    def reference(self, origin: str) -> dict[str, Any]:
        """Where it stands, as the API takes it."""
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


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the row says, without what it leaves open."""
    return {name: value for name, value in values.items() if value not in (None, (), [])}


def filled_rows(sheet: Sheet, layout: Layout) -> Iterator[int]:
    """The rows (from 0) below the header that say something and are more than the heading of a section."""
    for at in range(layout.header + 1, len(sheet.rows)):
        if at not in sheet.headings and any(value is not None for value in sheet.rows[at]):
            yield at


def sections(sheet: Sheet, layout: Layout, tells: Callable[[str], bool]) -> set[int]:
    """The rows (from 0) that head a section without being merged: a number and a few words, nothing else."""
    return {
        at
        for at in range(layout.header + 1, len(sheet.rows))
        if 1 <= sum(value is not None for value in sheet.rows[at]) <= _HEADING_CELLS and tells(sheet.line(at))
    }


def written_above(sheet: Sheet, layout: Layout, at: int) -> tuple[str, ...]:
    """The heading of the section of the row at `at`, the name of the sheet, and what stands above the header."""
    heading = max((row for row in sheet.headings if layout.header < row < at), default=None)
    said = [sheet.line(heading) if heading is not None else "", sheet.name, *map(sheet.line, range(layout.header))]
    return tuple(text for text in said if text)


def refuse_repeated(rows: list[Row]) -> None:
    """Refuse every row whose source and number were in the file before."""
    seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        if not row.external:
            continue
        first = seen.setdefault(row.key, row)
        if first is not row:
            other = first.sheet != row.sheet
            vi = f"dòng {first.number}" + (f" của trang {first.sheet}" if other else "")
            en = f"row {first.number}" + (f" of sheet {first.sheet}" if other else "")
            said = Words(
                f"số này đã có ở {vi}; mỗi số trong một nguồn chỉ có một dòng",
                f"this number is already in {en}; in one source each number has one row",
            )
            row.problems.append(row.cells.about("number", said))
            row.entry = None
