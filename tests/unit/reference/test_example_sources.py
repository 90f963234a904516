import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from caytre.reference import countries, localities
from caytre.reference.dates import FuzzyDate

SOURCES = Path(__file__).parents[3] / "examples" / "sources"
FILES = {path.stem: json.loads(path.read_text("utf-8"))["rows"] for path in SOURCES.glob("*.json")}
RECORDS = {row["id"]: row for rows in FILES.values() for row in rows}
PUBLICATIONS = {row["id"] for row in FILES["publications"]}


def _sourced() -> Iterator[dict[str, Any]]:
    for name, rows in FILES.items():
        if name not in {"publications", "contradictions"}:
            yield from rows


def test_every_record_has_one_id_over_all_files() -> None:
    assert len(RECORDS) == sum(len(rows) for rows in FILES.values())


def test_every_record_names_publication_and_statement() -> None:
    for row in _sourced():
        assert row["provenance"]["kind"] == "sourced"
        assert row["provenance"]["publications"]
        assert set(row["provenance"]["publications"]) <= PUBLICATIONS
        assert row["provenance"]["statements"]
        assert all(1 <= number <= 98 for number in row["provenance"]["statements"])


def test_every_reference_leads_to_a_record() -> None:
    for row in RECORDS.values():
        targets = [
            *row.get("organisers", []),
            *row.get("participants", []),
            *row.get("linked", []),
            *row.get("records", []),
            *(item["at"] for item in row.get("programme", [])),
            *(row[key] for key in ("place", "organisation", "part_of", "stated_by", "translation_of") if key in row),
        ]
        assert set(targets) <= RECORDS.keys(), row["id"]


def test_every_date_is_no_more_exact_than_it_says() -> None:
    dated = [row for row in RECORDS.values() if "date" in row and "inferred" not in row["date"]]
    assert len(dated) == 10
    assert all(FuzzyDate.model_validate(row["date"]) for row in dated)
    assert FuzzyDate.model_validate(RECORDS["t-invitation-lee"]["date"]).exact is None
    assert FuzzyDate.model_validate(RECORDS["e-thai-binh-2023-12-01"]["date"]).exact == date(2023, 12, 1)


def test_an_inferred_year_says_from_what() -> None:
    conference = RECORDS["e-conf-20"]["date"]
    assert "earliest" not in conference
    assert conference["inferred"]["from"]


def test_a_place_lies_in_the_province_of_the_day() -> None:
    assert RECORDS["l-thai-binh"]["locality"]["id"] == "VN-P-2008-34"
    assert RECORDS["l-ecopark"]["locality"]["id"] == "VN-P-2008-33"
    assert RECORDS["l-can-tho"]["locality"]["id"] == "VN-P-2025-92"
    for row in FILES["places"]:
        if "locality" in row:
            assert not localities.get(row["locality"]["id"]).illustration
            assert row["locality"]["provenance"]["kind"] == "inferred"


@pytest.mark.parametrize(
    "pair",
    [
        ("f-agreements-422", "f-years-since-conf-20"),
        ("f-delegations-plus-60-s1", "f-leaders-plus-60-s0"),
        ("f-events-45", "f-conferences-20-per-year"),
    ],
)
def test_figures_that_differ_stand_side_by_side_unresolved(pair: tuple[str, str]) -> None:
    both = [row for row in FILES["contradictions"] if set(pair) <= set(row["records"])]
    assert len(both) == 1
    assert both[0]["resolved"] is False


def test_every_figure_states_unit_period_and_names_in_both_languages() -> None:
    assert len(FILES["figures"]) == 28
    for row in FILES["figures"]:
        assert row["unit"]
        assert row["name_vi"]
        assert row["name_en"]
        assert row["period"]["text_vi"]


def test_a_person_is_kept_only_with_an_office_that_a_publication_states() -> None:
    for person in FILES["persons"]:
        assert person.keys() <= {"id", "name_vi", "accents", "name_latin", "offices", "organisation", "provenance"}
        for office in person["offices"]:
            assert office["office_vi"]
            assert set(office["publications"]) <= PUBLICATIONS


def test_partners_are_foreign_bodies_that_a_publication_names() -> None:
    partners = list(csv.DictReader(io.StringIO((SOURCES / "partners.csv").read_text("utf-8-sig"), newline="")))
    assert [row["Đối tác"] for row in partners] == ["UNESCO", "Đại sứ quán Hàn Quốc tại Việt Nam", "Quảng Tây"]
    for row in partners:
        record = RECORDS[row["Số đăng ký ngoài"]]
        assert record["named"]
        assert row["Nguồn"].split("; ") == record["provenance"]["publications"]
        assert [int(number) for number in row["Số phát biểu"].split("; ")] == record["provenance"]["statements"]
        assert (countries.find(row["Nước"]).code if row["Nước"] else None) == record.get("country")
        assert row["Xuất xứ"] == "nguồn công khai"
