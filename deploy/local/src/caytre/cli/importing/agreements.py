"""Agreements as registers keep them: one row, one agreement between provinces and foreign partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from caytre.cli.importing import register_columns as register
from caytre.cli.importing.agreement_words import FORMS, STATUSES, language_code
from caytre.cli.importing.cells import Cells
from caytre.cli.importing.columns import Column
from caytre.cli.importing.foreign_parties import foreign_parties, shared_of
from caytre.cli.importing.kind import Kind
from caytre.cli.importing.organs import Organ, organ_of
from caytre.cli.importing.places import place_of
from caytre.cli.importing.rows import Entry, Row, given
from caytre.core.refusals import Words
from caytre.reference.dates import FuzzyDate
from caytre.reference.localities import Locality

COLUMNS = (
    register.SOURCE,
    register.NUMBER,
    Column(
        "title_vi",
        "Tên thỏa thuận",
        ("Tên tiếng Việt", "Tên", "Tên văn bản", "Trích yếu", "Title", "Title (vi)"),
        required=True,
        longest=500,
    ),
    Column(
        "title_foreign",
        "Tên tiếng nước ngoài",
        ("Tên nước ngoài", "Tên tiếng Anh", "Foreign title", "Title en"),
        longest=500,
    ),
    Column("form", "Hình thức", ("Loại văn bản", "Loại thỏa thuận", "Form")),
    Column("signatory", "Nhân danh", ("Cơ quan ký", "Bên ký Việt Nam", "In the name of", "Signatory")),
    Column(
        "locality",
        "Địa phương ký",
        ("Địa phương", "Tỉnh/Thành phố", "Tỉnh, thành phố", "Tỉnh", "Locality", "Province"),
        required=True,
        longest=2000,
    ),
    Column("locality_code", "Mã địa phương", ("Mã tỉnh", "Locality code", "Province code")),
    replace(register.PARTNER, longest=10_000),
    replace(register.PARTNER_TYPE, longest=2000),
    replace(register.COUNTRY, longest=2000),
    register.FIELDS,
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
    Column("ended_on", "Ngày chấm dứt", ("Ngày kết thúc", "Ngày chấm dứt hiệu lực", "Ended on")),
    Column("signer", "Người ký", ("Chức vụ người ký", "Signer", "Signed by"), taken=False),
    Column("languages", "Ngôn ngữ", ("Ngôn ngữ văn bản", "Languages", "Language")),
    Column("status", "Trạng thái", ("Tình trạng", "Hiện trạng", "Tình trạng hiệu lực", "Status", "State")),
    *register.LAST,
)
_HELP = """Take over a register of agreements.

Needed are number, title, province, partner, country and day of signing; only
of an international organisation the country may be empty. Several partners
stand in one cell, separated by “;” or by lines. Partners that are not known
yet come in with their row. Nothing that fell due in the past sends mail.
"""
_EXAMPLES = """
\b
  caytre import agreements examples/stock/agreements.xlsx --dry-run
  caytre import agreements so.xlsx --sheet "Năm 2024" --report ket-qua.xlsx
  caytre import agreements so.csv --source "Sổ của Sở" --update
