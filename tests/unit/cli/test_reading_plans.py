"""Annual plans as provinces lay them out: rows of a plan, its setting in columns or above, times, amounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from caytre.cli.importing.book import read_book
from caytre.cli.importing.plans import PLANS
from caytre.cli.importing.rows import Row
from tests.builders.registers import PLANNED, body_of, one_row, reason, write_register


def item(folder: Path, changes: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = body_of(one_row(folder, changes, PLANS))["item"]
    return said


def laid_out(path: Path, *rows: list[object], title: str = "KẾ HOẠCH CỦA TỈNH MINH HỌA TRE NĂM 2026") -> list[Row]:
    """A plan with a title above, a running number, and headings of sections that are merged over the columns."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append([title])
    sheet.append(["STT", "Tên đoàn", "Nước đến", "Thời gian", "Kinh phí (triệu đồng)"])
    for row in rows:
        sheet.append(row)
        if len(row) == 1:
            sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=5)
    workbook.save(path)
    return read_book(path, PLANS, source="kế hoạch").rows


def test_rows_of_a_province_a_year_and_a_direction_are_one_plan(tmp_path: Path) -> None:
    out, into = PLANNED, {**PLANNED, "Mã đoàn": "MH-V-1", "Chiều đoàn": "Đoàn vào"}
    second = {**PLANNED, "Mã đoàn": "MH-R-2", "Nước đến": "Nhật Bản; Lào", "Kinh phí": "1,2 tỷ đồng"}
    rows = read_book(write_register(tmp_path / "ke-hoach.csv", out, into, second), PLANS, source="Kế hoạch").rows
    wholes = [row.entry.whole for row in rows if row.entry]
    assert wholes[0] == wholes[2] != wholes[1]
    plan = PLANS.body([rows[0], rows[2]])
    assert plan["source"] == {
        "system": "ke-hoach",
        "number": "VN-X-2025-X02/2026/OUT",
        "origin": "imported",
        "file": "ke-hoach.csv",
        "row": 2,
    }
    assert (plan["locality"], plan["year"], plan["direction"]) == ("VN-X-2025-X02", 2026, "OUT")
    assert "status" not in plan
    assert [each["number"] for each in plan["items"]] == ["MH-R-1", "MH-R-2"]
    assert plan["items"][1]["countries"] == ["JP", "LA"]
    assert (plan["currency"], plan["items"][1]["budget"]["amount"]) == ("VND", "1200000000")


def test_a_plan_is_as_sensitive_as_its_most_sensitive_row_and_an_illustration_if_one_is(tmp_path: Path) -> None:
    rows = read_book(
        write_register(
            tmp_path / "so.csv",
            {**PLANNED, "Mức độ": "", "Xuất xứ": ""},
            {**PLANNED, "Mã đoàn": "2", "Mức độ": "hạn chế", "Xuất xứ": "minh họa"},
        ),
        PLANS,
    ).rows
    plan = PLANS.body(rows)
    assert (plan["sensitivity"], plan["source"]["origin"]) == ("restricted", "illustration")


def test_title_and_headings_say_province_year_and_direction_once_for_all_rows(tmp_path: Path) -> None:
    rows = laid_out(
        tmp_path / "ke-hoach.xlsx",
        ["I. ĐOÀN RA"],
        [1, "Đoàn xúc tiến", "Hàn Quốc", "Tháng 5", 350],
        ["II. ĐOÀN VÀO"],
        [1, "Đoàn doanh nghiệp", "Nhật Bản", "Quý III", None],
    )
    assert [row.external for row in rows] == ["VN-X-2025-X02/2026/OUT/1", "VN-X-2025-X02/2026/IN/1"]
    assert [row.problems for row in rows] == [[], []]
    first, second = (PLANS.body([row]) for row in rows)
    assert (first["direction"], second["direction"]) == ("OUT", "IN")
    assert first["items"][0]["budget"] == {"amount": "350000000", "currency": "VND"}
    assert (second["items"][0]["month_from"], second["items"][0]["month_to"]) == (7, 9)


def test_a_heading_that_is_not_merged_is_one_too_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ke-hoach.xlsx"
    rows = laid_out(path, ["A", "Đoàn ra", None, None, None], [1, "Đoàn xúc tiến", "Lào", "Tháng 5", None])
    assert [row.external for row in rows] == ["VN-X-2025-X02/2026/OUT/1"]
    remarks = [remark.en for remark in read_book(path, PLANS).remarks]
    assert "Rows left out as headings of sections: 3." in remarks


def test_what_says_neither_province_nor_year_nor_direction_is_asked_for_each(tmp_path: Path) -> None:
    (row,) = laid_out(tmp_path / "so.xlsx", [1, "Đoàn xúc tiến", "Lào", "Tháng 5", None], title="KẾ HOẠCH")
    assert [problem.column for problem in row.problems] == ["Chiều đoàn", "Năm", "Địa phương"]
    assert "hãy thêm cột “Chiều đoàn”" in row.problems[0].words.vi


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Tháng 5", (5, 5)),
        ("5", (5, 5)),
        ("T5-6", (5, 6)),
        ("Tháng 5 - tháng 6", (5, 6)),
        ("tháng 5/2026", (5, 5)),
        ("5-6/2026", (5, 6)),
        ("Tháng 3 và tháng 4", (3, 4)),
        ("Quý II", (4, 6)),
        ("quý 2-3", (4, 9)),
        ("Quý I/2026", (1, 3)),
        ("6 tháng đầu năm", (1, 6)),
        ("đầu năm 2026", (1, 4)),
        ("Cuối năm", (9, 12)),
        ("Cả năm", (1, 12)),
        ("04-10/05/2026", (5, 5)),
        ("28/04 – 03/05/2026", (4, 5)),
        ("từ ngày 04 đến ngày 10 tháng 5 năm 2026", (5, 5)),
        ("04/05 - 10/05", (5, 5)),
        ("15/08/2026", (8, 8)),
    ],
)
def test_a_time_of_the_year_is_understood(tmp_path: Path, text: str, span: tuple[int, int]) -> None:
    said = item(tmp_path, {"Thời gian": text})
    assert (said["month_from"], said["month_to"]) == span


