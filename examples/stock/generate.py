"""Write the invented register beside this file, as CSV and as a workbook, and ten rows with faults.

Run with ``uv run python examples/stock/generate.py``. The same seed gives the same register. Provinces, partners and
numbers are invented; every row says so. What a row says is chosen in ``invention.py``.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from invention import HEADERS, SEED, Row, faulty_rows, rows
from openpyxl import Workbook
from openpyxl.styles import Font

_HERE = Path(__file__).resolve().parent
# A workbook carries the time of writing in two places; fixed ones make the file the same every time.
_WRITTEN = (2026, 1, 1, 0, 0, 0)


def as_csv(lines: Iterable[Row]) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheet programs write and expect it; exact days as 31/12/2023."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADERS)
    for row in lines:
        writer.writerow([cell.strftime("%d/%m/%Y") if isinstance(cell, date) else cell for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(lines: Iterable[Row]) -> bytes:
    """A workbook whose exact days are date cells; the others are words, as in a real register."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = "Thỏa thuận (minh họa)"
    sheet.append(HEADERS)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in lines:
        sheet.append(row)
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if isinstance(cell.value, date | datetime):
                cell.number_format = "dd/mm/yyyy"
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return _without_times(written.getvalue())


def _without_times(workbook: bytes) -> bytes:
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as read, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as write:
        for name in read.namelist():
            content = read.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", content)
            write.writestr(zipfile.ZipInfo(name, _WRITTEN), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def main() -> None:
    """Write the three files."""
    lines = rows(SEED)
    (_HERE / "agreements.csv").write_bytes(as_csv(lines))
    (_HERE / "agreements.xlsx").write_bytes(as_xlsx(lines))
    (_HERE / "agreements_with_errors.csv").write_bytes(as_csv(faulty_rows(lines)))


if __name__ == "__main__":
    main()
