"""The example registers, row by row: every intended fault is found, everything else is read."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from openpyxl import Workbook

from caytre.cli.importing.agreement_rows import AgreementEntry, agreement_row
from caytre.cli.importing.book import Book, read_book
from caytre.cli.importing.columns import AGREEMENTS, PARTNERS
from caytre.cli.importing.partner_rows import partner_row
from caytre.local.folders import checkout

STOCK = checkout() / "examples" / "stock"


def book_of(path: Path) -> Book[AgreementEntry]:
    return read_book(path, AGREEMENTS, agreement_row, source=None)


def test_the_register_reads_alike_from_csv_and_xlsx() -> None:
    from_csv, from_xlsx = book_of(STOCK / "agreements.csv"), book_of(STOCK / "agreements.xlsx")
    assert len(from_csv.rows) == 500
    for left, right in zip(from_csv.rows, from_xlsx.rows, strict=True):
        assert left.entry
        assert right.entry
        assert left.key == right.key
        for particular in ("title_vi", "fields", "languages", "status", "localities", "form", "signatory_type"):
            assert left.entry.particulars[particular] == right.entry.particulars[particular]
        assert left.entry.particulars["signed_on"]["earliest"] == right.entry.particulars["signed_on"]["earliest"]
        assert left.entry.particulars["provenance"]["origin"] == "illustration"


def test_rows_that_spell_a_partner_differently_name_one_partner() -> None:
    rows = [row.entry.partner for row in book_of(STOCK / "agreements.csv").rows if row.entry]
    spellings = {partner.name for partner in rows if partner.key == ("NL", "thanh pho minh hoa bach qua")}
    assert {"THÀNH PHỐ MINH HỌA BẠCH QUẢ", "Thành phố Minh Họa Bạch Quả"} <= spellings
    assert len({partner.external for partner in rows}) == len({partner.key for partner in rows})


def test_each_intended_fault_is_found_with_its_column() -> None:
    book = book_of(STOCK / "agreements_with_errors.csv")
    assert all(row.entry is None for row in book.rows)
    assert [[problem.column for problem in row.problems] for row in book.rows] == [
        ["Ngày ký"],
        ["Ngày ký"],
        ["Địa phương ký"],
        ["Địa phương ký"],
        ["Địa phương ký"],
        ["Nước"],
        ["Lĩnh vực"],
        ["Ngày hết hạn"],
        ["Đối tác"],
        [""],
    ]
    assert book.rows[-1].problems[0].reason == "the number MH-LOI-01 is already in row 2"


def test_partners_of_publications_keep_where_they_are_named() -> None:
    book = read_book(checkout() / "examples/sources/partners.csv", PARTNERS, partner_row, source="publications")
    embassy = next(row.entry for row in book.rows if row.external == "o-embassy-korea-vn")
    assert embassy
    assert dict(embassy.provenance) == {
        "origin": "sourced",
        "file": "partners.csv",
        "row": 3,
        "system": "publications",
        "publication": "S2",
        "statement": "31",
        "date": "2025-08-24",
    }
    unesco = next(row for row in book.rows if row.external == "o-unesco")
    assert [str(problem) for problem in unesco.problems] == ["Nước: is empty"]


def test_ten_thousand_rows_of_which_300_are_faulty(tmp_path: Path) -> None:
    good = read_book(STOCK / "agreements.xlsx", AGREEMENTS, agreement_row, source=None).rows[0]
    assert good.entry
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Sổ")
    sheet.append(["Số đăng ký", "Tên thỏa thuận", "Địa phương", "Đối tác", "Nước", "Ngày ký", "Trạng thái"])
    for number in range(10_000):
        signed = "mùa xuân" if number % 33 == 0 and number < 9_900 else "10/04/2016"
        partner = f"Thành phố Minh Họa {number % 40}"
        sheet.append([f"N-{number}", "Bản ghi nhớ", "Tỉnh Minh Họa Tre", partner, "Hàn Quốc", signed, "Đã ký"])
    workbook.save(tmp_path / "so.xlsx")
    began = monotonic()
    book = book_of(tmp_path / "so.xlsx")
    assert len(book.rows) == 10_000
    assert sum(row.entry is None for row in book.rows) == 300
    assert len({row.entry.partner.key for row in book.rows if row.entry}) == 40
    assert monotonic() - began < 30