@pytest.mark.parametrize(
    ("changes", "vi", "en"),
    [
        ({"Thời gian": "khi thuận tiện"}, "không đọc được thời gian trong năm", "is no time of the year"),
        ({"Thời gian": "tháng 5/2025"}, "nằm ngoài năm 2026 của kế hoạch", "lies outside 2026"),
        ({"Thời gian": "tháng 6-5"}, "không đọc được thời gian", "is no time of the year"),
        ({"Năm": "2026-2027"}, "không phải là một năm", "is no year"),
        ({"Chiều đoàn": "sang"}, "hãy dùng: Đoàn ra, Đoàn vào", "it can be: Đoàn ra, Đoàn vào"),
        (
            {"Địa phương": "Tỉnh Minh Họa Tre; Thành phố Minh Họa Mây"},
            "mỗi kế hoạch là của một tỉnh",
            "a plan is of one",
        ),
        ({"Tên đoàn": ""}, "trống; cột này bắt buộc", "is empty"),
        ({"Nước đến": "Hàn Quoc1"}, "có phải là “Hàn Quốc”?", "is “Hàn Quốc” meant?"),
        ({"Số người": "nhiều"}, "không phải là số người", "is no number of people"),
        ({"Kinh phí": "350"}, "quá nhỏ nếu tính bằng đồng", "is too little in đồng"),
        ({"Kinh phí": "ba trăm triệu"}, "cần số tiền kèm đơn vị", "an amount with its unit is expected"),
        ({"Trạng thái": "Đang bàn"}, "hãy dùng: Trong kế hoạch, Đã thực hiện", "it can be: Trong kế hoạch"),
    ],
)
def test_a_reason_says_what_is_expected(tmp_path: Path, changes: dict[str, str], vi: str, en: str) -> None:
    vietnamese, english = reason(one_row(tmp_path, changes, PLANS))
    assert vi in vietnamese
    assert en in english


@pytest.mark.parametrize(
    ("header", "text", "money"),
    [
        ("Kinh phí", "350.000.000", ("350000000", "VND")),
        ("Kinh phí", "350,000,000 đ", ("350000000", "VND")),
        ("Kinh phí", "350 triệu đồng", ("350000000", "VND")),
        ("Kinh phí", "1,25 tỷ", ("1250000000", "VND")),
        ("Kinh phí", "15.000 USD", ("15000", "USD")),
        ("Kinh phí", "$15,000.50", ("15000.5", "USD")),
        ("Dự toán (triệu đồng)", "350", ("350000000", "VND")),
        ("Dự toán (ĐVT: nghìn đồng)", "350.000", ("350000000", "VND")),
        ("Dự toán (USD)", "15000", ("15000", "USD")),
        ("Dự toán (dự kiến)", "350.000.000", ("350000000", "VND")),
    ],
)
def test_an_amount_is_understood_with_its_unit(tmp_path: Path, header: str, text: str, money: tuple[str, str]) -> None:
    budget = item(tmp_path, {header: text})["budget"]
    assert (budget["amount"], budget["currency"]) == money


def test_a_name_of_a_leader_is_not_taken_over_into_a_plan(tmp_path: Path) -> None:
    row = one_row(tmp_path, {"Trưởng đoàn": "Nguyễn Văn Minh Họa, Phó Chủ tịch UBND tỉnh"}, PLANS)
    assert body_of(row)["item"]["head_rank"] == "Phó Chủ tịch UBND tỉnh"
    assert "Minh Họa" not in str(body_of(row)["item"])
    assert [note.en for note in row.notes] == ["Trưởng đoàn: the name is not taken over into a plan, only the office"]


def test_a_leader_is_named_in_no_other_column_either(tmp_path: Path) -> None:
    told = {"Trưởng đoàn": "Ông Nguyễn Văn Minh Họa", "Mục đích": "Tháp tùng nguyễn văn minh họa"}
    vi, en = reason(one_row(tmp_path, told, PLANS))
    assert "nêu họ tên người trong đoàn" in vi
    assert "Mục đích" in en


def test_purpose_and_name_are_kept_and_columns_without_a_place_are_told(tmp_path: Path) -> None:
    told = {"Mục đích": "Gặp hiệp hội", "Số người": "8-10 người", "Số ngày": "6"}
    book = read_book(write_register(tmp_path / "so.csv", PLANNED | told), PLANS)
    said = body_of(book.rows[0])["item"]
    assert (said["purpose"], said["size"]) == ("Đoàn xúc tiến đầu tư\nGặp hiệp hội", 10)
    assert [remark.en for remark in book.remarks] == ["Columns that are not taken over: Số ngày."]