"""


def _ensure_order(cells: Cells, dates: Sequence[tuple[str, Words, FuzzyDate | None]]) -> None:
    """None of the dates, given in the order in which they must follow, lies before one that goes before it."""
    for at, (_, before, first) in enumerate(dates):
        for name, _, later in dates[at + 1 :]:
            if first and later and later.latest < first.earliest:
                cells.problem(
                    name, vi=f"trước {before.vi} ({first.text})", en=f"lies before {before.en} ({first.text})"
                )


def _organ(cells: Cells, organs: Sequence[Organ], places: Sequence[Locality], signed: FuzzyDate | None) -> Organ | None:
    """Who signed, by the column of the signatory or by what stands before the province; both must say the same."""
    text = cells.text("signatory")
    if text is None:
        return organs[0] if organs else None
    organ = organ_of(text)
    if organ is None:
        cells.problem(
            "signatory",
            vi="không phải cơ quan ký thỏa thuận; cần “UBND tỉnh …”, “HĐND tỉnh …”, “Sở …”, “UBND xã biên giới …” hoặc "
            "cơ quan cấp tỉnh của tổ chức",
            en="is nobody who signs agreements; “UBND tỉnh …”, “HĐND tỉnh …”, “Sở …”, “UBND xã biên giới …” or the "
            "provincial office of an organisation is expected",
        )
        return None
    if organs and organs[0].signatory_type != organ.signatory_type:
        other = cells.text("locality")
        cells.problem(
            "signatory", vi=f"khác với “{other}” ở cột địa phương", en=f"differs from “{other}”, the locality"
        )
    if organ.locality and places and signed:
        named = place_of(cells, "signatory", organ.locality, signed)
        if named and named.id not in {place.id for place in places}:
            cells.problem(
                "signatory",
                vi=f"là của {named.name_vi}, không phải {places[0].name_vi}",
                en=f"is of {named.name_vi}, not of {places[0].name_vi}",
            )
    return organ


def _places(cells: Cells, signed: FuzzyDate | None) -> tuple[list[Locality], list[Organ]]:
    """The provinces meant at the day of signing, and the offices of them that the cell names instead of a province."""
    places: list[Locality] = []
    organs = []
    for text in cells.listed("locality"):
        organ = organ_of(text)
        if organ:
            organs.append(organ)
            if organ.locality is None:
                cells.problem(
                    "locality", vi=f"“{text}” không nêu tỉnh, thành phố nào", en=f"“{text}” names no province"
                )
                continue
        place = place_of(cells, "locality", organ.locality if organ and organ.locality else text, signed)
        if place and place not in places:
            places.append(place)
    if cells.text("locality") is None:
        cells.missing("locality")
    code = cells.text("locality_code")
    if code and signed and len(places) == 1:
        coded = place_of(cells, "locality_code", code, signed)
        if coded and coded.id != places[0].id:
            cells.problem(
                "locality_code",
                vi=f"vào thời điểm đó là mã của {coded.name_vi}, không phải {places[0].name_vi}",
                en=f"is {coded.name_vi} at that time, not {places[0].name_vi}",
            )
    return places, organs


def read(row: Row) -> Entry | None:
    """What a row of a register of agreements says."""
    cells = row.cells
    title, signed = cells.required("title_vi"), cells.day("signed_on")
    if cells.text("signed_on") is None:
        cells.missing("signed_on")
    effective, expires, ended = cells.day("effective_from"), cells.day("expires_on"), cells.day("ended_on")
    _ensure_order(
        cells,
        [
            ("signed_on", Words("ngày ký", "the signature"), signed),
            ("effective_from", Words("ngày hiệu lực", "the agreement takes effect"), effective),
            ("expires_on", Words("ngày hết hạn", "the agreement expires"), expires),
        ],
    )
    _ensure_order(cells, [("signed_on", Words("ngày ký", "the signature"), signed), ("ended_on", Words("", ""), ended)])
    places, organs = _places(cells, signed)
    organ = _organ(cells, organs, places, signed)
    parties = foreign_parties(cells)
    status = cells.word("status", STATUSES)
    if cells.text("status") is None:
        cells.note(
            "status",
            vi="trống; được lấy là đã ký, theo ngày ký",
            en="is empty; taken over as signed, which the day of signing shows",
        )
    origin = row.origin()
    body: dict[str, Any] = {
        "source": row.listed(origin),
        "title_vi": title,
        "title_foreign": cells.text("title_foreign"),
        "form": cells.word("form", FORMS) or "other",
        "signatory_type": organ.signatory_type if organ else "PROVINCE_PC",
        "organisation": organ.organisation if organ else None,
        "localities": [place.id for place in places],
        "foreign_parties": parties,
        "fields": row.fields(),
        "languages": cells.words("languages", language_code, Words("ngôn ngữ", "language")),
        "signed_on": signed.text if signed else None,
        "effective_from": effective.text if effective else None,
        "expires_on": expires.text if expires else None,
        "ended_on": ended.text if ended else None,
        "status": status or "SIGNED",
        "sensitivity": row.sensitivity(),
        "register_no": row.external,
    }
    return Entry(given(body), shared_of(parties)) if places else None


AGREEMENTS = Kind(
    name="agreements",
    path="/agreements/recordings",
    columns=COLUMNS,
    read=read,
    help=_HELP,
    examples=_EXAMPLES,
    members={
        "localities": "locality",
        "organisation": "signatory",
        "signatory_type": "signatory",
        "foreign_parties": "partner",
        "register_no": "number",
        "source": "number",
    },
)
