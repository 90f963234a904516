"""Agreement and partner pages, and the short form of both, from what the views hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from caytre.contracts.message import INTERNAL, RESTRICTED, is_restricted
from caytre.core.web.languages import Language
from caytre.gateway.labels import label
from caytre.gateway.presenting.case import case
from caytre.gateway.presenting.origins import illustrates, origin_of, provenance
from caytre.gateway.presenting.partners import is_open, party, verification, without_names
from caytre.gateway.presenting.places import country_name, field_name, locality
from caytre.gateway.presenting.procedure import procedure
from caytre.gateway.presenting.told import told
from caytre.gateway.queries.records import Held

_AGREEMENT_CODES = ("status", "signatory_type", "form", "channel", "sensitivity")


def agreement_page(
    held: Held, document: dict[str, Any], partners: Mapping[UUID, dict[str, Any]], language: Language, today: date
) -> dict[str, Any]:
    """Everything about one agreement. `document` is the view's own, or of a restricted record the owner's answer."""
    document = without_names(document, {id for id, partner in partners.items() if is_open(partner)})
    return {
        "agreement": document,
        "labels": _labels(document, language),
        "places": _places(document, language, today),
        "partners": [party(each, partners, language, today) for each in document.get("foreign_parties", ())],
        "case": case(document, language),
        "procedure": procedure(document.get("procedure"), document.get("signatory_type"), language, today),
        **told(held, language),
        "provenance": provenance(document, partners.values(), language),
    }


def partner_page(
    held: Held,
    document: dict[str, Any],
    agreements: Sequence[dict[str, Any]],
    named: Collection[UUID],
    language: Language,
    today: date,
) -> dict[str, Any]:
    """Everything about one partner; `agreements` are those it has, newest first, `named` as in a line."""
    return {
        "partner": document,
        "labels": _partner_labels(document, language),
        "verification": verification(document, language, today),
        "agreements": [agreement_line(agreement, named, language) for agreement in agreements],
        **told(held, language),
        "provenance": provenance(document, (), language),
    }


def agreement_line(document: dict[str, Any], named: Collection[UUID], language: Language) -> dict[str, Any]:
    """An agreement in a list. Of a restricted one only that it is there, of partners not `named` no name."""
    names = ("id", "version", "sensitivity", "localities", "status", "register_no", "title_vi", "title_foreign")
    shown = {name: document[name] for name in names if name in document}
    if is_restricted(document.get("sensitivity", INTERNAL)):
        return {**shown, "labels": {"sensitivity": label("sensitivity", RESTRICTED, language)}}
    origin = origin_of(document)
    return {
        **shown,
        "responsible_locality": document["responsible_locality"],
        "partners": [
            {"id": party["partner_id"], "name": party.get("name"), "country": party.get("country")}
            for party in without_names(document, named).get("foreign_parties", ())
        ],
        "fields": document.get("fields", []),
        "signed_on": (document.get("signing") or {}).get("signed_on"),
        "expires_on": document.get("expires_on"),
        "origin": origin,
        "illustration": illustrates(document),
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
