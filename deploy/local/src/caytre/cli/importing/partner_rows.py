"""Foreign partners as registers name them: rows of a list of partners, and the partners that agreements mention."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from caytre.cli.importing.columns import Layout
from caytre.cli.importing.rows import Cells, Row
from caytre.cli.importing.sheet import Sheet
from caytre.cli.importing.values import PARTNER_TYPES
from caytre.reference.text import duplicate_key


@dataclass(frozen=True)
class PartnerEntry:
    """A partner as a row names it."""

    name: str
    country: str
    type: str
    name_en: str | None = None
    sensitivity: str = "internal"
    provenance: tuple[tuple[str, Any], ...] = ()
    source: str = ""
    #: Its number in the source; a partner that is only mentioned gets one made of its name and country.
    external: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Two rows with this key name one partner."""
        return self.country, duplicate_key(self.name)

    def body(self) -> dict[str, Any]:
        """The partner as `POST /partners/recordings` takes it."""
        names = {"native" if _other_script(self.name) else "vi": self.name, "en": self.name_en}
        return {
            "type": self.type,
            "names": {language: name for language, name in names.items() if name},
            "country": self.country,
            "sensitivity": self.sensitivity,
            "provenance": dict(self.provenance),
            "external_refs": [{"system": self.source, "id": self.external}],
        }


def _other_script(name: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    return bool(letters) and not any(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def mentioned_number(country: str, name: str) -> str:
    """The number that a partner known only by name and country has in the source that mentions it."""
    return f"partner/{country}/{duplicate_key(name)}"[:200]


def partner_row(file: str, sheet: Sheet, layout: Layout, at: int, source: str) -> Row[PartnerEntry]:
    """Read one row of a list of partners."""
    cells = Cells(sheet, layout, at)
    row = Row[PartnerEntry](file, sheet.name, at + 1, problems=cells.problems, notes=cells.notes)
    row.external = cells.required("number") or ""
    name = cells.required("partner")
    country = cells.country("country")
    type_ = cells.word("partner_type", PARTNER_TYPES) or "other"
    origin = cells.origin()
    published = cells.day("published_on")
    sensitivity = cells.sensitivity() if "sensitivity" in layout.places else "public" if origin == "sourced" else None
    row.source = source
    provenance: dict[str, Any] = {"origin": origin, "file": file, "row": at + 1, "system": source}
    if origin == "sourced":
        provenance |= {
            "publication": cells.text("source"),
            "statement": cells.text("statement"),
            "date": published.text if published else None,
        }
    if name and country and row.external and not cells.problems:
        row.entry = PartnerEntry(
            name=name,
            country=country,
            type=type_,
            name_en=cells.text("name_en"),
            sensitivity=sensitivity or "internal",
            provenance=tuple((key, value) for key, value in provenance.items() if value is not None),
            source=source,
            external=row.external,
        )
    return row
