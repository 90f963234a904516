"""Registers through the command line into a running platform."""

from __future__ import annotations

import csv
import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from openpyxl import load_workbook

from caytre.local.folders import checkout
from caytre.local.platform import Platform
from tests.e2e.conftest import Caytre, begun

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
    assert "already in row 2" in said.json["rows"][2]["problems"][0]["en"]
    assert said.json["rows"][2]["problems"][0]["vi"].startswith("ô A4 (Số đăng ký ngoài) “A-1”: số này đã có ở dòng 2")


def test_what_the_platform_refuses_is_told_by_its_cell_in_both_languages(caytre: Caytre, tmp_path: Path) -> None:
    file = register(tmp_path / "so.csv", row("F-1", signed="01/01/2090"))
    said = caytre("import", "agreements", file, "--source", "Sổ F", "--dry-run", "--json")
    assert said.code == 1
    (problem,) = said.json["rows"][0]["problems"]
    assert (problem["column"], problem["cell"], problem["value"]) == ("Ngày ký", "F2", "01/01/2090")
    assert problem["vi"].startswith("ô F2 (Ngày ký) “01/01/2090”: ")
    assert "lies after today" in problem["en"]


def test_several_partners_of_one_cell_come_in_with_their_row(caytre: Caytre, tmp_path: Path) -> None:
    several = row("G-1")
    several[2:5] = ["UBND tỉnh Minh Họa Tre", "Thành phố Minh Họa Gỗ; Thành phố Minh Họa Đá", "LB Nga; CHDCND Lào"]
    file = register(tmp_path / "so.csv", several)
    said = caytre("import", "agreements", file, "--source", "Sổ G", "--json")
    assert (said.code, said.json["counts"]) == (0, {"created": 1}), said.out
    assert len(said.json["rows"][0]["new_partners"]) == 2
    again = caytre("import", "agreements", file, "--source", "Sổ G", "--json")
    assert again.json["counts"] == {"unchanged": 1}


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
    file = register(tmp_path / "so.csv", *[row(f"K-{number}") for number in range(150)])
    with ThreadPoolExecutor(1) as pool:
        importing = pool.submit(caytre, "import", "agreements", file, "--source", "Sổ K", "--json")
        while int(sql(count, "caytre_agreements")) < 50:
            assert not importing.done(), importing.result()
            time.sleep(0.02)
        agreements = platform.services[0]
        assert agreements.child.adopt()
        agreements.kill()
        said = importing.result()
    assert (said.code, said.json["counts"]) == (0, {"created": 150}), said.err
    assert int(sql(count, "caytre_agreements")) == 150
    again = caytre("import", "agreements", file, "--source", "Sổ K", "--json")
    assert again.json["counts"] == {"unchanged": 150}


def test_an_interrupted_import_goes_on_without_doubles(caytre: Caytre, platform: Platform, tmp_path: Path) -> None:
    assert platform.postgres is not None
    sql = platform.postgres.sql
    count = "SELECT count(*) FROM external_ref WHERE system = 'so-i'"
    file = register(tmp_path / "so.csv", *[row(f"I-{number}") for number in range(200)])
    command = ["import", "agreements", str(file), "--source", "Sổ I", "--json"]
    with begun(platform, *command) as importing:
        while int(sql(count, "caytre_agreements")) < 30:
            assert importing.poll() is None
            time.sleep(0.02)
        importing.send_signal(signal.SIGINT)
        out, _ = importing.communicate(timeout=60)
    said = json.loads(out)
    assert importing.returncode == 130
    assert said["stopped"].startswith("Interrupted")
    assert said["counts"]["created"] + said["counts"]["not tried"] + said["counts"].get("not answered", 0) == 200
    again = caytre(*command)
    assert again.code == 0, again.err
    assert set(again.json["counts"]) == {"created", "unchanged"}
    assert again.json["counts"]["unchanged"] >= said["counts"]["created"]
    assert int(sql(count, "caytre_agreements")) == 200
    assert caytre(*command).json["counts"] == {"unchanged": 200}


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
