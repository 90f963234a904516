"""Agreements as registers keep them: one row, one agreement between one province and one partner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from caytre.cli.importing.columns import Layout
from caytre.cli.importing.partner_rows import PartnerEntry, mentioned_number
from caytre.cli.importing.rows import Cells, Row, stated
from caytre.cli.importing.sheet import Sheet
from caytre.cli.importing.values import FORMS, PARTNER_TYPES, SIGNATORIES, STATUSES, language_code
from caytre.reference import fields, localities
from caytre.reference.dates import FuzzyDate
from caytre.reference.localities import Locality, LocalityNotValid, UnknownLocality


@dataclass(frozen=True)
class AgreementEntry:
    """What a row says about an agreement, and the partner it mentions."""

    particulars: dict[str, Any]
    partner: PartnerEntry

    def body(self, partner_id: str) -> dict[str, Any]:
        """The agreement as `POST /agreements/recordings` takes it."""
        return {**self.particulars, "partner_ids": [partner_id]}


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
    row = Row[AgreementEntry](file, sheet.name, at + 1, problems=cells.problems, notes=cells.notes)
    row.external = cells.required("number") or ""
    row.source = cells.text("source") or source
    title = cells.required("title_vi")
    signed = cells.day("signed_on")
    if signed is None:
        cells.problem("signed_on", "is empty")
    effective, ends = cells.day("effective_from"), cells.day("expires_on")
    _ensure_order(cells, signed, effective, ends)
    place = _locality(cells, signed)
    status = cells.word("status", STATUSES)
    if cells.text("status") is None:
        cells.note("status", "is empty; taken over as signed, which the day of signing shows")
    provenance = {"origin": cells.origin(), "file": file, "row": at + 1, "system": row.source}
    sensitivity = cells.sensitivity()
    partner = _partner(cells, row.source, sensitivity, provenance)
    particulars: dict[str, Any] = {
        "title_vi": title,
        "title_foreign": cells.text("title_foreign"),
        "form": cells.word("form", FORMS) or "other",
        "signatory_type": cells.word("signatory", SIGNATORIES) or "PROVINCE_PC",
        "localities": [place.id] if place else [],
        "fields": cells.words("fields", _field_code, "field of co-operation"),
        "languages": cells.words("languages", language_code, "language"),
        "signed_on": stated(signed),
        "effective_from": stated(effective),
        "expires_on": stated(ends),
        "status": status or "SIGNED",
        "sensitivity": sensitivity,
        "register_no": row.external,
        "provenance": provenance,
        "external_refs": [{"system": row.source, "id": row.external}],
    }
    if partner and place and not cells.problems:
        kept = {name: value for name, value in particulars.items() if value not in (None, ())}
        row.entry = AgreementEntry(kept, partner)
    return row


def _partner(cells: Cells, source: str, sensitivity: str, provenance: dict[str, Any]) -> PartnerEntry | None:
    name = cells.required("partner")
    country = cells.country("country")
    type_ = cells.word("partner_type", PARTNER_TYPES) or "other"
    if name is None or country is None:
        return None
    return PartnerEntry(
        name=name,
        country=country,
        type=type_,
        # A partner is not secret because one agreement with it is restricted; its own list may say otherwise.
        sensitivity="internal" if sensitivity == "restricted" else sensitivity,
        provenance=tuple(provenance.items()),
        source=source,
        external=mentioned_number(country, name),
    )
