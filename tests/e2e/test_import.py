"""Registers through the command line into a running platform."""

from __future__ import annotations

import csv
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from openpyxl import load_workbook

from caytre.local.folders import checkout
from caytre.local.platform import Platform
from tests.e2e.conftest import Caytre

#: All tests on the platform run in one worker, which starts it once (`--dist loadgroup`).
pytestmark = pytest.mark.xdist_group("whole-platform")

STOCK = checkout() / "examples" / "stock"
HEADER = ["Số đăng ký ngoài", "Tên thỏa thuận", "Địa phương ký", "Đối tác", "Nước", "Ngày ký", "Trạng thái", "Xuất xứ"]


TITLE = "Bản ghi nhớ minh họa"


def row(number: str, title: str = TITLE, signed: str = "10/04/2016", status: str = "Đã ký") -> list[str]:
    partner = "Thành phố Minh Họa Thử"
    return [number, title, "Tỉnh Minh Họa Tre", partner, "Hàn Quốc", signed, status, "minh họa"]


def register(path: Path, *rows: list[str]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADER, *rows])
    return path


def test_the_example_register_goes_in_once_whatever_form_it_comes_in(caytre: Caytre, tmp_path: Path) -> None:
    rehearsed = caytre("import", "agreements", STOCK / "agreements.xlsx", "--dry-run", "--json")
    assert (rehearsed.code, rehearsed.json["dry_run"]) == (0, True)
    first = caytre("import", "agreements", STOCK / "agreements.xlsx", "--report", tmp_path / "report.xlsx")
    assert first.code == 0, first.err
    again = caytre("import", "agreements", STOCK / "agreements.csv", "--json")
    assert again.json["counts"] == {"unchanged": 500}
    sheet = load_workbook(tmp_path / "report.xlsx").active
    assert sheet is not None
    assert sheet.max_row == 501


def test_good_rows_go_in_and_faulty_ones_are_told(caytre: Caytre, tmp_path: Path) -> None:
    file = register(tmp_path / "so.csv", row("A-1"), row("A-2", signed="mùa xuân"), row("A-1"), row("A-3"))
    said = caytre("import", "agreements", file, "--source", "Sổ A", "--json")
    assert said.code == 1
    assert [one["outcome"] for one in said.json["rows"]] == ["created", "refused", "refused", "created"]
    assert said.json["rows"][1]["problems"][0]["column"] == "Ngày ký"
    assert "already in row 2" in said.json["rows"][2]["problems"][0]["reason"]


def test_all_or_nothing_leaves_everything_out(caytre: Caytre, tmp_path: Path) -> None:
    file = register(tmp_path / "so.csv", row("B-1"), row("B-2", signed="mùa xuân"))
    said = caytre("import", "agreements", file, "--source", "Sổ B", "--all-or-nothing", "--json")
    assert said.code == 1
    assert [one["outcome"] for one in said.json["rows"]] == ["left out", "refused"]
    good = register(tmp_path / "so.csv", row("B-1"))
    assert caytre("import", "agreements", good, "--source", "Sổ B", "--json").json["counts"] == {"created": 1}


def test_a_changed_row_is_told_and_followed_on_demand(caytre: Caytre, tmp_path: Path) -> None:
    file = register(tmp_path / "so.csv", row("C-1"))
    assert caytre("import", "agreements", file, "--source", "Sổ C").code == 0
    register(tmp_path / "so.csv", row("C-1", title="Bản ghi nhớ minh họa (sửa)", status="Đang hiệu lực"))
    told = caytre("import", "agreements", file, "--source", "Sổ C", "--json").json["rows"][0]
    assert told["outcome"] == "different"
    assert {one["field"]: one["there"] for one in told["differences"]} == {
        "title_vi": "Bản ghi nhớ minh họa (sửa)",
        "status": "IN_FORCE",
    }
    updated = caytre("import", "agreements", file, "--source", "Sổ C", "--update", "--json")
    assert updated.json["counts"] == {"updated": 1}
    back = register(tmp_path / "so.csv", row("C-1"))
    followed = caytre("import", "agreements", back, "--source", "Sổ C", "--update", "--json")
    assert followed.json["counts"] == {"updated": 1}
    assert caytre("import", "agreements", back, "--source", "Sổ C", "--json").json["counts"] == {"unchanged": 1}


def test_an_import_goes_on_when_the_service_is_killed_meanwhile(
    caytre: Caytre, platform: Platform, tmp_path: Path
) -> None:
    assert platform.postgres is not None
    sql = platform.postgres.sql
    count = "SELECT count(*) FROM external_ref WHERE system = 'so-k'"
    file = register(tmp_path / "so.csv", *[row(f"K-{number}") for number in range(300)])
    with ThreadPoolExecutor(1) as pool:
        importing = pool.submit(caytre, "import", "agreements", file, "--source", "Sổ K", "--json")
        while int(sql(count, "caytre_agreements")) < 50:
            assert not importing.done(), importing.result()
            time.sleep(0.02)
        agreements = platform.services[0]
        assert agreements.child.adopt()
        agreements.kill()
        said = importing.result()
    assert (said.code, said.json["counts"]) == (0, {"created": 300}), said.err
    assert int(sql(count, "caytre_agreements")) == 300
    again = caytre("import", "agreements", file, "--source", "Sổ K", "--json")
    assert again.json["counts"] == {"unchanged": 300}


def test_partners_of_publications(caytre: Caytre) -> None:
    file = checkout() / "examples" / "sources" / "partners.csv"
    first = caytre("import", "partners", file, "--source", "publications", "--json")
    # The demo may have brought them already: the tests share one platform.
    assert (first.code, first.json["counts"]) in [(0, {"created": 3}), (0, {"unchanged": 3})], first.err
    again = caytre("import", "partners", file, "--source", "publications", "--json")
    assert again.json["counts"] == {"unchanged": 3}


def test_a_file_that_is_no_register_is_refused_in_a_sentence(caytre: Caytre, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    said = caytre("import", "agreements", tmp_path / "x.csv")
    assert said.code == 1
    assert "No header row was found" in said.err
    assert caytre("import", "agreements", tmp_path / "none.csv").code == 2
    assert caytre("import", "agreements", tmp_path / "x.csv", "--report", "x.pdf").code == 2
