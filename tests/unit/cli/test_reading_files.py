"""Files of registers as offices have them: encodings, separators, titles, merged cells, formulas, several sheets."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from caytre.cli.importing.agreements import AGREEMENTS
from caytre.cli.importing.book import Book, read_book
from caytre.cli.importing.sheet import UnreadableFile

HEADER = ["Số đăng ký ngoài", "Tên thỏa thuận", "Địa phương ký", "Đối tác", "Nước", "Ngày ký", "Trạng thái"]
ROW = [
    "MH-1",
    "Bản ghi nhớ về du lịch",
    "Tỉnh Minh Họa Tre",
    "Thành phố Minh Họa Sen",
    "Hàn Quốc",
    "10/04/2016",
    "Đã ký",
]

Read = Callable[..., Book]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_content(content: bytes | Workbook, name: str = "so.csv", **options: Any) -> Book:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content.save(path)
        return read_book(path, AGREEMENTS, source=options.pop("source", "sổ thử"), **options)

    return read_content


def as_csv(*rows: Sequence[str], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def as_workbook(*rows: Sequence[object]) -> Workbook:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    return workbook


def windows_1258(text: str) -> bytes:
    """As Windows writes it: the vowel with its quality, then the tone."""
    out = []
    for letter in unicodedata.normalize("NFC", text):
        parts = list(unicodedata.normalize("NFD", letter))
        base, marks = parts[0], parts[1:]
        tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
        quality = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark not in tones))
        out.append(quality + "".join(tones))
    return "".join(out).encode("cp1258")


def only_entry(book: Book) -> dict[str, Any]:
    (row,) = book.rows
    assert row.problems == []
    assert row.entry is not None
    return row.entry.body


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_files_are_read_with_and_without_byte_order_mark(read: Read, encoding: str) -> None:
    assert only_entry(read(as_csv(HEADER, ROW).encode(encoding)))["title_vi"] == "Bản ghi nhớ về du lịch"


def test_windows_1258_is_recognised_and_said(read: Read) -> None:
    book = read(windows_1258(as_csv(HEADER, ROW)))
    assert only_entry(book)["title_vi"] == "Bản ghi nhớ về du lịch"
    assert any("Windows-1258" in remark.en for remark in book.remarks)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_another_eight_bit_encoding_is_refused(read: Read, encoding: str) -> None:
    content = "Số,Tên\n1,Coopération décentralisée avec l'Université de l'Été\n".replace("ố", "o").replace("ê", "e")
    with pytest.raises(UnreadableFile, match="save it as “CSV UTF-8”"):
        read(content.encode(encoding))


def test_an_old_font_encoding_is_refused(read: Read) -> None:
    # "Bản ghi nhớ" in TCVN3.
    with pytest.raises(UnreadableFile, match="TCVN3"):
        read(b"S\xe8,T\xaan\n1,B\xb6n ghi nh\xed\n")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_is_found_by_the_header(read: Read, delimiter: str) -> None:
    row = [*ROW[:1], "Bản ghi nhớ, lần 2; bổ sung", *ROW[2:]]
    book = read(as_csv(HEADER, row, delimiter=delimiter).encode())
    assert only_entry(book)["title_vi"] == "Bản ghi nhớ, lần 2; bổ sung"


def test_a_line_that_names_the_separator_is_followed(read: Read) -> None:
    book = read(("sep=;\r\n" + as_csv(HEADER, ROW, delimiter=";")).encode())
    assert only_entry(book)["register_no"] == "MH-1"
    assert book.rows[0].number == 3


def test_decomposed_vietnamese_is_composed(read: Read) -> None:
    decomposed = unicodedata.normalize("NFD", as_csv(HEADER, ROW))
    assert only_entry(read(decomposed.encode()))["title_vi"] == "Bản ghi nhớ về du lịch"


def test_a_quotation_mark_too_many_is_refused_with_its_line(read: Read) -> None:
    with pytest.raises(UnreadableFile, match="quotation mark"):
        read((as_csv(HEADER) + 'MH-1,"Bản ghi nhớ\n').encode())


def test_what_looks_like_a_formula_in_csv_stays_text(read: Read) -> None:
    book = read(as_csv(HEADER, [ROW[0], '=HYPERLINK("http://x")', *ROW[2:]]).encode())
    assert only_entry(book)["title_vi"] == '=HYPERLINK("http://x")'
    assert [note.en for note in book.rows[0].notes] == ["Tên thỏa thuận: looks like a formula and was kept as text"]


def test_empty_rows_are_skipped_and_rows_keep_their_numbers(read: Read) -> None:
    book = read((as_csv(HEADER) + "\n,,,,\n" + as_csv(ROW)).encode())
    assert [row.number for row in book.rows] == [4]


def test_the_header_is_found_below_a_title_in_any_spelling(read: Read) -> None:
    workbook = as_workbook(
        ["SỔ ĐĂNG KÝ THỎA THUẬN MINH HỌA"],
        [],
        ["1. SO DANG KY (*)", "Trích yếu", "Tỉnh/Thành phố", "Bên nước ngoài", "Quốc gia", "Thời gian ký", "Lạ"],
        [*ROW[:6], "?"],
    )
    book = read(workbook, "so.xlsx")
    assert only_entry(book)["localities"] == ["VN-X-2008-X01"]
    assert [remark.en for remark in book.remarks] == ["Columns that are not read: Lạ (G3)."]


def test_what_is_not_taken_over_is_said_once_for_a_column(read: Read) -> None:
    header = [*HEADER, "Ghi chú", "Người ký"]
    rows = [["MH-1", *ROW[1:], "", "Chủ tịch"], ["MH-2", *ROW[1:], "bản sao", "Chủ tịch"], ["MH-3", *ROW[1:]]]
    book = read(as_csv(header, *rows).encode())
    assert [remark.en for remark in book.remarks] == ["Columns that are not taken over: Ghi chú, Người ký."]
    assert [[note.en for note in row.notes] for row in book.rows] == [
        ["Người ký: not taken over, in this row and those below"],
        ["Ghi chú: not taken over, in this row and those below"],
        [],
    ]
    assert read(as_csv(header, ["MH-1", *ROW[1:], "", ""]).encode()).remarks == []


def test_dates_of_a_workbook(read: Read) -> None:
    rows = [
        [f"MH-{number}", *ROW[1:5], value, "Đã ký"]
        for number, value in enumerate(
            [datetime.fromisoformat("2016-04-10T00:00:00"), date(2016, 4, 10), 42470, 2016, "đầu năm 2016"]
        )
    ]
    book = read(as_workbook(HEADER, *rows), "so.xlsx")
    signed = [row.entry.body["signed_on"] for row in book.rows if row.entry]
    assert signed == ["2016-04-10", "2016-04-10", "2016-04-10", "2016", "đầu năm 2016"]
    assert [note.en for note in book.rows[2].notes] == [
        "Ngày ký: the number 42470 was read as the spreadsheet's day 10/04/2016"
    ]


def test_numbers_that_a_spreadsheet_made_of_register_numbers_read_as_typed(read: Read) -> None:
    assert only_entry(read(as_workbook(HEADER, [12.0, *ROW[1:]]), "so.xlsx"))["register_no"] == "12"


def test_a_vertically_merged_cell_applies_to_all_its_rows(read: Read) -> None:
    workbook = as_workbook(HEADER, ROW, ["MH-2", "Thỏa thuận khác", None, *ROW[3:]])
    assert workbook.active is not None
    workbook.active.merge_cells("C2:C3")
    book = read(workbook, "so.xlsx")
    assert [row.entry.body["localities"] for row in book.rows if row.entry] == [["VN-X-2008-X01"]] * 2
    assert [note.vi for note in book.rows[1].notes] == ["Địa phương ký: giá trị của ô gộp C2:C3"]


def test_a_row_merged_across_the_columns_heads_a_section(read: Read) -> None:
    workbook = as_workbook(HEADER, ["II. Năm 2016"], ROW)
    assert workbook.active is not None
    workbook.active.merge_cells("A2:G2")
    book = read(workbook, "so.xlsx")
    assert [row.number for row in book.rows] == [3]
    assert [remark.en for remark in book.remarks] == ["Rows left out as headings of sections: 2."]


def test_a_formula_without_a_stored_value_is_an_error_of_its_row(read: Read) -> None:
    book = read(as_workbook(HEADER, ROW, ["MH-2", '="Bản "&"ghi nhớ"', *ROW[2:]]), "so.xlsx")
    assert [bool(row.entry) for row in book.rows] == [True, False]
    assert [problem.column for problem in book.rows[1].problems] == ["Tên thỏa thuận"]
    assert "formula without a stored value" in book.rows[1].problems[0].reason.en


def test_the_stored_value_of_a_formula_is_used_and_said(read: Read, tmp_path: Path) -> None:
    with_formula = as_workbook(HEADER, [ROW[0], "=CONCATENATE(A1)", *ROW[2:]])
    book = read(stored(with_formula, tmp_path, "Bản ghi nhớ tính ra"), "so.xlsx")
    assert only_entry(book)["title_vi"] == "Bản ghi nhớ tính ra"
    assert [note.en for note in book.rows[0].notes] == ["Tên thỏa thuận: the stored value of a formula"]


def test_a_formula_that_gave_an_error_is_told_from_one_without_value(read: Read, tmp_path: Path) -> None:
    with_formula = as_workbook(HEADER, [ROW[0], "=CONCATENATE(A1)", *ROW[2:]])
    (row,) = read(stored(with_formula, tmp_path, "#N/A", kind="e"), "so.xlsx").rows
    assert [str(problem) for problem in row.problems] == [
        "cell B2 (Tên thỏa thuận): the cell holds the spreadsheet's error #N/A and no value; mend what it refers to, "
        "or type the value"
    ]


def stored(workbook: Workbook, folder: Path, value: str, kind: str = "str") -> bytes:
    """The workbook as a spreadsheet program saves it, with the value beside its one formula."""
    path = folder / "formula.xlsx"
    workbook.save(path)
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename.startswith("xl/worksheets/"):
                before = b"<f>CONCATENATE(A1)</f><v></v>" if b"<v></v>" in content else b"<f>CONCATENATE(A1)</f><v />"
                assert before in content
                content = content.replace(before, b"<f>CONCATENATE(A1)</f><v>" + value.encode() + b"</v>")
                content = content.replace(b'<c r="B2">', f'<c r="B2" t="{kind}">'.encode())
            target.writestr(part, content)
    return out.getvalue()


def test_several_registers_in_one_workbook_need_a_choice(read: Read) -> None:
    workbook = as_workbook(HEADER, ROW)
    second = workbook.create_sheet("Năm 2020")
    second.append(HEADER)
    second.append(["MH-2", *ROW[1:]])
    workbook.create_sheet("Danh mục").append(["không phải sổ"])
    with pytest.raises(UnreadableFile, match="Several sheets"):
        read(workbook, "so.xlsx")
    assert [row.external for row in read(workbook, "so.xlsx", wanted=["Năm 2020"]).rows] == ["MH-2"]
    assert len(read(workbook, "so.xlsx", wanted=["Sheet", "Năm 2020"]).rows) == 2
    with pytest.raises(UnreadableFile, match="has no sheet Khác"):
        read(workbook, "so.xlsx", wanted=["Khác"])


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (as_csv(["a", "b", "c"], ["1", "2", "3"]).encode(), "so.csv", "No header row"),
        (as_csv(HEADER[:4], ROW[:4]).encode(), "so.csv", "lacks “Nước”, “Ngày ký”"),
        (as_csv([*HEADER, "Signed on"], [*ROW, ""]).encode(), "so.csv", "Several columns mean the same"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "so.xls", "in the old XLS format"),
        (b"PK\x03\x04 no archive", "so.xlsx", "is no XLSX workbook"),
        (b"", "so.csv", "No header row"),
        (b"a\x00b,c\n" + b"x" * 100, "so.csv", "NUL"),
    ],
)
def test_a_file_that_is_no_register_is_refused_in_a_sentence(read: Read, content: bytes, name: str, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        read(content, name)
