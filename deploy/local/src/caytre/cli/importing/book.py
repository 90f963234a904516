"""A file of a register: which sheets of it are read, and the rows in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from caytre.cli.importing.columns import Column, Layout, find_layout, recognised
from caytre.cli.importing.delimited import read_delimited
from caytre.cli.importing.rows import Row, filled_rows, refuse_repeated
from caytre.cli.importing.sheet import LARGEST_FILE, Sheet, UnreadableFile
from caytre.cli.importing.workbook import read_workbook
from caytre.reference.text import normalise

E = TypeVar("E")

#: Reads one row: file, sheet, layout, place of the row, name of the source.
ReadRow = Callable[[str, Sheet, Layout, int, str], Row[E]]


@dataclass
class Book(Generic[E]):
    """Everything that was read from a file; `remarks` are about the file as a whole."""

    file: str
    rows: list[Row[E]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_book(
    path: Path, columns: Sequence[Column], read_row: ReadRow[E], *, source: str | None, wanted: Sequence[str] = ()
) -> Book[E]:
    """Read CSV or XLSX, told apart by content. `wanted` names sheets; `source` stands where rows name none.

    Raises UnreadableFile, also when several sheets could be meant, and OSError.
    """
    book = Book[E](normalise(path.name))
    sheets = _sheets(path, columns)
    for sheet, layout in _chosen(path.name, columns, sheets, wanted):
        of_sheet = f" of sheet {sheet.name}" if len(sheets) > 1 else ""
        book.remarks += sheet.remarks
        if layout.unknown:
            book.remarks.append(f"Columns{of_sheet} that are not read: {', '.join(layout.unknown)}.")
        if headings := sheet.headings & set(range(layout.header + 1, len(sheet.rows))):
            shown = ", ".join(str(at + 1) for at in sorted(headings)[:10])
            book.remarks.append(f"Rows{of_sheet} left out as headings of sections: {shown}.")
        name = source or book.file
        rows = [read_row(book.file, sheet, layout, at, name) for at in filled_rows(sheet, layout)]
        if left := _left_behind(columns, sheet, layout, rows):
            book.remarks.append(f"Columns{of_sheet} that are not taken over: {', '.join(left)}.")
        book.rows += rows
    refuse_repeated(book.rows)
    return book


def _left_behind(columns: Sequence[Column], sheet: Sheet, layout: Layout, rows: Sequence[Row[E]]) -> list[str]:
    """The headers of columns that say something Caytre has no place for; noted at the first row of each."""
    left = []
    for column in columns:
        if column.taken or column.name not in layout.places:
            continue
        place, header = layout.places[column.name], layout.headers[column.name]
        for row in rows:
            values = sheet.rows[row.number - 1]
            if place < len(values) and values[place] is not None:
                row.notes.append(f"not taken over: {header}, in this row and those below")
                left.append(header)
                break
    return left


def _sheets(path: Path, columns: Sequence[Column]) -> list[Sheet]:
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise UnreadableFile(
            f"{path.name} has {size >> 20} MiB, more than {LARGEST_FILE >> 20}: split it, by years for example."
        )
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] == b"PK" or start == b"\xd0\xcf\x11\xe0":
        return read_workbook(path)
    return [read_delimited(path.read_bytes(), partial(recognised, columns))]


def _chosen(
    file: str, columns: Sequence[Column], sheets: list[Sheet], wanted: Sequence[str]
) -> list[tuple[Sheet, Layout]]:
    names = [normalise(name) for name in wanted]
    if unknown := [name for name in names if name not in {sheet.name for sheet in sheets}]:
        have = ", ".join(f"“{sheet.name}”" for sheet in sheets)
        raise UnreadableFile(f"{file} has no sheet {', '.join(unknown)}; it has {have}.")
    candidates = [sheet for sheet in sheets if sheet.name in names] if names else sheets
    found = [(sheet, layout) for sheet in candidates if (layout := find_layout(columns, sheet)) is not None]
    if not found:
        headers = ", ".join(f"“{column.header}”" for column in columns if column.required)
        raise UnreadableFile(
            f"No header row was found in {file}. A register needs at least the columns {headers}, by these names "
            "or others listed in examples/stock/README.md."
        )
    if len(found) > 1 and not names:
        several = ", ".join(f"“{sheet.name}”" for sheet, _ in found)
        raise UnreadableFile(f"Several sheets of {file} are registers: {several}. Name one or more by --sheet.")
    return found
