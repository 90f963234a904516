"""Registers kept as XLSX workbooks: values by calamine, which is fast and knows merged ranges, formulas by openpyxl."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from caytre.cli.importing.sheet import Place, Sheet, UnreadableFile, cell_name, plain
from caytre.core.refusals import Words

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

#: A workbook that unpacks to more is refused (bytes).
LARGEST_UNPACKED = 1024 * 1024 * 1024
#: A row whose only value is merged over so many columns heads a section.
_HEADING_COLUMNS = 3
_MARKED = re.compile(rb"<f[ >/]|t=\"e\"")
_STORE = Words(
    "công thức chưa có giá trị lưu; hãy mở tệp bằng chương trình bảng tính rồi lưu lại",
    "a formula without a stored value; open the file in a spreadsheet program and save it",
)


def read_workbook(path: Path) -> list[Sheet]:
    """Every visible sheet. Raises UnreadableFile."""
    marked = _has_marked_cells(path)
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            sheets = [
                _sheet(workbook.get_sheet_by_name(known.name))
                for known in workbook.sheets_metadata
                if known.visible is SheetVisibleEnum.Visible
            ]
    except (CalamineError, PasswordError) as error:
        raise UnreadableFile(
            vi=f"Không đọc được {path.name} như sổ tính XLSX: {error}",
            en=f"{path.name} cannot be read as an XLSX workbook: {error}",
        ) from error
    if marked:
        _mark(path, {sheet.name: sheet for sheet in sheets})
    return sheets


def _has_marked_cells(path: Path) -> bool:
    """Whether a sheet has formulas or error values."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise UnreadableFile(
                    vi=f"{path.name} giải nén ra hơn {LARGEST_UNPACKED >> 20} MiB.",
                    en=f"{path.name} unpacks to more than {LARGEST_UNPACKED >> 20} MiB.",
                )
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise UnreadableFile(
                    vi=f"{path.name} là tệp nén loại khác (Word, ODS, XLSB …). Hãy lưu dưới dạng XLSX.",
                    en=f"{path.name} is no XLSX workbook but an archive of another kind (Word, ODS, XLSB …). "
                    "Save it as XLSX.",
                )
            return any(_is_marked(archive, name) for name in names if name.startswith("xl/worksheets/"))
    except zipfile.BadZipFile as error:
        raise UnreadableFile(
            vi=f"{path.name} không phải sổ tính XLSX hoặc đã hỏng: {error}",
            en=f"{path.name} is no XLSX workbook, or a damaged one: {error}",
        ) from error


def _is_marked(archive: zipfile.ZipFile, name: str) -> bool:
    tail = b""
    with archive.open(name) as part:
        while block := part.read(1 << 20):
            if _MARKED.search(seen := tail + block):
                return True
            tail = seen[-5:]
    return False


def _sheet(found: CalamineSheet) -> Sheet:
    rows = [[plain(cell) for cell in row] for row in found.to_python(skip_empty_area=False)]
    sheet = Sheet(found.name, rows)
    for (top, left), (bottom, right) in found.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]) or rows[top][left] is None:
            continue
        others = [value for at, value in enumerate(rows[top]) if not left <= at <= right and value is not None]
        if right - left + 1 >= _HEADING_COLUMNS and not others:
            sheet.headings.update(range(top, bottom + 1))
        span = f"{cell_name((top, left))}:{cell_name((bottom, right))}"
        for at in range(top, min(bottom + 1, len(rows))):
            if at > top:
                rows[at][left] = rows[top][left]
                sheet.notes[at, left] = Words(f"giá trị của ô gộp {span}", f"value of the merged cell {span}")
            sheet.covered.update(((at, column), (top, left)) for column in range(left + 1, right + 1))
    return sheet


def _mark(path: Path, sheets: dict[str, Sheet]) -> None:
    formulas: list[tuple[Sheet, Place]] = []
    for sheet, place, cell in _cells(path, sheets, values=False):
        if cell.data_type == "f":
            formulas.append((sheet, place))
        elif cell.data_type == "e":
            sheet.faults[place] = _error(str(cell.value))
    unstored = [(sheet, place) for sheet, place in formulas if not _stored(sheet, place)]
    # The file does not tell a formula that gave an error from one that was never calculated, its values do.
    errors = (
        {
            (sheet.name, place): str(cell.value)
            for sheet, place, cell in _cells(path, sheets, values=True)
            if cell.data_type == "e"
        }
        if unstored
        else {}
    )
    for sheet, place in unstored:
        found = errors.get((sheet.name, place))
        sheet.faults[place] = _error(found) if found else _STORE


def _stored(sheet: Sheet, place: Place) -> bool:
    row, column = place
    if row >= len(sheet.rows) or column >= len(sheet.rows[row]) or sheet.rows[row][column] is None:
        return False
    sheet.notes[place] = Words("lấy giá trị đã lưu của công thức", "the stored value of a formula")
    return True


def _cells(path: Path, sheets: dict[str, Sheet], *, values: bool) -> Iterator[tuple[Sheet, Place, Cell]]:
    # Loaded here, because every command of this tool would wait for it, and few of them read a formula.
    from openpyxl import load_workbook

    workbook = load_workbook(path, read_only=True, data_only=values)
    try:
        for name, sheet in sheets.items():
            if name in workbook.sheetnames:
                for at, row in enumerate(workbook[name].iter_rows(min_row=1, min_col=1)):
                    for column, cell in enumerate(row):
                        if cell.value is not None:
                            yield sheet, (at, column), cell
    finally:
        workbook.close()


def _error(value: str) -> Words:
    return Words(
        f"ô có lỗi {value} của chương trình bảng tính thay vì giá trị; hãy sửa ô nguồn hoặc gõ giá trị vào",
        f"the cell holds the spreadsheet's error {value} and no value; mend what it refers to, or type the value",
    )
