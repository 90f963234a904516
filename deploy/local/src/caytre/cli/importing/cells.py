"""The cells of one row, read column by column; every reason why one cannot be taken over is collected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from caytre.cli.importing.columns import Layout
from caytre.cli.importing.problems import Problem
from caytre.cli.importing.sheet import ERROR_VALUES, Sheet, Value, cell_name, text_of
from caytre.cli.importing.vocabulary import Vocabulary, nearest
from caytre.core.refusals import Words
from caytre.reference import countries
from caytre.reference.dates import FuzzyDate, ImpossibleDate, UnreadableDate, parse_date

#: Days since this one are how a spreadsheet stores a date whose cell is not formatted as one.
_SERIAL_ORIGIN = date(1899, 12, 30)
_SERIALS = range(3000, 80_000)
_LIST = re.compile(r"\s*[;\n]\s*")
_LINE = re.compile(r"\s*\n\s*(\S)")
#: "1. ", "2) ", "- ", "• " before an entry of a list; "3M" and "2.0" are no numbering.
_BULLET = re.compile(r"^(?:\d{1,2}[.)]\s+|[-–•*+]\s+)")
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2}")
_A_DATE = Words(
    "cần ngày dạng 15/03/2023, hoặc chữ như “tháng 3/2023”, “quý II/2019”, “đầu năm 2023”, “năm 2018”",
    "a day such as 15/03/2023 is expected, or words such as “tháng 3/2023”, “quý II/2019”, “đầu năm 2023”, “năm 2018”",
)


class Cells:
    """The cells of one row by the names of their columns; collects problems and notes."""

    def __init__(self, sheet: Sheet, layout: Layout, at: int) -> None:
        self._sheet = sheet
        self._layout = layout
        self._at = at
        self.problems: list[Problem] = []
        self.notes: list[Words] = []
        for name, column in layout.places.items():
            self._look_at(name, (at, column))

    def _look_at(self, name: str, place: tuple[int, int]) -> None:
        column, value = self._layout.columns[name], self._sheet.value(place)
        fault = self._sheet.faults.get(place) or _fault(value, column.longest)
        if fault and column.taken:
            self.problem(name, vi=fault.vi, en=fault.en)
        elif said := fault or self._sheet.notes.get(place):
            self.note(name, vi=said.vi, en=said.en)

    def has(self, name: str) -> bool:
        """Whether the sheet has the column."""
        return name in self._layout.places

    def header(self, name: str) -> str:
        """The header as it stands in the file, with the unit it may name; empty when there is no such column."""
        return self._layout.headers.get(name, "")

    def value(self, name: str) -> Value:
        """The value, None for an empty cell or a column that is not there."""
        column = self._layout.places.get(name)
        return None if column is None else self._sheet.value((self._at, column))

    def text(self, name: str) -> str | None:
        """The value as text in one line."""
        return " ".join(text_of(self.value(name)).split()) or None

    def listed(self, name: str, *, repeated: bool = False) -> list[str]:
        """What a cell lists, separated by “;” or by lines, without numbering and, unless `repeated`, repetition."""
        whole = _LINE.sub(_unfolded, text_of(self.value(name)))
        entries = (_BULLET.sub("", entry).strip() for entry in _LIST.split(whole))
        found = [" ".join(entry.split()) for entry in entries if entry]
        return found if repeated else list(dict.fromkeys(found))

    def problem(self, name: str, *, vi: str, en: str) -> None:
        """Say why the value of a column cannot be used; once for a column."""
        found = self.about(name, Words(vi, en))
        if all(known.column != found.column for known in self.problems):
            self.problems.append(found)

    def about(self, name: str, reason: Words) -> Problem:
        """A problem with the value of a column; without cell when the sheet has no such column."""
        column = self._layout.places.get(name)
        if column is None:
            known = self._layout.columns.get(name)
            return Problem(reason, known.header if known else "")
        return Problem(reason, self._layout.headers[name], cell_name((self._at, column)), text_of(self.value(name)))

    def note(self, name: str, *, vi: str, en: str) -> None:
        """Say how a value was understood."""
        header = self._layout.headers.get(name, name)
        self.notes.append(Words(f"{header}: {vi}", f"{header}: {en}"))

    def required(self, name: str) -> str | None:
        """The value as text in one line; an empty cell is a problem."""
        text = self.text(name)
        if text is None:
            self.missing(name)
        return text

    def missing(self, name: str) -> None:
        """Say that a cell has to have a value and has none."""
        column = self._layout.places.get(name)
        over = None if column is None else self._sheet.covered.get((self._at, column))
        if over:
            self.problem(
                name,
                vi=f"trống vì bị gộp với ô {cell_name(over)}; hãy tách ô gộp và ghi giá trị",
                en=f"is empty because it is merged with {cell_name(over)}; split the cells and give the value",
            )
        else:
            self.problem(name, vi="trống; cột này bắt buộc", en="is empty; this column has to have a value")

    def word(self, name: str, vocabulary: Vocabulary) -> str | None:
        """What a word stands for; an unknown word is a problem, an empty cell is None."""
        text = self.text(name)
        if text is None:
            return None
        found = vocabulary.find(text)
        if found is None:
            self.problem(name, vi=vocabulary.expected.vi + _meant(text, vocabulary)[0],
                         en=vocabulary.expected.en + _meant(text, vocabulary)[1])  # fmt: skip
            return None
        if found.remark:
            self.note(name, vi=f"không lấy “{found.remark}”", en=f"“{found.remark}” is not taken over")
        return found.code

    def words(self, name: str, find: Callable[[str], str | None], what: Words) -> tuple[str, ...]:
        """What each word of a list stands for, in the order of the cell and without repetition."""
        found: dict[str, None] = {}
        for word in self.listed(name):
            code = find(word)
            if code is None:
                self.problem(
                    name,
                    vi=f"không có {what.vi} “{word}”; nhiều mục cách nhau bằng “;”",
                    en=f"“{word}” is not a known {what.en}; several are separated by “;”",
                )
            else:
                found[code] = None
        return tuple(found)

    def day(self, name: str) -> FuzzyDate | None:
        """A date as exactly as the cell states it."""
        value = self.value(name)
        if value is None or any(known.column == self._layout.headers.get(name) for known in self.problems):
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value in _SERIALS:
            read = _SERIAL_ORIGIN + timedelta(days=value)
            shown = text_of(read)
            self.note(
                name,
                vi=f"số {value} được đọc là ngày {shown} của bảng tính",
                en=f"the number {value} was read as the spreadsheet's day {shown}",
            )
            return FuzzyDate.on_day(read)
        try:
            return parse_date(value if not isinstance(value, bool | float) else str(value))
        except ImpossibleDate as wrong:
            self.problem(name, vi=f"{wrong.reason_vi}; {_A_DATE.vi}", en=f"{wrong.reason_en}; {_A_DATE.en}")
        except UnreadableDate:
            if _SHORT_YEAR.fullmatch(text_of(value)):
                self.problem(
                    name,
                    vi="năm phải đủ bốn chữ số, như 15/03/2023",
                    en="the year needs four figures, as in 15/03/2023",
                )
            else:
                self.problem(name, vi=f"không đọc được ngày mà không đoán; {_A_DATE.vi}",
                             en=f"is no date that can be read without guessing; {_A_DATE.en}")  # fmt: skip
        return None

    def country(self, name: str, text: str) -> str | None:
        """The ISO 3166-1 code of a country that is named in a cell; an unknown one is a problem."""
        try:
            return countries.find(text).code
        except countries.UnknownCountry:
            meant = _country_like(text)
            self.problem(
                name,
                vi=f"không có nước nào tên “{text}”; cần tên nước như “Hàn Quốc” hoặc mã ISO như KR"
                + (f"; có phải là “{meant}”?" if meant else ""),
                en=f"no country is called “{text}”; a name such as “Hàn Quốc” or an ISO code such as KR is expected"
                + (f"; is “{meant}” meant?" if meant else ""),
            )
            return None


@lru_cache(maxsize=1024)
def _country_like(text: str) -> str | None:
    # Kept, because a register repeats its misspellings.
    return nearest(text, {name: name for one in countries.all_countries() for name in (one.name_vi, one.name_en)})


def _unfolded(line: re.Match[str]) -> str:
    # A line that goes on with a small letter or a bracket was only folded.
    return (" " if line[1].islower() or line[1] in "(&" else "\n") + line[1]


def _meant(text: str, vocabulary: Vocabulary) -> tuple[str, str]:
    meant = vocabulary.nearest(text)
    return (f"; có phải là “{meant}”?", f"; is “{meant}” meant?") if meant else ("", "")


def _fault(value: Value, longest: int) -> Words | None:
    if not isinstance(value, str):
        return None
    if value in ERROR_VALUES or set(value) == {"#"}:
        return Words(
            "ô có lỗi của chương trình bảng tính thay vì giá trị; hãy sửa hoặc gõ giá trị vào",
            "the cell holds a spreadsheet's error and no value; mend it or type the value",
        )
    if len(value) > longest:
        return Words(
            f"dài {len(value):,} ký tự; tối đa {longest:,}",
            f"has {len(value):,} characters; at most {longest:,} are taken",
        )
    if any(unicodedata.category(letter) == "Cc" and letter != "\n" for letter in value):
        return Words(
            "có ký tự điều khiển không nhìn thấy; hãy gõ lại ô này",
            "has an invisible control character; type the cell anew",
        )
    return None
