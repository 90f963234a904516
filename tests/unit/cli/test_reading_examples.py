"""The example registers, row by row: every intended fault is found, everything else is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import monotonic

import pytest
from openpyxl import Workbook

from caytre.cli.importing.agreements import AGREEMENTS
from caytre.cli.importing.book import Book, read_book
from caytre.cli.importing.delegations import DELEGATIONS
from caytre.cli.importing.kind import Kind
from caytre.cli.importing.partners import PARTNERS
from caytre.cli.importing.plans import PLANS
from caytre.local.folders import checkout
from caytre.reference.dates import parse_date
from caytre.reference.localities import all_localities

STOCK = checkout() / "examples" / "stock"


def book_of(path: Path) -> Book:
    return read_book(path, AGREEMENTS)


def test_the_register_reads_alike_from_csv_and_xlsx() -> None:
    from_csv, from_xlsx = book_of(STOCK / "agreements.csv"), book_of(STOCK / "agreements.xlsx")
    assert len(from_csv.rows) == 500
    for left, right in zip(from_csv.rows, from_xlsx.rows, strict=True):
        assert left.entry
        assert right.entry
        assert left.key == right.key
        for particular in ("title_vi", "fields", "languages", "status", "localities", "form", "signatory_type"):
            assert left.entry.body[particular] == right.entry.body[particular]
        signed = [parse_date(entry.body["signed_on"]) for entry in (left.entry, right.entry)]
        assert (signed[0].earliest, signed[0].latest) == (signed[1].earliest, signed[1].latest)
        assert left.entry.body["source"]["origin"] == "illustration"


def test_rows_that_spell_a_partner_differently_share_it() -> None:
    entries = [row.entry for row in book_of(STOCK / "agreements.csv").rows if row.entry]
    shared = [entry for entry in entries if entry.shared == {("NL", "thanh pho minh hoa bach qua")}]
    spellings = {party["name"] for entry in shared for party in entry.body["foreign_parties"]}
    assert {"THÀNH PHỐ MINH HỌA BẠCH QUẢ", "Thành phố Minh Họa Bạch Quả"} <= spellings


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
        ["Số đăng ký ngoài"],
    ]
    assert "this number is already in row 2" in str(book.rows[-1].problems[0])


def test_partners_of_publications_keep_where_they_are_named() -> None:
    book = read_book(checkout() / "examples/sources/partners.csv", PARTNERS, source="publications")
    embassy = next(row.entry for row in book.rows if row.external == "o-embassy-korea-vn")
    assert embassy
    assert embassy.body == {
        "source": {
            "system": "publications",
            "number": "o-embassy-korea-vn",
            "origin": "sourced",
            "file": "partners.csv",
            "row": 3,
            "publication": "S2",
            "statement": "31",
            "date": "2025-08-24",
        },
        "type": "government_body",
        "country": "KR",
        "sensitivity": "public",
        "names": {"vi": "Đại sứ quán Hàn Quốc tại Việt Nam", "en": "Embassy of Korea in Viet Nam"},
    }
    unesco = next(row for row in book.rows if row.external == "o-unesco")
    assert unesco.entry
    assert unesco.entry.body["type"] == "international_organisation"
    assert "country" not in unesco.entry.body


def test_the_plan_reads_alike_laid_out_with_headings_and_with_columns() -> None:
    from_csv, from_xlsx = (read_book(STOCK / f"plans.{form}", PLANS, source="plans") for form in ("csv", "xlsx"))
    bodies = [[row.entry.body for row in book.rows if row.entry] for book in (from_csv, from_xlsx)]
    assert bodies[0] == bodies[1]
    assert len(bodies[0]) == 66
    assert len({row.entry.whole for row in from_csv.rows if row.entry}) == 12


def test_a_year_of_all_34_provinces_names_no_amount_no_person_and_no_host() -> None:
    rows = read_book(STOCK / "plans_of_34_provinces.xlsx", PLANS).rows
    plans = [PLANS.body([row]) for row in rows if row.entry]
    assert {plan["locality"] for plan in plans} == {unit.id for unit in all_localities(date(2026, 1, 1))}
    assert {plan["source"]["origin"] for plan in plans} == {"illustration"}
    said = set().union(*(plan["items"][0] for plan in plans))
    assert said == {"number", "purpose", "countries", "month_from", "month_to", "status"}


def test_the_list_of_delegations_reads_alike_from_csv_and_xlsx() -> None:
    books = [read_book(STOCK / f"delegations.{form}", DELEGATIONS, source="x") for form in ("csv", "xlsx")]
    bodies = [[{**row.entry.body, "source": None} for row in book.rows if row.entry] for book in books]
    assert bodies[0] == bodies[1]
    assert len(bodies[0]) == 80
    assert {body["status"] for body in bodies[0]} == {"DEPARTED", "RETURNED", "REPORTED", "CLOSED", "CANCELLED"}
    assert {"departs", "returns"} <= bodies[0][0].keys()
    assert any(body["departs"].startswith(("đầu", "giữa", "cuối", "tháng")) for body in bodies[0])


@pytest.mark.parametrize(
    ("file", "kind", "columns"),
    [
        (
            "plans_with_errors.csv",
            PLANS,
            ["Thời gian", "Thời gian", "Nước đến", "Địa phương", "Kinh phí (triệu đồng)", "Mục đích", "Trạng thái",
             "Mã đoàn"],
        ),
        (
            "delegations_with_errors.csv",
            DELEGATIONS,
            ["Từ ngày", "Đến ngày", "Trạng thái", "Nước đến", "Tên đoàn", "Số người", "Tên đoàn", "Mã đoàn"],
        ),
    ],
)  # fmt: skip
def test_each_intended_fault_of_a_travel_list_is_found(file: str, kind: Kind, columns: list[str]) -> None:
    book = read_book(STOCK / file, kind)
    assert [[problem.column for problem in row.problems] for row in book.rows] == [[column] for column in columns]


def test_ten_thousand_rows_of_which_300_are_faulty(tmp_path: Path) -> None:
    good = read_book(STOCK / "agreements.xlsx", AGREEMENTS).rows[0]
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
    assert len({row.entry.shared for row in book.rows if row.entry}) == 40
    assert monotonic() - began < 30
