"""What a list says once for all its rows, in a column or above them: province, year, leaving or arriving."""

from __future__ import annotations

import re

from caytre.cli.importing.cells import Cells
from caytre.cli.importing.organs import organ_of, province_above
from caytre.cli.importing.places import place_of
from caytre.cli.importing.rows import Row
from caytre.cli.importing.trip_words import DIRECTIONS
from caytre.reference.dates import FuzzyDate
from caytre.reference.localities import Locality
from caytre.reference.text import search_key

#: Years that a plan can be of.
YEARS = range(1990, 2200)
_YEAR = re.compile(r"(?<!\d)(?:19|20|21)\d\d(?!\d)")
_OUT = re.compile(r"\bdoan (?:di |cong tac di )?ra\b|\bdoan di\b")
_IN = re.compile(r"\bdoan (?:khach )?vao\b|\bdon (?:tiep )?doan\b")


def direction_in(text: str) -> str | None:
    """OUT or IN as a heading says it, None when it says neither or both."""
    key = search_key(text)
    out, into = bool(_OUT.search(key)), bool(_IN.search(key))
    return None if out == into else "OUT" if out else "IN"


def is_section(text: str) -> bool:
    """Whether a row of a few words heads a section of a list of delegations."""
    return direction_in(text) is not None


def direction_of(row: Row) -> str | None:
    """OUT or IN by the column, else by what is written above."""
    if row.cells.text("direction"):
        return row.cells.word("direction", DIRECTIONS)
    found = next((said for text in row.above if (said := direction_in(text))), None)
    if found is None:
        row.cells.problem(
            "direction",
            vi="không rõ là đoàn ra hay đoàn vào; hãy thêm cột “Chiều đoàn” hoặc đề mục “Đoàn ra”, “Đoàn vào”",
            en="does not say whether delegations leave or arrive; add a column “Chiều đoàn”, or headings “Đoàn ra” and "
            "“Đoàn vào”",
        )
    return found


def year_of(row: Row) -> int | None:
    """The year of the plan by the column, else by what is written above."""
    cells = row.cells
    text = cells.text("year")
    if text is None:
        years = (_YEAR.findall(said) for said in row.above)
        named = next((set(found) for found in years if found), set())
        text = named.pop() if len(named) == 1 else None
    if text is None:
        cells.problem(
            "year",
            vi="không rõ kế hoạch của năm nào; hãy thêm cột “Năm” hoặc ghi năm ở tiêu đề",
            en="does not say of which year the plan is; add a column “Năm”, or name the year in the title",
        )
        return None
    plain = search_key(text).removeprefix("nam ").strip()
    if not plain.isdecimal() or int(plain) not in YEARS:
        cells.problem("year", vi="không phải là một năm như 2026", en="is no year such as 2026")
        return None
    return int(plain)


def places_of(row: Row, day: FuzzyDate | None) -> list[Locality]:
    """The provinces on the day, by the column or by what is written above; none that is known is a problem."""
    cells = row.cells
    texts = cells.listed("locality") or [name for text in row.above if (name := province_above(text))][:1]
    if not texts:
        cells.problem(
            "locality",
            vi="không rõ của tỉnh, thành phố nào; hãy thêm cột “Địa phương” hoặc ghi tên tỉnh ở tiêu đề",
            en="does not say of which province it is; add a column “Địa phương”, or name the province in the title",
        )
    places: list[Locality] = []
    for text in texts:
        organ = organ_of(text)
        place = place_of(cells, "locality", organ.locality if organ and organ.locality else text, day)
        if place and place not in places:
            places.append(place)
    return places


def running_number(cells: Cells, *scope: object) -> str:
    """A number in the list, told apart from those of other lists by province, year and the like; empty if none."""
    number = cells.text("running")
    if number is None or None in scope:
        return number or ""
    return "/".join(map(str, (*scope, number)))
