"""Agreements as registers keep them: one row, one agreement between one province and one partner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from caytre.cli.importing.columns import Layout
from caytre.cli.importing.rows import Cells, Row, given
from caytre.cli.importing.sheet import Sheet
from caytre.cli.importing.values import FORMS, PARTNER_TYPES, SIGNATORIES, STATUSES, language_code
from caytre.reference import fields, localities
from caytre.reference.dates import FuzzyDate
from caytre.reference.localities import Locality, LocalityNotValid, UnknownLocality
from caytre.reference.text import duplicate_key


@dataclass(frozen=True)
class AgreementEntry:
    """What a row says about an agreement, as `POST /agreements/recordings` takes it."""

    body: dict[str, Any]

    @property
    def shared(self) -> tuple[str, str]:
        """The partner: rows that mention the same one share it, so the first of them goes alone."""
        (party,) = self.body["foreign_parties"]
        return party.get("country", ""), duplicate_key(party["name"])


def _field_code(text: str) -> str | None:
    try:
        return fields.find(text).code
    except fields.UnknownField:
        return None


def _locality(cells: Cells, signed: FuzzyDate | None) -> Locality | None:
    """The province meant at the day of signing; the code, if there is one, must mean the same."""
    name = cells.required("locality")
    if name is None:
        return None
    try:
        # Without a day only a name that never existed can be told.
        place = localities.resolve(name, signed)
    except LookupError as unknown:
        if signed is not None or (isinstance(unknown, UnknownLocality) and not isinstance(unknown, LocalityNotValid)):
            cells.problem("locality", str(unknown))
        return None
    code = cells.text("locality_code")
    if code is None or signed is None:
        return place
    try:
        coded = localities.resolve(code, signed)
    except LookupError as unknown:
        cells.problem("locality_code", str(unknown))
        return None
    if coded.id != place.id:
        cells.problem("locality_code", f"“{code}” is {coded.name_vi} at that time, not {place.name_vi}")
        return None
    return place


def _ensure_order(cells: Cells, signed: FuzzyDate | None, effective: FuzzyDate | None, ends: FuzzyDate | None) -> None:
    if signed and ends and ends.latest < signed.earliest:
        cells.problem("expires_on", f"“{ends.text}” lies before the signature ({signed.text})")
    if effective and ends and ends.latest < effective.earliest:
        cells.problem("expires_on", f"“{ends.text}” lies before the agreement takes effect ({effective.text})")
    if signed and effective and effective.latest < signed.earliest:
        cells.problem("effective_from", f"“{effective.text}” lies before the signature ({signed.text})")


def agreement_row(file: str, sheet: Sheet, layout: Layout, at: int, source: str) -> Row[AgreementEntry]:
    """Read one row of a register of agreements."""
    cells = Cells(sheet, layout, at)
    row = Row[AgreementEntry](file, sheet.name, at + 1, layout.headers, source, problems=cells.problems)
    row.notes = cells.notes
    row.external = cells.required("number") or ""
    row.source = cells.text("source") or source
    title = cells.required("title_vi")
    signed = cells.day("signed_on")
    if signed is None:
        cells.problem("signed_on", "is empty")
    effective, ends = cells.day("effective_from"), cells.day("expires_on")
    _ensure_order(cells, signed, effective, ends)
    place = _locality(cells, signed)
    name, partner_type = cells.required("partner"), cells.word("partner_type", PARTNER_TYPES)
    country = cells.country("country", partner_type)
    status = cells.word("status", STATUSES)
    if cells.text("status") is None:
        cells.note("status", "is empty; taken over as signed, which the day of signing shows")
    origin = cells.origin()
    # A list of agreements has no columns for it: the source is the publication, its number there the statement.
    published = {"publication": row.source, "statement": row.external}
    body: dict[str, Any] = {
        "source": row.reference(origin) | (published if origin == "sourced" else {}),
        "title_vi": title,
        "title_foreign": cells.text("title_foreign"),
        "form": cells.word("form", FORMS) or "other",
        "signatory_type": cells.word("signatory", SIGNATORIES) or "PROVINCE_PC",
        "localities": [place.id] if place else None,
        "foreign_parties": [given({"name": name, "country": country, "type": partner_type or "other"})],
        "fields": cells.words("fields", _field_code, "field of co-operation"),
        "languages": cells.words("languages", language_code, "language"),
        "signed_on": signed.text if signed else None,
        "effective_from": effective.text if effective else None,
        "expires_on": ends.text if ends else None,
        "status": status or "SIGNED",
        "sensitivity": cells.sensitivity("internal"),
        "register_no": row.external,
    }
    if place and not cells.problems:
        row.entry = AgreementEntry(given(body))
    return row
