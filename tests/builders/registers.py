"""Rows of registers, as a file of CSV holds them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from caytre.cli.importing.agreements import AGREEMENTS
from caytre.cli.importing.book import read_book
from caytre.cli.importing.kind import Kind
from caytre.cli.importing.rows import Row

#: A row that is well, by headers.
GOOD = {
    "Số đăng ký": "MH-1",
    "Tên thỏa thuận": "Bản ghi nhớ về du lịch",
    "Địa phương": "Tỉnh Minh Họa Tre",
    "Đối tác": "Thành phố Minh Họa Sen",
    "Nước": "Hàn Quốc",
    "Ngày ký": "10/04/2016",
}


#: The same of an annual plan.
PLANNED = {
    "Mã đoàn": "MH-R-1",
    "Địa phương": "Tỉnh Minh Họa Tre",
    "Năm": "2026",
    "Chiều đoàn": "Đoàn ra",
    "Tên đoàn": "Đoàn xúc tiến đầu tư",
    "Nước đến": "Hàn Quốc",
    "Thời gian": "Tháng 5",
}
#: The same of a list of delegations.
TRAVELLED = {
    "Mã đoàn": "MH-DR-1",
    "Địa phương": "Tỉnh Minh Họa Tre",
    "Tên đoàn": "Đoàn xúc tiến đầu tư",
    "Nước đến": "Hàn Quốc",
    "Từ ngày": "04/05/2023",
    "Đến ngày": "10/05/2023",
    "Trưởng đoàn": "Nguyễn Văn Minh Họa, Phó Chủ tịch UBND tỉnh",
    "Trạng thái": "Đã về",
}
_GOOD = {"agreements": GOOD, "plans": PLANNED, "delegations": TRAVELLED}


def write_register(path: Path, *rows: dict[str, str]) -> Path:
    """A CSV file whose columns are those of the rows."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    return path


def one_row(folder: Path, changes: dict[str, str], kind: Kind = AGREEMENTS) -> Row:
    """The good row with these cells instead, as it is read from a file."""
    good = _GOOD.get(kind.name, GOOD)
    (row,) = read_book(write_register(folder / "so.csv", good | changes), kind, source="sổ thử").rows
    return row


def body_of(row: Row) -> dict[str, Any]:
    """What the row says; it must be without fault."""
    assert row.problems == []
    assert row.entry is not None
    return row.entry.body


def reason(row: Row) -> tuple[str, str]:
    """The one problem of the row, in Vietnamese and English."""
    assert row.entry is None
    (problem,) = row.problems
    return problem.words.vi, problem.words.en
