"""Agreement and partner pages, and the short form of both, from what the views hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from caytre.contracts.message import INTERNAL, OPEN, RESTRICTED
from caytre.core.web.languages import Language
from caytre.gateway.labels import label
from caytre.gateway.model import weakest
from caytre.gateway.presenting.places import agency_name, country_name, field_name, locality
from caytre.gateway.presenting.procedure import procedure
from caytre.gateway.queries.records import Held
from caytre.reference.verification import label as mark

_AGREEMENT_CODES = ("status", "signatory_type", "form", "channel", "sensitivity")


def agreement_page(
    held: Held, document: dict[str, Any], partners: Mapping[UUID, dict[str, Any]], language: Language, today: date
) -> dict[str, Any]:
    """Everything about one agreement. `document` is the view's own, or of a restricted record the owner's answer."""
    origins = [_origin(document), *[_origin(partner) for partner in partners.values()]]
    return {
        "agreement": document,
        "labels": _labels(document, language),
        "places": _places(document, language, today),
        "partners": [_party(party, partners, language, today) for party in document.get("foreign_parties", ())],
        "procedure": procedure(document.get("procedure"), document.get("signatory_type"), language, today),
        **_told(held, language),
        "provenance": _provenance(document, origins, language),
    }


def partner_page(
    held: Held,
    document: dict[str, Any],
    agreements: Sequence[dict[str, Any]],
    language: Language,
    today: date,
) -> dict[str, Any]:
    """Everything about one partner; `agreements` are those it has, newest first."""
    return {
        "partner": document,
        "labels": _partner_labels(document, language),
        "verification": _verification(document, language, today),
        "agreements": [agreement_line(agreement, language) for agreement in agreements],
        **_told(held, language),
        "provenance": _provenance(document, [_origin(document)], language),
    }


def agreement_line(document: dict[str, Any], language: Language) -> dict[str, Any]:
    """An agreement in a list. Of a restricted one only that it is there."""
    names = ("id", "version", "sensitivity", "localities", "status", "register_no", "title_vi", "title_foreign")
    shown = {name: document[name] for name in names if name in document}
    if document.get("sensitivity", INTERNAL) not in OPEN:
        return {**shown, "labels": {"sensitivity": label("sensitivity", RESTRICTED, language)}}
    origin = _origin(document)
    return {
        **shown,
        "responsible_locality": document["responsible_locality"],
        "partners": [
            {"id": party["partner_id"], "name": party.get("name"), "country": party.get("country")}
            for party in document.get("foreign_parties", ())
        ],
        "fields": document.get("fields", []),
        "signed_on": (document.get("signing") or {}).get("signed_on"),
        "expires_on": document.get("expires_on"),
        "origin": origin,
        "labels": {
            "status": label("status", document.get("status"), language),
            "sensitivity": label("sensitivity", document.get("sensitivity"), language),
            "origin": label("origin", origin, language),
        },
    }


def _labels(document: dict[str, Any], language: Language) -> dict[str, Any]:
    words: dict[str, Any] = {name: label(name, document.get(name), language) for name in _AGREEMENT_CODES}
    words["fields"] = {code: field_name(code, language) for code in document.get("fields", ())}
    return words


def _partner_labels(document: dict[str, Any], language: Language) -> dict[str, Any]:
    return {
        "status": label("partner_status", document.get("status"), language),
        "type": label("partner_type", document.get("type"), language),
        "sensitivity": label("sensitivity", document.get("sensitivity"), language),
        "country": country_name(document.get("country"), language),
    }


def _places(document: dict[str, Any], language: Language, today: date) -> dict[str, Any]:
    responsible = document.get("responsible_locality")
    return {
        "responsible": locality(responsible, language, today) if responsible else None,
        "parties": [
            {**party, **locality(party["locality"], language, today)}
            for party in document.get("vietnamese_parties", ())
        ],
        "all": [locality(id, language, today) for id in document.get("localities", ())],
    }


def _party(
    party: dict[str, Any], partners: Mapping[UUID, dict[str, Any]], language: Language, today: date
) -> dict[str, Any]:
    present = partners.get(UUID(str(party["partner_id"])))
    shown: dict[str, Any] = {**party, "country_name": country_name(party.get("country"), language), "present": None}
    if present is not None:
        shown["present"] = {
            "id": present["id"],
            "merged": present["id"] != str(party["partner_id"]),
            "names": present.get("names"),
            "sensitivity": present.get("sensitivity"),
            "verification": _verification(present, language, today),
        }
    return shown


def _verification(document: dict[str, Any], language: Language, today: date) -> dict[str, Any]:
    """What the ministry says about the partner, and whether it vouches for it today."""
    case = document.get("verification") or {}
    until = document.get("verified_until")
    ended = until is None or document.get("status") != "ACTIVE" or date.fromisoformat(until) < today
    return {
        "status": case.get("status"),
        "label": label("verification", case.get("status") or "", language),
        "verified_until": until,
        "valid_today": not ended,
    }


def _told(held: Held, language: Language) -> dict[str, Any]:
    return {
        "timeline": [
            {
                "message": act.message,
                "type": act.type,
                "label": label("act", act.type, language),
                "version": act.version,
                "at": act.at,
                "actor": act.actor,
                "correlation": act.correlation,
                "changed": act.changed if held.sensitivity in OPEN else None,
            }
            for act in held.acts
        ],
        "obligations": [
            {
                "owner": held.document["id"],
                "code": due.code,
                "label": label("deadline", due.code, language),
                "discriminator": due.discriminator,
                "round": due.round,
                "state": "met" if due.met_at else "open",
                "met_at": due.met_at,
                "anchor": due.anchor,
                "anchor_missing": due.anchor_missing,
                "n": due.n,
                "unit": due.unit,
                "unit_label": label("unit", due.unit, language),
                "answerable": due.answerable,
                "answerable_label": agency_name(due.answerable, language),
                "citation": due.citation,
                "mark": mark(due.verified, language),
                "historical": due.historical,
            }
            for due in held.obligations
        ],
    }


def _origin(document: dict[str, Any]) -> str:
    origin: str = (document.get("provenance") or {}).get("origin", "act")
    return origin


def _provenance(document: dict[str, Any], origins: Sequence[str], language: Language) -> dict[str, Any]:
    own, worst = _origin(document), weakest(origins)
    return {
        **(document.get("provenance") or {}),
        "origin": own,
        "label": label("origin", own, language),
        "weakest": {"origin": worst, "label": label("origin", worst, language)},
    }
