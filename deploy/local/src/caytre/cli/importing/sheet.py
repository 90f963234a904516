"""A sheet as read from a file: rows of plain values, and what there is to say about single cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from caytre.reference.text import normalise

Value = str | int | float | bool | date | datetime | None
#: A cell by row and column, both counted from 0.
Place = tuple[int, int]

#: Larger files are refused before they are unpacked (bytes).
LARGEST_FILE = 64 * 1024 * 1024


class UnreadableFile(Exception):
    """The file cannot be read as a table; the sentence says why and what to do about it."""


@dataclass
class Sheet:
    """Rows as they stand in the file: `rows[0]` is row 1. Texts are in NFC and stripped, empty cells None."""

    name: str
    rows: list[list[Value]]
    #: What was done to read a cell: a formula's stored value, the value of a merged cell.
    notes: dict[Place, str] = field(default_factory=dict)
    #: Why a cell has no value that could be used.
    faults: dict[Place, str] = field(default_factory=dict)
    #: Rows (from 0) that only head a section, across the columns.
    headings: set[int] = field(default_factory=set)
    #: What is to be known about the whole file.
    remarks: list[str] = field(default_factory=list)


def plain(value: object) -> Value:
    """A value as it is compared and sent: text normalised, whole numbers as integers, midnight as a day."""
    match value:
        case None | "":
            return None
        case str():
            return normalise(value).strip() or None
        case float() if value.is_integer():
            return int(value)
        case datetime() if value.time() == time.min:
            return value.date()
        case bool() | int() | float() | date():
            return value
        case _:
            return str(value)


def text_of(value: Value) -> str:
    """The value as a person would type it."""
    return "" if value is None else str(value)
