"""Foreign partners: rows of a list of partners, and the partners that rows of agreements mention."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from caytre.cli.importing.columns import Layout
from caytre.cli.importing.rows import Cells, Row, given
from caytre.cli.importing.sheet import Sheet
from caytre.cli.importing.values import PARTNER_TYPES
from caytre.reference.text import duplicate_key


@dataclass(frozen=True)
class PartnerEntry:
    """What a row says about a partner, as `POST /partners/recordings` takes it."""

    body: dict[str, Any]

    @property
    def shared(self) -> tuple[str, str]:
        """Rows with the same value must not be sent at the same time: the first makes what the others find."""
        names = self.body["names"]
        return self.body.get("country", ""), duplicate_key(next(iter(names.values())))


def in_other_script(name: str) -> bool:
    """Whether the name is written in no Latin letters, so that it is no Vietnamese or English name."""
    letters = [letter for letter in name if letter.isalpha()]
    return bool(letters) and not any(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def partner_row(file: str, sheet: Sheet, layout: Layout, at: int, source: str) -> Row[PartnerEntry]:
    """Read one row of a list of partners."""
    cells = Cells(sheet, layout, at)
    row = Row[PartnerEntry](file, sheet.name, at + 1, layout.headers, source, problems=cells.problems)
    row.notes = cells.notes
    row.external = cells.required("number") or ""
    name, partner_type = cells.required("partner"), cells.word("partner_type", PARTNER_TYPES)
    country = cells.country("country", partner_type)
    origin = cells.origin()
    published = cells.day("published_on")
    sources = {
        "publication": cells.text("source"),
        "statement": cells.text("statement"),
        "date": published.text if published else None,
    }
    body = {
        "source": row.reference(origin) | (given(sources) if origin == "sourced" else {}),
        "type": partner_type or "other",
        "country": country,
        # What a publication names is public; a list of one's own is not.
        "sensitivity": cells.sensitivity("public" if origin == "sourced" else "internal"),
    }
    if name and not cells.problems:
        names = {"native" if in_other_script(name) else "vi": name, "en": cells.text("name_en")}
        row.entry = PartnerEntry(given(body) | {"names": given(names)})
    return row
