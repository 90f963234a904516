"""The report of an import, row by row, as CSV, XLSX or JSON; no cell of it starts a formula."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from caytre.cli.importing.outcome import Outcome, counts, in_words
from caytre.core.refusals import Words
from caytre.local.failures import SetupError

COLUMNS = ("sheet", "row", "source", "number", "outcome", "id", "version", "lỗi", "errors", "differences",
           "new partners", "ghi chú", "notes")  # fmt: skip
FORMATS = (".csv", ".xlsx", ".json")
#: What makes a spreadsheet program take a text for a formula, also in full width and after blanks.
_FORMULA = frozenset("=+-@|%\t\r\n＝＋－＠﹦﹢﹣﹫−")


def harmless(value: object) -> str:
    """The text as a cell that stays text: an apostrophe goes before what a spreadsheet would calculate."""
    # Loaded here and below, because every command of this tool would wait for it, and few of them write a report.
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    text = "" if value is None else ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", str(value))
    visible = text.lstrip(" \N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}")
    return "'" + text if visible[:1] in _FORMULA and visible else text


def _cells(one: Outcome) -> list[int | str]:
    texts = (
        one.sheet,
        one.row,
        one.source,
        one.number,
        one.outcome,
        one.id,
        one.version,
        "\n".join(problem.words.vi for problem in one.problems),
        "\n".join(problem.words.en for problem in one.problems),
        "\n".join(map(in_words, one.differences)),
        "\n".join(one.new_partners),
        "\n".join(note.vi for note in one.notes),
        "\n".join(note.en for note in one.notes),
    )
    return [value if isinstance(value, int) else harmless(value) for value in texts]


def write_report(path: Path, file: str, outcomes: Sequence[Outcome], remarks: Sequence[Words]) -> None:
    """Write the report in the format that the name ends with. Raises SetupError."""
    try:
        match path.suffix.lower():
            case ".csv":
                with path.open("w", encoding="utf-8-sig", newline="") as out:
                    writer = csv.writer(out)
                    writer.writerow(COLUMNS)
                    writer.writerows(_cells(one) for one in outcomes)
            case ".xlsx":
                _workbook(path, outcomes)
            case _:
                content = as_json(file, outcomes, remarks)
                path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise SetupError(f"The report cannot be written to {path}: {error.strerror}.") from error


def as_json(file: str, outcomes: Sequence[Outcome], remarks: Sequence[Words]) -> dict[str, object]:
    """The report for machines."""
    rows = [one.as_json() for one in outcomes]
    return {"file": file, "counts": counts(outcomes), "remarks": [asdict(said) for said in remarks], "rows": rows}


def _workbook(path: Path, outcomes: Sequence[Outcome]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("import")
    sheet.freeze_panes = "A2"
    for letter, width in {"C": 24, "D": 18, "F": 38, "H": 60, "I": 60, "J": 60, "K": 40, "L": 40, "M": 40}.items():
        sheet.column_dimensions[letter].width = width
    header = [WriteOnlyCell(sheet, name) for name in COLUMNS]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    for one in outcomes:
        cells = [WriteOnlyCell(sheet, value) for value in _cells(one)]
        for cell, value in zip(cells, _cells(one), strict=True):
            if isinstance(value, str):
                cell.data_type = "s"
        sheet.append(cells)
    workbook.save(path)
