"""The case of an agreement: its papers, opinions, decisions, signature and reports, with words for every code."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from caytre.core.web.languages import Language
from caytre.gateway.labels import label
from caytre.gateway.presenting.places import agency_name
from caytre.gateway.presenting.procedure import dossier_item, dossier_name, ground


def case(document: dict[str, Any], language: Language) -> dict[str, Any]:
    """What the record says of its way to signature and report; empty lists and None where it says nothing."""
    ref = document.get("procedure")
    reduced = document.get("reduced")
    return {
        "register_no": document.get("register_no"),
        "reduced": reduced and {**reduced, **ground(ref, reduced["ground"], language)},
        "dossiers": _dossiers(document, language),
        "opinions": [_opinion(each, language) for each in document.get("opinions", ())],
        "withdrawn_requests": [
            {**each, "opinion": _opinion(each["opinion"], language)} for each in document.get("withdrawn_requests", ())
        ],
        "escalation": _escalation(document.get("escalation"), language),
        "earlier_escalations": [_escalation(each, language) for each in document.get("earlier_escalations", ())],
        "decision": _decision(document.get("decision"), language),
        "authorisation": document.get("authorisation"),
        "signing": _signing(document.get("signing"), language),
        "reports": [{**each, "label": label("report", each["kind"], language)} for each in document.get("reports", ())],
    }


def _dossiers(document: dict[str, Any], language: Language) -> list[dict[str, Any]]:
    ref = document.get("procedure")
    by_dossier = groupby(document.get("dossier", ()), key=lambda item: str(item["dossier"]))
    return [
        {
            "code": code,
            "name": dossier_name(ref, code, language),
            "items": [{**item, **dossier_item(ref, code, item["code"], language)} for item in items],
        }
        for code, items in by_dossier
    ]


def _opinion(opinion: dict[str, Any], language: Language) -> dict[str, Any]:
    return {
        **opinion,
        "agency_label": agency_name(opinion["agency"], language),
        "answer_label": label("answer", opinion.get("answer"), language),
        "earlier": [_opinion(each, language) for each in opinion.get("earlier", ())],
    }


def _escalation(escalation: dict[str, Any] | None, language: Language) -> dict[str, Any] | None:
    if escalation is None:
        return None
    consent = escalation.get("consent")
    said = None if consent is None else "agree" if consent else "disagree"
    disagreements = [
        {**each, "agency_label": agency_name(each["agency"], language)} for each in escalation.get("disagreements", ())
    ]
    return {
        **escalation,
        "disagreements": disagreements,
        "office": agency_name("PRIME_MINISTER", language),
        "label": label("answer", said, language),
    }


def _decision(decision: dict[str, Any] | None, language: Language) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        **decision,
        "label": label("outcome", decision["outcome"], language),
        "authority_label": agency_name(decision["authority"], language),
    }


def _signing(signing: dict[str, Any] | None, language: Language) -> dict[str, Any] | None:
    if signing is None:
        return None
    signers = [
        {
            **each,
            "side_label": label("side", each["side"], language),
            "office_label": agency_name(each["office"], language),
        }
        for each in signing.get("signers", ())
    ]
    return {**signing, "signers": signers}
