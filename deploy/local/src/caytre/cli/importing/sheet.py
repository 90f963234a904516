"""A sheet as read from a file: rows of plain values, and what there is to say about single cells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time

from caytre.core.refusals import Words

Value = str | int | float | bool | date | datetime | None
#: A cell by row and column, both counted from 0.
Place = tuple[int, int]

#: Larger files are refused before they are unpacked (bytes).
LARGEST_FILE = 64 * 1024 * 1024
#: What a spreadsheet shows where it could not calculate.
ERROR_VALUES = frozenset(
    ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_BLANKS = re.compile("[\t\xa0\u2000-\u200a\u202f\u205f\u3000]")


class UnreadableFile(Exception):
    """The file cannot be read as a table; the words say why and what to do about it."""

    def __init__(self, *, vi: str, en: str) -> None:
        self.words = Words(vi, en)
        super().__init__(en)


@dataclass
class Sheet:
    """Rows as they stand in the file: `rows[0]` is row 1. Texts are in NFC and stripped, empty cells None."""

    name: str
    rows: list[list[Value]]
    #: What was done to read a cell: a formula's stored value, the value of a merged cell.
    notes: dict[Place, Words] = field(default_factory=dict)
    #: Why a cell has no value that could be used.
    faults: dict[Place, Words] = field(default_factory=dict)
    #: Empty cells that are merged with one to the left, which holds the value.
    covered: dict[Place, Place] = field(default_factory=dict)
    #: Rows (from 0) that only head a section, across the columns.
    headings: set[int] = field(default_factory=set)
    #: What is to be known about the whole file.
    remarks: list[Words] = field(default_factory=list)

    def value(self, place: Place) -> Value:
        """The value of a cell, None also where the row is shorter."""
        row, column = place
        values = self.rows[row]
        return values[column] if column < len(values) else None

    def line(self, row: int) -> str:
        """What stands in a row, as one text."""
        texts = dict.fromkeys(text_of(value) for value in self.rows[row] if value is not None)
        return " ".join(" ".join(texts).split())


def cell_name(place: Place) -> str:
    """The cell as spreadsheets name it: (0, 27) is `AB1`."""
    row, column = place
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """The letters of a column counted from 0: 27 is `AB`."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def plain(value: object) -> Value:
    """A value as it is compared and sent: text normalised, whole numbers as integers, midnight as a day.

    Blanks of every width become plain ones, line ends `\\n`; what nobody can see (zero width, direction) goes.
    """
    match value:
        case None | "":
            return None
        case str():
            return _text(value) or None
        case float() if value.is_integer():
            return int(value)
        case datetime() if value.time() == time.min:
            return value.date()
        case bool() | int() | float() | date():
            return value
        case _:
            return str(value)


def _text(value: str) -> str:
    if value.isascii() and value.isprintable():
        return value.strip()
    spaced = _BLANKS.sub(" ", _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", value)))
    # The joiners of Indic and Persian scripts are of this category too, and there they make another word.
    seen = (
        c for c in spaced if unicodedata.category(c) != "Cf" or c in "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
    )
    return "".join(seen).strip()


def text_of(value: Value) -> str:
    """The value as a person would type it."""
    match value:
        case None:
            return ""
        case date() if not isinstance(value, datetime):
            return value.strftime("%d/%m/%Y")
        case _:
            return str(value)
