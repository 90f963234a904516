"""Annual plans and lists of delegations through the command line into a running platform."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from caytre.local.folders import checkout
from caytre.local.platform import Platform
from tests.builders.registers import PLANNED, TRAVELLED, write_register
from tests.e2e.conftest import Caytre

#: All tests on the platform run in one worker, which starts it once (`--dist loadgroup`).
pytestmark = pytest.mark.xdist_group("whole-platform")

STOCK = checkout() / "examples" / "stock"
MARKED = {"Xuất xứ": "minh họa"}


def planned(number: str, **cells: str) -> dict[str, str]:
    """A row of a plan of an invented province, in a year of its own."""
    return {**PLANNED, **MARKED, "Mã đoàn": number, "Năm": "2027", **cells}


def test_the_example_plan_goes_in_once_whatever_form_it_comes_in(caytre: Caytre) -> None:
    source = ("--source", "Kế hoạch minh họa")
    rehearsed = caytre("import", "plans", STOCK / "plans.xlsx", *source, "--dry-run", "--json")
    assert (rehearsed.code, rehearsed.json["counts"]) == (0, {"created": 66}), rehearsed.err
    first = caytre("import", "plans", STOCK / "plans.xlsx", *source, "--json")
    assert (first.code, first.json["counts"]) == (0, {"created": 66}), first.err
    assert len({row["id"] for row in first.json["rows"]}) == 12
    again = caytre("import", "plans", STOCK / "plans.csv", *source, "--json")
    assert (again.code, again.json["counts"]) == (0, {"unchanged": 66}), again.out
    elsewhere = caytre("import", "plans", STOCK / "plans.csv", "--source", "Sổ khác", "--dry-run", "--json")
    assert (elsewhere.code, elsewhere.json["counts"]) == (1, {"refused": 66})
    assert "adjust that one" in elsewhere.json["rows"][0]["problems"][0]["en"]


def test_a_year_of_34_provinces_would_go_in(caytre: Caytre) -> None:
    said = caytre("import", "plans", STOCK / "plans_of_34_provinces.xlsx", "--dry-run", "--json")
    assert (said.code, said.json["counts"]) == (0, {"created": 170}), said.out


def test_good_rows_of_a_plan_go_in_and_mended_ones_are_added(caytre: Caytre, tmp_path: Path) -> None:
    said = ["import", "plans", tmp_path / "ke-hoach.csv", "--source", "Kế hoạch A", "--json"]
    home = planned("A-3", **{"Nước đến": "Việt Nam"})
    write_register(tmp_path / "ke-hoach.csv", planned("A-1"), planned("A-2", **{"Thời gian": "lúc nào đó"}), home)
    first = caytre(*said)
    assert (first.code, [row["outcome"] for row in first.json["rows"]]) == (1, ["created", "refused", "refused"])
    (abroad,) = first.json["rows"][2]["problems"]
    assert (abroad["column"], abroad["cell"], abroad["value"]) == ("Nước đến", "F4", "Việt Nam")
    assert "Việt Nam không phải là nước ngoài" in abroad["vi"]
    write_register(tmp_path / "ke-hoach.csv", planned("A-1"), planned("A-2"), planned("A-3"))
    assert caytre(*said, "--all-or-nothing").json["counts"] == {"unchanged": 1, "created": 2}
    changed = planned("A-2", **{"Thời gian": "Tháng 9", "Trạng thái": "Hoãn", "Lý do": "Phía mời hoãn (minh họa)"})
    write_register(tmp_path / "ke-hoach.csv", planned("A-1"), changed, planned("A-4"))
    told = caytre(*said).json["rows"]
    assert [row["outcome"] for row in told] == ["unchanged", "different", "created"]
    fields = [each["field"] for each in told[1]["differences"]]
    assert fields == ["month_from", "month_to", "status", "reason"]
    assert caytre(*said, "--update").json["counts"] == {"unchanged": 2, "updated": 1}
    assert caytre(*said).json["counts"] == {"unchanged": 3}


def test_a_plan_with_merged_cells_formulas_and_date_cells_is_read_as_it_is_seen(caytre: Caytre, tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["KẾ HOẠCH CỦA THÀNH PHỐ MINH HỌA MÂY NĂM 2028"])
    sheet.append(["STT", "Tên đoàn", "Nước đến", "Thời gian", "Số người", "Kinh phí (triệu đồng)", "Xuất xứ"])
    sheet.append(["I. ĐOÀN RA"])
    sheet.append([1, "Đoàn xúc tiến (minh họa)", "Lào", date(2028, 5, 4), 6, 300, "minh họa"])
    sheet.append([2, "Đoàn du lịch (minh họa)", "Lào", "Quý III", 6, "=F4*2", "minh họa"])
    sheet.append([3, "Đoàn giáo dục (minh họa)", None, "Tháng 10", 6, 200, "minh họa"])
    sheet.merge_cells("A1:G1")
    sheet.merge_cells("A3:G3")
    sheet.merge_cells("C4:C6")
    workbook.save(tmp_path / "ke-hoach.xlsx")
    said = caytre("import", "plans", tmp_path / "ke-hoach.xlsx", "--json")
    assert [row["outcome"] for row in said.json["rows"]] == ["created", "refused", "created"], said.out
    assert "a formula without a stored value" in said.json["rows"][1]["problems"][0]["en"]
    assert any("value of the merged cell C4:C6" in note["en"] for note in said.json["rows"][2]["notes"])
    assert said.json["rows"][0]["number"] == "VN-X-2025-X06/2028/OUT/1"


def test_the_example_delegations_go_in_once_and_no_name_stands_in_the_open(caytre: Caytre, platform: Platform) -> None:
    assert platform.postgres is not None
    first = caytre("import", "delegations", STOCK / "delegations.xlsx", "--json")
    assert (first.code, first.json["counts"]) == (0, {"created": 80}), first.err
    again = caytre("import", "delegations", STOCK / "delegations.csv", "--json")
    assert again.json["counts"] == {"unchanged": 80}, again.out
    for table in ("delegation", "outbox", "journal", "idempotency"):
        named = f"SELECT count(*) FROM {table} t WHERE to_jsonb(t)::text LIKE '%Văn Minh Họa%'"
        assert platform.postgres.sql(named, "caytre_delegations") == "0", table
    kept = "SELECT count(*) FROM delegation WHERE confidential IS NOT NULL"
    assert int(platform.postgres.sql(kept, "caytre_delegations")) >= 80


def test_a_changed_delegation_is_told_and_followed_and_one_that_is_not_over_is_refused(
    caytre: Caytre, tmp_path: Path
) -> None:
    said = ["import", "delegations", tmp_path / "so.csv", "--source", "Sổ đoàn ra", "--json"]
    row = {**TRAVELLED, **MARKED}
    ahead = {**row, "Mã đoàn": "D-2", "Từ ngày": "01/02/2090", "Đến ngày": "05/02/2090"}
    write_register(tmp_path / "so.csv", row, ahead)
    first = caytre(*said)
    assert [each["outcome"] for each in first.json["rows"]] == ["created", "refused"]
    (problem,) = first.json["rows"][1]["problems"]
    assert problem["column"] == "Từ ngày"
    write_register(
        tmp_path / "so.csv", {**row, "Đến ngày": "11/05/2023", "Trưởng đoàn": "Nguyễn Văn Minh Họa Khác, Giám đốc Sở"}
    )
    told = caytre(*said).json["rows"][0]
    assert told["outcome"] == "different"
    differences = {each["field"]: (each["here"], each["there"]) for each in told["differences"]}
    assert differences["people"] == (None, None)
    assert {"returns_on", "returned_on", "members"} <= differences.keys()
    assert caytre(*said, "--update").json["counts"] == {"updated": 1}
    assert caytre(*said).json["counts"] == {"unchanged": 1}


def test_a_host_of_the_register_is_found_by_name_and_country(caytre: Caytre, tmp_path: Path) -> None:
    host = "Hiệp hội Doanh nghiệp Minh Họa Mời Đoàn"
    row = {**TRAVELLED, **MARKED, "Mã đoàn": "H-1", "Cơ quan mời": f"{host}; Hiệp hội Minh Họa Chưa Có"}
    said = ["import", "delegations", write_register(tmp_path / "so.csv", row), "--source", "Sổ mời", "--json"]
    before = caytre(*said).json["rows"][0]
    assert (before["outcome"], len(before["notes"])) == ("created", 2)
    partner = {"Số đăng ký": "DT-1", "Đối tác": host, "Loại đối tác": "Hiệp hội doanh nghiệp", "Nước": "Hàn Quốc"}
    register = write_register(tmp_path / "doi-tac.csv", partner | MARKED)
    assert caytre("import", "partners", register, "--source", "Sổ mời").code == 0
    told = caytre(*said, "--update").json["rows"][0]
    assert (told["outcome"], [each["field"] for each in told["differences"]]) == ("updated", ["stops"])
    assert told["differences"][0]["there"][0]["hosts"][0]["name"] == host
    assert [note["en"].split(": ")[1] for note in told["notes"]] == ["“Hiệp hội Minh Họa Chưa Có” is not taken over"]


def test_faulty_examples_are_told_row_by_row(caytre: Caytre) -> None:
    for kind in ("plans", "delegations"):
        said = caytre("import", kind, STOCK / f"{kind}_with_errors.csv", "--json")
        assert (said.code, said.json["counts"]) == (1, {"refused": 8})
        assert all(row["problems"][0]["vi"] and row["problems"][0]["en"] for row in said.json["rows"])
