"""The procedure a case runs under, with the law that says so and a mark on everything nobody has checked."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from caytre.core.web.languages import Language
from caytre.gateway.labels import label
from caytre.reference import procedures
from caytre.reference.citing import place
from caytre.reference.procedures import Citation, DeadlineRule, Procedure
from caytre.reference.verification import label as mark


def procedure(ref: dict[str, Any] | None, signatory_type: str | None, language: Language, today: date) -> Any:
    """The pinned procedure, or None for a record without one. An unknown version keeps its code only."""
    if ref is None:
        return None
    return _shown(ref["code"], ref["version"], signatory_type, language, today)


def dossier_name(ref: dict[str, Any] | None, dossier: str, language: Language) -> str:
    """What the dossier is called in the pinned procedure, else its code."""
    pinned = _pinned(ref)
    names = {each.code: _named(each, language) for each in pinned.dossiers} if pinned else {}
    return names.get(dossier, dossier)


def dossier_item(ref: dict[str, Any] | None, dossier: str, code: str, language: Language) -> dict[str, str]:
    """The name of a paper in the pinned procedure with its mark, else its code."""
    pinned = _pinned(ref)
    for each in pinned.dossiers if pinned else ():
        for item in each.items:
            if (each.code, item.code) == (dossier, code):
                return {"name": _named(item, language), "mark": mark(item.verified, language)}
    return {"name": code, "mark": mark(False, language)}


def ground(ref: dict[str, Any] | None, code: str, language: Language) -> dict[str, str]:
    """The ground of the reduced procedure with its mark, else its code."""
    pinned = _pinned(ref)
    for each in pinned.grounds if pinned else ():
        if each.code == code:
            return {"label": _named(each, language), "mark": mark(each.verified, language)}
    return {"label": code, "mark": mark(False, language)}


def _pinned(ref: dict[str, Any] | None) -> Procedure | None:
    if ref is None:
        return None
    try:
        return procedures.by_version(ref["code"], ref["version"])
    except procedures.NoProcedure:
        return None


@lru_cache(maxsize=256)
def _shown(code: str, version: int, signatory_type: str | None, language: Language, today: date) -> dict[str, Any]:
    try:
        pinned = procedures.by_version(code, version)
    except procedures.NoProcedure:
        return {"code": code, "version": version, "name": code, "mark": mark(False, language)}
    return {
        "code": code,
        "version": version,
        "name": _named(pinned, language),
        "valid_from": pinned.valid_from,
        "mark": mark(pinned.valid_from_verified, language),
        "reduced": pinned.reduced,
        "silence_is_consent": False,
        "citations": [_cited(citation, language) for citation in pinned.citations],
        "decides": _decides(pinned, signatory_type, language),
        "steps": [
            {"code": step.code, "name": _named(step, language), "mark": mark(step.verified, language)}
            for step in pinned.steps
        ],
        "deadlines": [_rule(rule, language) for rule in pinned.deadlines],
        "annotations": [
            {
                "since": note.valid_from,
                "text": note.text_vi if language == "vi" else note.text_en,
                "citation": _cited(note.citation, language),
            }
            for note in pinned.annotations_on(today)
        ],
    }


def _named(thing: Any, language: Language) -> str:
    name: str = thing.name_vi if language == "vi" else thing.name_en
    return name


def _cited(citation: Citation, language: Language) -> dict[str, Any]:
    return {
        "law": citation.law,
        "article": place(citation.article, language),
        "label": citation.vi if language == "vi" else citation.en,
        "text": citation.text_vi if language == "vi" else citation.text_en,
        "mark": mark(citation.verified, language),
    }


def _rule(rule: DeadlineRule, language: Language) -> dict[str, Any]:
    return {
        "code": rule.code,
        "label": label("deadline", rule.code, language),
        "discriminator": rule.discriminator,
        "n": rule.n,
        "unit": rule.unit.value,
        "unit_label": label("unit", rule.unit.value, language),
        "basis": rule.basis,
        "citation": _cited(rule.citation, language) if rule.citation else None,
        "mark": mark(rule.verified, language),
    }


def _decides(pinned: Procedure, signatory_type: str | None, language: Language) -> dict[str, Any] | None:
    for authority in pinned.deciding:
        if authority.signatory_type.value == signatory_type:
            return {
                "code": authority.code,
                "name": _named(authority, language),
                "citation": _cited(authority.citation, language) if authority.citation else None,
                "mark": mark(authority.verified, language),
            }
    return None
