"""Finding the columns of a register by their headers, in any order and spelling, below any title."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from caytre.cli.importing.sheet import Sheet, UnreadableFile, Value
from caytre.reference.text import search_key

#: Rows within which the header is looked for.
HEADER_WITHIN = 40
#: A row is a header when so many columns are recognised in it.
FEWEST_COLUMNS = 3


@dataclass(frozen=True)
class Column:
    """A column by its name in Caytre, the header it has in our own files, and what else registers call it.

    What stands in a column that is not `taken` over has no place in Caytre: it is known, so that this can be said.
    """

    name: str
    header: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    taken: bool = True


@dataclass(frozen=True)
class Layout:
    """Where the header row is and which column stands where (both from 0)."""

    header: int
    places: Mapping[str, int]
    headers: Mapping[str, str]
    unknown: tuple[str, ...]


def _key(header: str) -> str:
    # "Ngày ký (*)", "3. Ngày ký:" and "Ngày ký [1]" are one header.
    plain = re.sub(r"[(\[].*?[)\]]", " ", search_key(header))
    return " ".join(re.sub(r"[^\w/]+", " ", re.sub(r"^\s*\d+\s*[.)]\s*", "", plain)).split())


_SOURCE = Column("source", "Nguồn", ("Hệ thống nguồn", "Nguồn dữ liệu", "Source", "System"))
_PROVENANCE = Column("provenance", "Xuất xứ", ("Provenance", "Loại nguồn"))
_NOTE = Column("note", "Ghi chú", ("Chú thích", "Note", "Notes", "Remarks"), taken=False)
_NUMBER = (
    "Số đăng ký",
    "Số hiệu",
    "Mã ngoài",
    "Mã số",
    "Số vào sổ",
    "External number",
    "External ref",
    "External reference",
    "Register number",
    "Register no",
)
_PARTNER = ("Bên nước ngoài", "Đối tác nước ngoài", "Tên đối tác", "Partner", "Foreign party", "Foreign partner")
_PARTNER_TYPE = Column("partner_type", "Loại đối tác", ("Loại hình đối tác", "Partner type"))
_COUNTRY = ("Quốc gia", "Nước/Vùng lãnh thổ", "Tên nước", "Country")
_FOREIGN_NAME = ("Tên nước ngoài", "Tên tiếng Anh", "Foreign name", "Name (en)", "English name")

AGREEMENTS: tuple[Column, ...] = (
    _SOURCE,
    Column("number", "Số đăng ký ngoài", _NUMBER, required=True),
    Column(
        "title_vi",
        "Tên thỏa thuận",
        ("Tên tiếng Việt", "Tên", "Tên văn bản", "Trích yếu", "Title", "Title (vi)"),
        required=True,
    ),
    Column("title_foreign", "Tên tiếng nước ngoài", ("Tên nước ngoài", "Tên tiếng Anh", "Foreign title", "Title en")),
    Column("form", "Hình thức", ("Loại văn bản", "Loại thỏa thuận", "Form")),
    Column("signatory", "Nhân danh", ("Cơ quan ký", "Bên ký Việt Nam", "In the name of", "Signatory")),
    Column(
        "locality",
        "Địa phương ký",
        ("Địa phương", "Tỉnh/Thành phố", "Tỉnh, thành phố", "Tỉnh", "Locality", "Province"),
        required=True,
    ),
    Column("locality_code", "Mã địa phương", ("Mã tỉnh", "Locality code", "Province code")),
    Column("partner", "Đối tác", _PARTNER, required=True),
    _PARTNER_TYPE,
    Column("country", "Nước", _COUNTRY, required=True),
    Column("fields", "Lĩnh vực", ("Lĩnh vực hợp tác", "Fields", "Field")),
    Column(
        "signed_on",
        "Ngày ký",
        ("Ngày ký kết", "Thời gian ký", "Thời điểm ký", "Signed on", "Date signed"),
        required=True,
    ),
    Column(
        "effective_from", "Ngày hiệu lực", ("Có hiệu lực từ", "Ngày có hiệu lực", "Effective from", "In force from")
    ),
    Column("expires_on", "Ngày hết hạn", ("Ngày hết hiệu lực", "Hết hạn", "Expires on", "Expiry date")),
    Column("signer", "Người ký", ("Chức vụ người ký", "Signer", "Signed by"), taken=False),
    Column("languages", "Ngôn ngữ", ("Ngôn ngữ văn bản", "Languages", "Language")),
    Column("status", "Trạng thái", ("Tình trạng", "Hiện trạng", "Status", "State")),
    Column("sensitivity", "Mức độ", ("Độ mật", "Mức độ công khai", "Sensitivity", "Access")),
    _NOTE,
    _PROVENANCE,
)
PARTNERS: tuple[Column, ...] = (
    Column("number", "Số đăng ký ngoài", _NUMBER, required=True),
    Column("partner", "Đối tác", (*_PARTNER, "Tên", "Tên tiếng Việt", "Name"), required=True),
    Column("name_en", "Tên tiếng nước ngoài", _FOREIGN_NAME),
    _PARTNER_TYPE,
    Column("country", "Nước", _COUNTRY, required=True),
    _SOURCE,
    Column("statement", "Số phát biểu", ("Statement", "Statements")),
    Column("published_on", "Ngày công bố", ("Published on", "Publication date")),
    Column("sensitivity", "Mức độ", ("Độ mật", "Mức độ công khai", "Sensitivity", "Access")),
    _PROVENANCE,
    _NOTE,
)


def _names(columns: Sequence[Column]) -> dict[str, str]:
    names: dict[str, str] = {}
    for column in columns:
        for header in (column.name, column.header, *column.synonyms):
            names.setdefault(_key(header), column.name)
    return names


def recognised(columns: Sequence[Column], rows: Sequence[Sequence[Value]]) -> int:
    """How many columns are recognised in the best of these rows."""
    names = _names(columns)
    return max((len(_known(names, row)) for row in rows[:HEADER_WITHIN]), default=0)


def _known(names: Mapping[str, str], row: Sequence[Value]) -> dict[int, str]:
    return {at: names[_key(cell)] for at, cell in enumerate(row) if isinstance(cell, str) and _key(cell) in names}


def find_layout(columns: Sequence[Column], sheet: Sheet) -> Layout | None:
    """Where the header is, None when the sheet has none.

    Raises UnreadableFile when a required column is missing or one is there twice.
    """
    names = _names(columns)
    candidates = [(len(set(_known(names, row).values())), -at) for at, row in enumerate(sheet.rows[:HEADER_WITHIN])]
    count, place = max(candidates, default=(0, 0))
    if count < FEWEST_COLUMNS:
        return None
    header = sheet.rows[-place]
    known = _known(names, header)
    twice = sorted({name for name in known.values() if list(known.values()).count(name) > 1})
    if twice:
        headers = ", ".join(f"“{header[at]}”" for at, name in known.items() if name in twice)
        raise UnreadableFile(f"Several columns mean the same: {headers}. Keep one of each, or rename the other.")
    missing = [f"“{column.header}”" for column in columns if column.required and column.name not in known.values()]
    if missing:
        found = ", ".join(f"“{header[at]}”" for at in known)
        raise UnreadableFile(
            f"Row {-place + 1} looks like the header ({found}) but lacks {', '.join(missing)}; "
            "see the table of headers in examples/stock/README.md."
        )
    return Layout(
        header=-place,
        places={name: at for at, name in known.items()},
        headers={name: str(header[at]) for at, name in known.items()},
        unknown=tuple(str(cell) for at, cell in enumerate(header) if cell is not None and at not in known),
    )
