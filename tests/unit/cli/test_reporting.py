"""Reports of imports: read back by other readers, no cell of them is a formula."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from caytre.cli.importing.outcome import Outcome, in_words
from caytre.cli.importing.problems import Problem
from caytre.cli.importing.reporting import COLUMNS, harmless, write_report
from caytre.core.refusals import Words
from caytre.local.failures import SetupError

PAYLOADS = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "|cmd",
    "%0A=1",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\N{NO-BREAK SPACE}=1",
    "\N{ZERO WIDTH SPACE}=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
]


def outcomes() -> list[Outcome]:
    return [
        Outcome("Trang 1", at, payload, payload, "refused", problems=[Problem(said)], notes=[said])
        for at, payload in enumerate(PAYLOADS, 2)
        for said in [Words(payload, payload)]
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_text_that_would_be_calculated_gets_an_apostrophe(payload: str) -> None:
    assert harmless(payload) == f"'{payload}"


@pytest.mark.parametrize("plain", ["MH-1", "Bản ghi nhớ", "12", "a=b", "", "2024-01-01"])
def test_other_texts_stay(plain: str) -> None:
    assert harmless(plain) == plain


def test_a_csv_report_starts_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    write_report(path, "so.csv", outcomes(), [])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == list(COLUMNS)
    assert len(rows) == len(PAYLOADS)
    for row in rows:
        assert not any(cell.lstrip()[:1] in "=+-@|%＝＋－＠" for cell in row if cell.strip())


def test_an_xlsx_report_has_texts_only(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_report(path, "so.csv", [*outcomes(), Outcome("", 99, "sổ", "a\x00b\x1b", "created")], [])
    sheet = load_workbook(path).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    with CalamineWorkbook.from_path(path) as workbook:
        rows = workbook.get_sheet_by_index(0).to_python()
    assert rows[1][3] == "'" + PAYLOADS[0]
    assert rows[-1][3] == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"


def test_a_json_report_has_everything(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    differences = [{"field": "status", "here": "SIGNED", "there": "EXPIRED"}]
    problem = Problem(Words("sai", "wrong"), "Ngày ký", "F2", "31/02/2023")
    one = Outcome("", 2, "sổ", "MH-1", "different", id="x", version=3, problems=[problem], differences=differences)
    write_report(path, "so.csv", [one], [Words("một điều", "a remark")])
    content = json.loads(path.read_text(encoding="utf-8"))
    assert (content["file"], content["counts"], content["remarks"]) == (
        "so.csv",
        {"different": 1},
        [{"vi": "một điều", "en": "a remark"}],
    )
    assert content["rows"][0]["differences"] == differences
    assert content["rows"][0]["problems"] == [
        {
            "column": "Ngày ký",
            "cell": "F2",
            "value": "31/02/2023",
            "vi": "ô F2 (Ngày ký) “31/02/2023”: sai",
            "en": "cell F2 (Ngày ký) “31/02/2023”: wrong",
        }
    ]


def test_a_difference_reads_as_old_and_new() -> None:
    assert in_words({"field": "signing", "here": ["2019-01-01"] * 2, "there": None}) == "signing: 2019-01-01 → (empty)"
    assert in_words({"field": "fields", "here": ["A", "B"], "there": ["A"]}) == "fields: A, B → A"


def test_a_report_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be written"):
        write_report(tmp_path / "none" / "report.csv", "so.csv", outcomes(), [])
