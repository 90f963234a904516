"""Write the invented registers beside this file, as CSV and as workbooks, and for each a few rows with faults.

Run with ``uv run python examples/stock/generate.py``. The same seed gives the same registers. Partners, persons and
numbers are invented; every row says so. What a row says is chosen in ``invention.py`` and ``travel.py``.
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
from openpyxl.worksheet.worksheet import Worksheet
from travel import (
    PLAN_HEADERS,
    TRIP_HEADERS,
    YEAR,
    Planned,
    faulty_plan,
    faulty_trips,
    planned,
    planned_by_all,
    travelled,
)

_HERE = Path(__file__).resolve().parent
# A workbook carries the time of writing in two places; fixed ones make the file the same every time.
_WRITTEN = (2026, 1, 1, 0, 0, 0)


def as_csv(headers: list[str], lines: Iterable[Row]) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheet programs write and expect it; exact days as 31/12/2023."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headers)
    for row in lines:
        writer.writerow([cell.strftime("%d/%m/%Y") if isinstance(cell, date) else cell for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(title: str, headers: list[str], lines: Iterable[Row]) -> bytes:
    """A workbook whose exact days are date cells; the others are words, as in a real register."""
    book, sheet = _new_book(title)
    _append_header(sheet, headers)
    for row in lines:
        sheet.append(row)
    sheet.freeze_panes = "A2"
    return _saved(book, sheet)


def plan_as_xlsx(title: str, heading: str, lines: list[Planned]) -> bytes:
    """A plan as offices lay it out: a title above, headings for those that leave and those that arrive."""
    book, sheet = _new_book(title)
    width = len(PLAN_HEADERS)
    sheet.append([heading])
    sheet.append([])
    _append_header(sheet, PLAN_HEADERS)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)
    for section, way in (("I. ĐOÀN RA", "OUT"), ("II. ĐOÀN VÀO", "IN")):
        sheet.append([section])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=width)
        for item in lines:
            if item.direction == way:
                sheet.append([int(cell) if str(cell).isdecimal() else cell for cell in item.cells])
    sheet.freeze_panes = "A4"
    return _saved(book, sheet)


def plan_as_csv(lines: Iterable[Planned]) -> bytes:
    """The same with year and direction in columns, since a text file has no headings."""
    ways = {"OUT": "Đoàn ra", "IN": "Đoàn vào"}
    return as_csv(["Năm", "Chiều đoàn", *PLAN_HEADERS], [[str(YEAR), ways[one.direction], *one.cells] for one in lines])


def _new_book(title: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has a sheet
    sheet.title = title
    return book, sheet


def _append_header(sheet: Worksheet, headers: list[str]) -> None:
    sheet.append(headers)
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)


def _saved(book: Workbook, sheet: Worksheet) -> bytes:
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if isinstance(cell.value, date | datetime):
                cell.number_format = "dd/mm/yyyy"
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


def files() -> dict[str, bytes]:
    """Every file by its name."""
    agreements, plan, trips = rows(SEED), planned(SEED), travelled(SEED)
    heading = f"KẾ HOẠCH ĐOÀN RA, ĐOÀN VÀO NĂM {YEAR} (MINH HỌA)"
    return {
        "agreements.csv": as_csv(HEADERS, agreements),
        "agreements.xlsx": as_xlsx("Thỏa thuận (minh họa)", HEADERS, agreements),
        "agreements_with_errors.csv": as_csv(HEADERS, faulty_rows(agreements)),
        "plans.csv": plan_as_csv(plan),
        "plans.xlsx": plan_as_xlsx("Kế hoạch (minh họa)", heading, plan),
        "plans_of_34_provinces.xlsx": plan_as_xlsx("Kế hoạch (minh họa)", heading, planned_by_all(SEED)),
        "plans_with_errors.csv": plan_as_csv(Planned("OUT", cells) for cells in faulty_plan(plan)),
        "delegations.csv": as_csv(TRIP_HEADERS, trips),
        "delegations.xlsx": as_xlsx("Đoàn ra (minh họa)", TRIP_HEADERS, trips),
        "delegations_with_errors.csv": as_csv(TRIP_HEADERS, faulty_trips(trips)),
    }


def main() -> None:
    """Write the files."""
    for name, content in files().items():
        (_HERE / name).write_bytes(content)


if __name__ == "__main__":
    main()
