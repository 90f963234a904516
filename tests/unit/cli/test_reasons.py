"""Why a cell or a file is refused: what stands where, and what is expected, in both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from caytre.cli.importing.agreements import AGREEMENTS
from caytre.cli.importing.book import read_book
from caytre.cli.importing.sheet import UnreadableFile, cell_name
from tests.builders.registers import GOOD, one_row, reason, write_register


@pytest.mark.parametrize(
    ("changes", "vi", "en"),
    [
        (
            {"Ngày ký": "31/02/2023"},
            "ô F2 (Ngày ký) “31/02/2023”: tháng 2/2023 chỉ có 28 ngày, không có ngày 31; cần ngày dạng 15/03/2023",
            "cell F2 (Ngày ký) “31/02/2023”: there is no day 31 in 2/2023, which has 28; a day such as",
        ),
        (
            {"Ngày ký": "12/31/2023"},
            "ô F2 (Ngày ký) “12/31/2023”: không có tháng 31; thứ tự là ngày/tháng/năm",
            "cell F2 (Ngày ký) “12/31/2023”: there is no month 31; the order is day/month/year",
        ),
        ({"Ngày ký": "10/04/16"}, "ô F2 (Ngày ký) “10/04/16”: năm phải đủ bốn chữ số", "the year needs four figures"),
        ({"Ngày ký": ""}, "ô F2 (Ngày ký): trống; cột này bắt buộc", "cell F2 (Ngày ký): is empty"),
        ({"Ngày ký": "#REF!"}, "ô F2 (Ngày ký) “#REF!”: ô có lỗi của chương trình bảng tính", "a spreadsheet's error"),
        ({"Nước": "#N/A"}, "ô E2 (Nước) “#N/A”: ô có lỗi của chương trình bảng tính", "a spreadsheet's error"),
        ({"Nước": "####"}, "ô E2 (Nước) “####”: ô có lỗi", "a spreadsheet's error"),
        ({"Nước": "Hàn Quoc1"}, "có phải là “Hàn Quốc”?", "is “Hàn Quốc” meant?"),
        ({"Địa phương": "Quảng Nin"}, "ô C2 (Địa phương) “Quảng Nin”: không có tỉnh", "is “Quảng Ninh” meant?"),
        ({"Tên thỏa thuận": "a" * 501}, "dài 501 ký tự; tối đa 500", "has 501 characters; at most 500"),
        ({"Tên thỏa thuận": "a\x01"}, "có ký tự điều khiển", "has an invisible control character"),
        ({"Ngày hết hạn": "2015"}, "trước ngày ký (10/04/2016)", "lies before the signature (10/04/2016)"),
        ({"Lĩnh vực": "Cá tra"}, "không có lĩnh vực hợp tác “Cá tra”", "“Cá tra” is not a known field"),
    ],
)
def test_a_reason_says_cell_value_and_what_is_expected(
    tmp_path: Path, changes: dict[str, str], vi: str, en: str
) -> None:
    vietnamese, english = reason(one_row(tmp_path, changes))
    assert vi in vietnamese
    assert en in english


def test_blanks_breaks_and_invisible_characters_of_a_text_are_no_fault(tmp_path: Path) -> None:
    row = one_row(tmp_path, {"Tên thỏa thuận": "Bản ghi\N{NO-BREAK SPACE}nhớ\nvề\N{ZERO WIDTH SPACE} du lịch_ "})
    assert row.entry is not None
    assert row.entry.body["title_vi"] == "Bản ghi nhớ về du lịch_"


def test_cells_are_named_as_spreadsheets_do() -> None:
    assert [cell_name(place) for place in [(0, 0), (9, 25), (1, 26), (0, 701), (0, 702)]] == [
        "A1", "Z10", "AA2", "ZZ1", "AAA1",
    ]  # fmt: skip


def workbook_row(tmp_path: Path, **cells: str | date) -> tuple[Workbook, Path]:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(GOOD))
    sheet.append(list(GOOD.values()))
    for place, value in cells.items():
        sheet[place] = value
    return workbook, tmp_path / "so.xlsx"


def test_an_error_value_of_a_workbook_is_told(tmp_path: Path) -> None:
    workbook, path = workbook_row(tmp_path, F2="#REF!")
    workbook.save(path)
    (row,) = read_book(path, AGREEMENTS).rows
    assert "ô F2 (Ngày ký): ô có lỗi #REF! của chương trình bảng tính" in reason(row)[0]


def test_a_number_that_became_a_date_is_told(tmp_path: Path) -> None:
    workbook, path = workbook_row(tmp_path, A2=date(2019, 5, 1))
    workbook.save(path)
    (row,) = read_book(path, AGREEMENTS).rows
    assert "bảng tính đã đổi số này thành ngày" in reason(row)[0]


def test_an_empty_cell_that_is_merged_with_its_neighbour_is_told(tmp_path: Path) -> None:
    workbook, path = workbook_row(tmp_path)
    assert workbook.active is not None
    workbook.active.merge_cells("D2:E2")
    workbook.save(path)
    (row,) = read_book(path, AGREEMENTS).rows
    assert reason(row)[0] == "ô E2 (Nước): trống vì bị gộp với ô D2; hãy tách ô gộp và ghi giá trị"


def test_columns_that_are_not_read_are_told_with_what_was_perhaps_meant(tmp_path: Path) -> None:
    path = write_register(tmp_path / "so.csv", GOOD | {"Lĩnh vựac": "Du lịch", "Mã hồ sơ": "1", "": "x"})
    assert [remark.vi for remark in read_book(path, AGREEMENTS).remarks] == [
        "Cột không được đọc: Lĩnh vựac (G1, có phải “Lĩnh vực”?), Mã hồ sơ (H1).",
        "Cột có dữ liệu nhưng không có tiêu đề, không được đọc: I.",
    ]


def header(**renamed: str) -> dict[str, str]:
    return {renamed.get(name.replace(" ", "_"), name): value for name, value in GOOD.items()}


@pytest.mark.parametrize(
    ("rows", "vi", "en"),
    [
        (
            header(Ngày_ký="Ngày kí kêt"),
            "thiếu “Ngày ký”. Ô F1 ghi “Ngày kí kêt”: có phải là “Ngày ký”?",
            "is “Ngày ký” meant",
        ),
        (header(Nước="Chau luc"), "thiếu “Nước”. Xem bảng", "lacks “Nước”. See"),
        (GOOD | {"Ngày ký kết": ""}, "“Ngày ký” (F1), “Ngày ký kết” (G1). Hãy giữ một cột", "Several columns mean"),
        ({"a": "1", "b": "2"}, "Không tìm thấy dòng tiêu đề trong so.csv", "No header row was found"),
    ],
)
def test_a_header_that_lacks_doubles_or_misspells_is_refused(
    tmp_path: Path, rows: dict[str, str], vi: str, en: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_book(write_register(tmp_path / "so.csv", rows), AGREEMENTS)
    assert vi in refused.value.words.vi
    assert en in refused.value.words.en


@pytest.mark.parametrize(
    ("content", "vi", "en"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu", "by a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "XLS cũ", "in the old XLS format"),
        (b"%PDF-1.7\n", "tệp PDF", "is a PDF"),
        (b"\xef\xbb\xbf <HTML><table>", "trang web", "is a web page"),
        (b"PK\x03\x04 no archive", "đã hỏng", "a damaged one"),
        (b"a\x00b,c\n" + b"x" * 100, "ký tự NUL", "NUL characters"),
    ],
)
def test_a_file_of_another_kind_is_refused_whatever_its_name(tmp_path: Path, content: bytes, vi: str, en: str) -> None:
    path = tmp_path / "so.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as refused:
        read_book(path, AGREEMENTS)
    assert vi in refused.value.words.vi
    assert en in refused.value.words.en


def test_text_named_as_a_workbook_is_read_and_told(tmp_path: Path) -> None:
    book = read_book(write_register(tmp_path / "so.xlsx", GOOD), AGREEMENTS)
    assert [row.entry is not None for row in book.rows] == [True]
    assert [remark.en for remark in book.remarks] == ["so.xlsx is named .xlsx but holds text; it was read as CSV."]
