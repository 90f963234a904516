"""A file of a register: which sheets of it are read, and the rows in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from caytre.cli.importing.columns import Layout, find_layout, recognised
from caytre.cli.importing.formats import read_sheets
from caytre.cli.importing.kind import Kind
from caytre.cli.importing.rows import Row, filled_rows, refuse_repeated, sections
from caytre.cli.importing.sheet import Sheet, UnreadableFile, column_name
from caytre.core.refusals import Words
from caytre.reference.text import normalise


@dataclass
class Book:
    """Everything that was read from a file; `remarks` are about the file as a whole."""

    file: str
    rows: list[Row] = field(default_factory=list)
    remarks: list[Words] = field(default_factory=list)


def read_book(path: Path, kind: Kind, *, source: str | None = None, wanted: Sequence[str] = ()) -> Book:
    """Read CSV or XLSX, told apart by content. `wanted` names sheets; `source` stands where rows name none.

    Raises UnreadableFile, also when several sheets could be meant, and OSError.
    """
    book = Book(normalise(path.name))
    sheets = read_sheets(path, partial(recognised, kind.columns))
    for sheet, layout in _chosen(path.name, kind, sheets, wanted):
        sheet.headings |= sections(sheet, layout, kind.section)
        rows = [kind.row(book.file, sheet, layout, at, source or book.file) for at in filled_rows(sheet, layout)]
        of_sheet = Words(f" của trang {sheet.name}", f" of sheet {sheet.name}") if len(sheets) > 1 else Words("", "")
        book.remarks += sheet.remarks
        book.remarks += _remarks(sheet, layout, rows, of_sheet)
        book.rows += rows
    refuse_repeated(book.rows)
    return book


def _remarks(sheet: Sheet, layout: Layout, rows: Sequence[Row], of_sheet: Words) -> list[Words]:
    said = []
    if strangers := layout.strangers:
        vi = ", ".join(
            f"{one.header} ({one.place}{f', có phải “{one.meant}”?' if one.meant else ''})" for one in strangers
        )
        en = ", ".join(
            f"{one.header} ({one.place}{f', is “{one.meant}” meant?' if one.meant else ''})" for one in strangers
        )
        said.append(Words(f"Cột{of_sheet.vi} không được đọc: {vi}.", f"Columns{of_sheet.en} that are not read: {en}."))
    if nameless := _nameless(sheet, layout):
        said.append(
            Words(
                f"Cột{of_sheet.vi} có dữ liệu nhưng không có tiêu đề, không được đọc: {', '.join(nameless)}.",
                f"Columns{of_sheet.en} with values and no header, which are not read: {', '.join(nameless)}.",
            )
        )
    if headings := sheet.headings & set(range(layout.header + 1, len(sheet.rows))):
        shown = ", ".join(str(at + 1) for at in sorted(headings)[:10])
        said.append(
            Words(
                f"Dòng{of_sheet.vi} chỉ là đề mục, được bỏ qua: {shown}.",
                f"Rows{of_sheet.en} left out as headings of sections: {shown}.",
            )
        )
    if left := _left_behind(sheet, layout, rows):
        listed = ", ".join(left)
        said.append(
            Words(
                f"Cột{of_sheet.vi} không được lấy vào: {listed}.",
                f"Columns{of_sheet.en} that are not taken over: {listed}.",
            )
        )
    return said


def _nameless(sheet: Sheet, layout: Layout) -> list[str]:
    header = sheet.rows[layout.header]
    below = [sheet.rows[at] for at in filled_rows(sheet, layout)]
    widest = max(map(len, below), default=0)
    return [
        column_name(column)
        for column in range(widest)
        if (column >= len(header) or header[column] is None)
        and any(column < len(row) and row[column] is not None for row in below)
    ]


def _left_behind(sheet: Sheet, layout: Layout, rows: Sequence[Row]) -> list[str]:
    """The headers of columns that say something Caytre has no place for; noted at the first row of each."""
    left = []
    for name, place in layout.places.items():
        if layout.columns[name].taken:
            continue
        for row in rows:
            if sheet.value((row.number - 1, place)) is not None:
                row.cells.note(
                    name,
                    vi="cột này không được lấy vào, ở dòng này và các dòng dưới",
                    en="not taken over, in this row and those below",
                )
                left.append(layout.headers[name])
                break
    return left


def _chosen(file: str, kind: Kind, sheets: list[Sheet], wanted: Sequence[str]) -> list[tuple[Sheet, Layout]]:
    names = [normalise(name) for name in wanted]
    have = ", ".join(f"“{sheet.name}”" for sheet in sheets)
    if unknown := ", ".join(name for name in names if name not in {sheet.name for sheet in sheets}):
        raise UnreadableFile(
            vi=f"{file} không có trang {unknown}; có {have}.", en=f"{file} has no sheet {unknown}; it has {have}."
        )
    candidates = [sheet for sheet in sheets if sheet.name in names] if names else sheets
    found = [(sheet, layout) for sheet in candidates if (layout := find_layout(kind.columns, sheet)) is not None]
    if not found:
        headers = ", ".join(f"“{column.header}”" for column in kind.columns if column.required)
        raise UnreadableFile(
            vi=f"Không tìm thấy dòng tiêu đề trong {file}. Cần ít nhất các cột {headers}, hoặc tên khác nêu trong "
            "examples/stock/README.md.",
            en=f"No header row was found in {file}. A register needs at least the columns {headers}, by these names "
            "or others listed in examples/stock/README.md.",
        )
    if len(found) > 1 and not names:
        several = ", ".join(f"“{sheet.name}”" for sheet, _ in found)
        raise UnreadableFile(
            vi=f"Nhiều trang của {file} là sổ đăng ký: {several}. Hãy nêu một hoặc nhiều trang bằng --sheet.",
            en=f"Several sheets of {file} are registers: {several}. Name one or more by --sheet.",
        )
    return found
