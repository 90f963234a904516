"""How much a page is worth: where its records come from, and whether they are of places that were made up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from caytre.contracts.origins import ILLUSTRATION, provenances_in, weakest
from caytre.core.web.languages import Language
from caytre.gateway.labels import label
from caytre.reference import localities

#: What `caytre demo` plays is marked by its system, whatever it plays with.
_INVENTING = frozenset({"caytre-demo"})


def origin_of(document: dict[str, Any]) -> str:
    """The origin as the record states it; an act of an officer where it states none."""
    origin: str = (document.get("provenance") or {}).get("origin", "act")
    return origin


def illustrates(document: dict[str, Any]) -> bool:
    """Whether the record shows how something would be: by its own word, its system, or a locality that is invented."""
    if origin_of(document) == ILLUSTRATION:
        return True
    if any(ref.get("system") in _INVENTING for ref in document.get("external_refs", ())):
        return True
    return any(_invented(place) for place in (*document.get("localities", ()), document.get("responsible_locality")))


def worth(document: dict[str, Any]) -> str:
    """The origin for comparisons: an act on an invented record is still an illustration."""
    return ILLUSTRATION if illustrates(document) else origin_of(document)


def weakest_in(document: dict[str, Any]) -> str:
    """The weakest origin of the record and of its parts, such as a report or an answer that was put beside it."""
    return weakest([worth(document), *(each.origin for each in provenances_in(document))])


def illustrated_in_part(document: dict[str, Any]) -> bool:
    """Whether something on a record that is no illustration is one."""
    return weakest_in(document) == ILLUSTRATION and not illustrates(document)


def provenance(document: dict[str, Any], others: Iterable[dict[str, Any]], language: Language) -> dict[str, Any]:
    """Where the record comes from, and the weakest origin among it, its parts and the records the page rests on."""
    own, worst = origin_of(document), weakest([weakest_in(document), *map(weakest_in, others)])
    return {
        **(document.get("provenance") or {}),
        "origin": own,
        "label": label("origin", own, language),
        "weakest": {"origin": worst, "label": label("origin", worst, language)},
        "illustration": illustrates(document),
        "illustrated_part": illustrated_in_part(document),
    }


def _invented(place: str | None) -> bool:
    if place is None:
        return False
    try:
        return localities.get(place).illustration
    except localities.UnknownLocality:
        return False
