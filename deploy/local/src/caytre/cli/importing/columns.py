"""Finding the columns of a register by their headers, in any order and spelling, below any title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from caytre.cli.importing.sheet import Sheet, UnreadableFile, Value, cell_name
from caytre.reference.text import search_key

#: Rows within which the header is looked for.
HEADER_WITHIN = 40
#: A row is a header when so many columns are recognised in it.
FEWEST_COLUMNS = 3
#: How like a misspelt word is to the one it is taken to mean (0 to 1, `difflib`).
_LIKE = 0.8


@dataclass(frozen=True)
class Column:
    """A column by its name in Caytre, the header it has in our own files, and what else registers call it.

    What stands in a column that is not `taken` over has no place in Caytre: it is known, so that this can be said.
    A text of more than `longest` characters is refused.
    """

    name: str
    header: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    taken: bool = True
    longest: int = 200


@dataclass(frozen=True)
class Stranger:
    """A header that is no column's, and the one that was perhaps meant."""

    header: str
    place: str
    meant: str | None


@dataclass(frozen=True)
class Layout:
    """Where the header row is and which column stands where (both from 0); `columns` and places by name."""

    header: int
    columns: Mapping[str, Column]
    places: Mapping[str, int]
    headers: Mapping[str, str]
    strangers: tuple[Stranger, ...] = ()

    @classmethod
    def of(cls, columns: Iterable[Column]) -> Layout:
        """That of a sheet which has these columns by their own headers, in this order, in its first row."""
        listed = list(columns)
        return cls(
            header=0,
            columns={column.name: column for column in listed},
            places={column.name: at for at, column in enumerate(listed)},
            headers={column.name: column.header for column in listed},
        )


def _key(header: str) -> str:
    # "Ngày ký (*)", "3. Ngày ký:" and "Ngày ký [1]" are one header.
    plain = re.sub(r"[(\[].*?[)\]]", " ", search_key(header))
    return " ".join(re.sub(r"[^\w/]+", " ", re.sub(r"^\s*\d+\s*[.)]\s*", "", plain)).split())


def _names(columns: Sequence[Column]) -> dict[str, Column]:
    names: dict[str, Column] = {}
    for column in columns:
        for header in (column.name, column.header, *column.synonyms):
            names.setdefault(_key(header), column)
    return names


def recognised(columns: Sequence[Column], rows: Sequence[Sequence[Value]]) -> int:
    """How many columns are recognised in the best of these rows."""
    names = _names(columns)
    return max((len(_known(names, row)) for row in rows[:HEADER_WITHIN]), default=0)


def _known(names: Mapping[str, Column], row: Sequence[Value]) -> dict[int, str]:
    return {at: names[_key(cell)].name for at, cell in enumerate(row) if isinstance(cell, str) and _key(cell) in names}


def find_layout(columns: Sequence[Column], sheet: Sheet) -> Layout | None:
    """Where the header is, None when the sheet has none.

    Raises UnreadableFile when a required column is missing or one is there twice.
    """
    names = _names(columns)
    candidates = [(len(set(_known(names, row).values())), -at) for at, row in enumerate(sheet.rows[:HEADER_WITHIN])]
    count, place = max(candidates, default=(0, 0))
    if count < FEWEST_COLUMNS:
        return None
    at_row, header = -place, sheet.rows[-place]
    known = _known(names, header)
    _refuse_twice(at_row, header, known)
    strangers = _strangers(at_row, header, known, names)
    _refuse_missing(columns, at_row, header, known, strangers)
    return Layout(
        header=at_row,
        columns={column.name: column for column in columns},
        places={name: at for at, name in known.items()},
        headers={name: _shown(header[at]) for at, name in known.items()},
        strangers=strangers,
    )


def _shown(header: Value) -> str:
    return " ".join(str(header).split())


def _refuse_twice(at_row: int, header: Sequence[Value], known: Mapping[int, str]) -> None:
    twice = {name for name in known.values() if list(known.values()).count(name) > 1}
    if twice:
        headers = ", ".join(
            f"“{_shown(header[at])}” ({cell_name((at_row, at))})" for at, name in known.items() if name in twice
        )
        raise UnreadableFile(
            vi=f"Có nhiều cột cùng nghĩa: {headers}. Hãy giữ một cột, đổi tên cột còn lại.",
            en=f"Several columns mean the same: {headers}. Keep one of each, or rename the other.",
        )


def _strangers(
    at_row: int, header: Sequence[Value], known: Mapping[int, str], names: Mapping[str, Column]
) -> tuple[Stranger, ...]:
    free = {key: column for key, column in names.items() if column.name not in known.values()}
    found = []
    for at, cell in enumerate(header):
        if cell is not None and at not in known:
            like = get_close_matches(_key(str(cell)), free, n=1, cutoff=_LIKE)
            meant = free[like[0]].header if like else None
            found.append(Stranger(_shown(cell), cell_name((at_row, at)), meant))
    return tuple(found)


def _refuse_missing(
    columns: Sequence[Column],
    at_row: int,
    header: Sequence[Value],
    known: Mapping[int, str],
    strangers: Sequence[Stranger],
) -> None:
    missing = [column.header for column in columns if column.required and column.name not in known.values()]
    if not missing:
        return
    found = ", ".join(f"“{_shown(header[at])}”" for at in known)
    lacks = ", ".join(f"“{header}”" for header in missing)
    meant = [one for one in strangers if one.meant in missing]
    vi = "".join(f" Ô {one.place} ghi “{one.header}”: có phải là “{one.meant}”?" for one in meant)
    en = "".join(f" Cell {one.place} says “{one.header}”: is “{one.meant}” meant?" for one in meant)
    raise UnreadableFile(
        vi=f"Dòng {at_row + 1} có vẻ là dòng tiêu đề ({found}) nhưng thiếu {lacks}.{vi} "
        "Xem bảng tiêu đề trong examples/stock/README.md.",
        en=f"Row {at_row + 1} looks like the header ({found}) but lacks {lacks}.{en} "
        "See the table of headers in examples/stock/README.md.",
    )
