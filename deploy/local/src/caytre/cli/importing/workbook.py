"""Registers kept as XLSX workbooks: values by calamine, which is fast and knows merged ranges, formulas by openpyxl."""

from __future__ import annotations

import zipfile
from pathlib import Path

from openpyxl import load_workbook
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from caytre.cli.importing.sheet import Place, Sheet, UnreadableFile, plain

#: A workbook that unpacks to more is refused (bytes).
LARGEST_UNPACKED = 1024 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0"
#: A row whose only value is merged over so many columns heads a section.
_HEADING_COLUMNS = 3


def read_workbook(path: Path) -> list[Sheet]:
    """Every visible sheet. Raises UnreadableFile."""
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            raise UnreadableFile(
                f"{path.name} is protected by a password or in the old XLS format. Save it as XLSX without a password."
            )
    with_formulas = _sheets_may_have_formulas(path)
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            sheets = [
                _sheet(workbook.get_sheet_by_name(known.name))
                for known in workbook.sheets_metadata
                if known.visible is SheetVisibleEnum.Visible
            ]
    except (CalamineError, PasswordError) as error:
        raise UnreadableFile(f"{path.name} cannot be read as an XLSX workbook: {error}") from error
    if with_formulas:
        _mark_formulas(path, {sheet.name: sheet for sheet in sheets})
    return sheets


def _sheets_may_have_formulas(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise UnreadableFile(f"{path.name} unpacks to more than {LARGEST_UNPACKED >> 20} MiB.")
            names = [part.filename for part in parts if part.filename.startswith("xl/worksheets/")]
            return any(_has_formula(archive, name) for name in names)
    except zipfile.BadZipFile as error:
        raise UnreadableFile(f"{path.name} is no XLSX workbook: {error}") from error


def _has_formula(archive: zipfile.ZipFile, name: str) -> bool:
    tail = b""
    with archive.open(name) as part:
        while block := part.read(1 << 20):
            if b"<f>" in (seen := tail + block) or b"<f " in seen:
                return True
            tail = block[-3:]
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
        for at in range(top + 1, min(bottom + 1, len(rows))):
            rows[at][left] = rows[top][left]
            sheet.notes[at, left] = f"value of the cell merged from row {top + 1} to row {bottom + 1}"
    return sheet


def _mark_formulas(path: Path, sheets: dict[str, Sheet]) -> None:
    workbook = load_workbook(path, read_only=True)
    try:
        for name, sheet in sheets.items():
            if name in workbook.sheetnames:
                for at, row in enumerate(workbook[name].iter_rows(min_row=1, min_col=1)):
                    for column, cell in enumerate(row):
                        if cell.data_type == "f":
                            _mark(sheet, (at, column))
    finally:
        workbook.close()


def _mark(sheet: Sheet, place: Place) -> None:
    row, column = place
    known = row < len(sheet.rows) and column < len(sheet.rows[row])
    value = sheet.rows[row][column] if known else None
    if value is None:
        sheet.faults[place] = "a formula without a stored value: open the file in a spreadsheet program and save it"
    elif isinstance(value, str) and value.startswith("#"):
        sheet.faults[place] = f"a formula whose value is the error {value}"
    else:
        sheet.notes[place] = "the stored value of a formula"
