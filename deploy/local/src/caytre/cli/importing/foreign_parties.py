"""The foreign partners that a row names: one or several, with their countries and what they are."""

from __future__ import annotations

from typing import Any

from caytre.cli.importing.cells import Cells
from caytre.cli.importing.register_words import PARTNER_TYPES
from caytre.cli.importing.rows import given
from caytre.reference.text import duplicate_key

_ORGANISATION = "international_organisation"


def foreign_parties(cells: Cells) -> list[dict[str, Any]]:
    """The partners of the columns `partner`, `country` and `partner_type`, as the API takes them.

    Several are separated by “;” or by lines. A country or a type goes for all of them, or there are as many as
    partners, in their order. Only an international organisation has no country.
    """
    names = cells.listed("partner")
    if not names:
        cells.missing("partner")
        return []
    types = _for_each(cells, "partner_type", names, [_type(cells, text) for text in _entries(cells, "partner_type")])
    countries = _for_each(
        cells, "country", names, [cells.country("country", text) for text in _entries(cells, "country")]
    )
    if len(names) > 1:
        shown = " | ".join(names)
        cells.note(
            "partner", vi=f"đọc thành {len(names)} đối tác: {shown}", en=f"read as {len(names)} partners: {shown}"
        )
    parties = []
    for name, kind, country in zip(names, types, countries, strict=True):
        if country is None and kind != _ORGANISATION and not cells.text("country"):
            cells.missing("country")
        parties.append(given({"name": name, "country": country, "type": kind or "other"}))
    return parties


def shared_of(parties: list[dict[str, Any]]) -> frozenset[tuple[str, ...]]:
    """What makes these partners the same as those of other rows."""
    return frozenset((party.get("country", ""), duplicate_key(party["name"])) for party in parties)


def _type(cells: Cells, text: str) -> str | None:
    found = PARTNER_TYPES.find(text)
    if found is None:
        cells.problem("partner_type", vi=f"“{text}” {PARTNER_TYPES.expected.vi}",
                      en=f"“{text}” {PARTNER_TYPES.expected.en}")  # fmt: skip
    return found.code if found else None


def _entries(cells: Cells, name: str) -> list[str]:
    # Not without repetition, as lists are else: two partners of one country name it twice.
    return cells.listed(name, repeated=True)


def _for_each(cells: Cells, name: str, partners: list[str], values: list[str | None]) -> list[str | None]:
    if len(values) in {0, 1}:
        return (values or [None]) * len(partners)
    if len(set(values)) == 1:
        return values[:1] * len(partners)
    if len(values) == len(partners):
        return values
    cells.problem(
        name,
        vi=f"nêu {len(values)} mục cho {len(partners)} đối tác; cần một mục cho tất cả, hoặc mỗi đối tác một mục, "
        "theo thứ tự, cách nhau bằng “;”",
        en=f"names {len(values)} for {len(partners)} partners; give one for all, or one for each in their order, "
        "separated by “;”",
    )
    return [None] * len(partners)
