"""Partners as a reader may know of them: what their verification says today, and whose name may be repeated."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from caytre.contracts.message import INTERNAL, RESTRICTED, is_restricted
from caytre.core.web.languages import Language
from caytre.gateway.labels import label
from caytre.gateway.presenting.places import agency_name, country_name


def is_open(partner: Mapping[str, Any] | None) -> bool:
    """Whether the view may say more of the partner than that it is there."""
    return partner is not None and not is_restricted(partner.get("sensitivity", INTERNAL))


def without_names(document: dict[str, Any], named: Collection[UUID]) -> dict[str, Any]:
    """The agreement without its copies of the names of partners that are not `named`."""
    if "foreign_parties" not in document:
        return document
    parties = [
        party if UUID(str(party["partner_id"])) in named else {**party, "name": None}
        for party in document["foreign_parties"]
    ]
    return {**document, "foreign_parties": parties}


def party(
    party: dict[str, Any], partners: Mapping[UUID, dict[str, Any]], language: Language, today: date
) -> dict[str, Any]:
    """A foreign party with the partner as it is today; of one the view may not name only that it is restricted."""
    present = partners.get(UUID(str(party["partner_id"])))
    shown: dict[str, Any] = {**party, "country_name": country_name(party.get("country"), language), "present": None}
    if not is_open(present):
        shown |= {"name": None, "label": label("sensitivity", RESTRICTED, language)}
    if present is not None:
        shown["present"] = {
            "id": present["id"],
            "merged": present["id"] != str(party["partner_id"]),
            "names": present.get("names"),
            "sensitivity": present.get("sensitivity"),
            "verification": verification(present, language, today),
        }
    return shown


def verification(document: dict[str, Any], language: Language, today: date) -> dict[str, Any]:
    """What its verifier says about the partner, and whether it vouches for it today.

    An envelope says nothing about it, which is not the same as a partner that nobody has verified.
    """
    if "type" not in document:
        hidden = label("sensitivity", RESTRICTED, language)
        return {"status": None, "label": hidden, "verifier": None, "verified_until": None, "valid_today": None}
    case = document.get("verification") or {}
    until, verifier = document.get("verified_until"), case.get("verifier")
    ended = until is None or document.get("status") != "ACTIVE" or date.fromisoformat(until) < today
    return {
        "status": case.get("status"),
        "label": label("verification", case.get("status") or "", language),
        "verifier": {"code": verifier, "name": agency_name(verifier, language)} if verifier else None,
        "verified_until": until,
        "valid_today": not ended,
    }
