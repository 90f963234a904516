import csv
import io
import runpy
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from caytre.reference import countries, fields, localities
from caytre.reference.countries import UnknownCountry
from caytre.reference.dates import UnreadableDate, parse_date
from caytre.reference.fields import UnknownField
from caytre.reference.localities import AmbiguousLocality, UnknownLocality
from caytre.reference.text import normalise, search_key

STOCK = Path(__file__).parents[3] / "examples" / "stock"


def _read(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((STOCK / name).read_text("utf-8-sig"), newline="")))


ROWS = _read("agreements.csv")


def test_the_register_holds_500_agreements_with_numbers_of_their_own() -> None:
    assert len(ROWS) == 500
    assert len({row["Số đăng ký ngoài"] for row in ROWS}) == 500


def test_every_row_says_that_it_is_an_illustration() -> None:
    assert {normalise(row["Xuất xứ"]) for row in ROWS} == {"minh họa"}
    assert all("minh hoa" in search_key(row["Tên thỏa thuận"]) for row in ROWS)


def test_every_province_is_an_invented_one_that_existed_on_the_day_of_signing() -> None:
    for row in ROWS:
        unit = localities.resolve(row["Địa phương ký"], parse_date(row["Ngày ký"]))
        assert unit.illustration
        assert row["Mã địa phương"] in {"", unit.code}


def test_every_partner_is_an_invented_one() -> None:
    for row in ROWS:
        key = search_key(row["Đối tác"])
        assert "minh hoa" in key or "illustration" in key


def test_every_country_and_field_is_known() -> None:
    for row in ROWS:
        assert countries.find(row["Nước"], "vi").code != "VN"
        for field in row["Lĩnh vực"].split("; "):
            assert fields.find(field).code != "HUMANITARIAN_AID"


def test_dates_are_as_exact_as_in_a_real_register_and_in_order() -> None:
    signed = [parse_date(row["Ngày ký"]) for row in ROWS]
    vague = [day for day in signed if day.exact is None]
    assert 30 < len(vague) < 80
    assert len({day.precision for day in vague}) == 4
    for row, day in zip(ROWS, signed, strict=True):
        later = [parse_date(row[name]).earliest for name in ("Ngày hiệu lực", "Ngày hết hạn") if row[name]]
        assert later == sorted(later)
        assert all(other >= day.earliest for other in later)


def test_the_workbook_holds_the_same_rows_with_real_dates() -> None:
    sheet = load_workbook(STOCK / "agreements.xlsx").active
    assert sheet is not None
    header, *lines = sheet.iter_rows(values_only=True)
    assert list(header) == list(ROWS[0])
    as_text = [
        [cell.strftime("%d/%m/%Y") if isinstance(cell, date) else "" if cell is None else str(cell) for cell in line]
        for line in lines
    ]
    assert as_text == [list(row.values()) for row in ROWS]
    assert sum(isinstance(line[12], datetime) for line in lines) > 400


def test_the_generator_writes_the_committed_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(STOCK))
    made: dict[str, bytes] = runpy.run_path(str(STOCK / "generate.py"))["files"]()
    for module in ("invention", "travel"):
        sys.modules.pop(module, None)
    assert made.keys() == {path.name for path in STOCK.iterdir() if path.suffix in {".csv", ".xlsx"}}
    assert [name for name, content in made.items() if _parts(content) != _parts((STOCK / name).read_bytes())] == []


@pytest.mark.parametrize(
    "name", ["plans.csv", "plans_with_errors.csv", "delegations.csv", "delegations_with_errors.csv"]
)
def test_plans_and_delegations_are_illustrations_of_invented_provinces_hosts_and_persons(name: str) -> None:
    for row in _read(name):
        assert row["Xuất xứ"] == "minh họa"
        assert "minh hoa" in search_key(row["Địa phương"])
        for column in ("Cơ quan mời", "Doanh nghiệp tham gia"):
            assert all("Minh Họa" in host for host in row.get(column, "").split("; ") if host)
        people = [*row.get("Trưởng đoàn", "").split("; "), *row.get("Thành viên", "").split("; ")]
        assert all("Minh Họa" in person for person in people if ", " in person)


def _parts(file: bytes) -> dict[str, bytes]:
    if not zipfile.is_zipfile(io.BytesIO(file)):
        return {"": file}
    with zipfile.ZipFile(io.BytesIO(file)) as workbook:  # compression differs between builds of zlib
        return {name: workbook.read(name) for name in workbook.namelist()}


def test_every_row_with_a_fault_has_just_the_fault_it_names() -> None:
    rows = _read("agreements_with_errors.csv")
    assert [_faults(row, rows) for row in rows] == [
        ["date"],
        ["date"],
        ["locality"],
        ["locality"],
        ["ambiguous"],
        ["country"],
        ["field"],
        ["expiry"],
        ["partner"],
        ["number"],
    ]


def _faults(row: dict[str, str], rows: list[dict[str, str]]) -> list[str]:
    found = []
    try:
        signed = parse_date(row["Ngày ký"])
        if row["Ngày hết hạn"] and parse_date(row["Ngày hết hạn"]).latest < signed.earliest:
            found.append("expiry")
        localities.resolve(row["Địa phương ký"], signed)
    except UnreadableDate:
        found.append("date")
    except UnknownLocality:
        found.append("locality")
    except AmbiguousLocality:
        found.append("ambiguous")
    try:
        countries.find(row["Nước"])
        [fields.find(field) for field in row["Lĩnh vực"].split("; ")]
    except UnknownCountry:
        found.append("country")
    except UnknownField:
        found.append("field")
    if not row["Đối tác"]:
        found.append("partner")
    earlier = rows[: rows.index(row)]
    if row["Số đăng ký ngoài"] in {other["Số đăng ký ngoài"] for other in earlier}:
        found.append("number")
    return found


def test_every_column_is_explained_with_headers_that_no_two_columns_share() -> None:
    lines = (STOCK / "README.md").read_text("utf-8").split("## Columns")[1].split("\n\n| column")[0].splitlines()
    table = [line.strip("|").split("|") for line in lines if line.startswith("| ") and not line.startswith("| header")]
    explained = [[header.strip(" *"), *map(str.strip, synonyms.split(", "))] for header, synonyms, _ in table]
    assert [names[0] for names in explained] == list(ROWS[0])
    keys = [search_key(name) for names in explained for name in names]
    assert len(set(keys)) == len(keys)
