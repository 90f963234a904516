"""Where a delegation goes: "Hàn Quốc (Seoul): 04/05/2023 - 07/05/2023; Nhật Bản"."""

from __future__ import annotations

import re
from typing import Any

from caytre.cli.importing.cells import Cells
from caytre.cli.importing.rows import given
from caytre.cli.importing.spans import two_days
from caytre.reference import countries

_STOP = re.compile(
    r"(?P<country>[^(:\d]+?)\s*(?:\((?P<city>[^)]*)\))?\s*"
    r"(?:[:,]?\s*(?P<when>(?:từ |ngày )*\d{1,2}\s*[-/.\N{EN DASH}].*))?"
)
_AND = re.compile(r"\s*(?:,|/|\s-\s| và )\s*")


def stops(cells: Cells, name: str) -> list[dict[str, Any]]:
    """The stops in the order of the cell; an unknown country or unreadable days are a problem."""
    found = []
    for text in cells.listed(name, repeated=True):
        match = _STOP.fullmatch(text)
        parts = _countries(match["country"] if match else text)
        codes = [code for part in parts if (code := cells.country(name, part))]
        when = match["when"] if match else None
        days = two_days(when.removeprefix("từ ").strip()) if when else None
        if when and (days is None or len(parts) > 1):
            cells.problem(
                name,
                vi=f"“{when}” không phải là ngày đến và ngày đi của một nước, như “Hàn Quốc: 04/05/2023 - 07/05/2023”",
                en=f"“{when}” is not the first and last day in one country, as in “Hàn Quốc: 04/05/2023 - 07/05/2023”",
            )
        stay = {"arrives": days.first, "leaves": days.last} if days else {}
        spent = {at: day.text for at, day in stay.items() if day}
        city = match["city"] if match and len(parts) == 1 else None
        found += [given({"country": code, "city": city}) | spent for code in codes]
    return found


def countries_of(cells: Cells, name: str) -> list[str]:
    """The countries alone, each once; a city in brackets behind one is told and left out."""
    listed = stops(cells, name)
    if cities := ", ".join(stop["city"] for stop in listed if "city" in stop):
        cells.note(name, vi=f"không lấy “{cities}”", en=f"“{cities}” is not taken over")
    return list(dict.fromkeys(stop["country"] for stop in listed))


def _countries(text: str) -> list[str]:
    try:
        countries.find(text.strip())
    except countries.UnknownCountry:
        return [part for part in _AND.split(text.strip()) if part]
    return [text.strip()]
