"""Localities, agencies, countries and fields by name: the unit that was meant then and the one that answers today."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from caytre.core.web.languages import Language
from caytre.reference import agencies, countries, fields, localities, procedures
from caytre.reference.verification import label as mark


def locality(id: str, language: Language, today: date) -> dict[str, Any]:
    """A unit, whether it still exists, and which one answers for it today (None where a unit was split)."""
    try:
        unit = localities.get(id)
    except localities.UnknownLocality:
        return {"id": id, "name": id, "official_name": id, "ended_on": None, "responsible": None, "mark": ""}
    responsible: dict[str, str] | None = None
    try:
        present = localities.current(id, today)
        responsible = {"id": present.id, "name": _name(present, language)}
    except LookupError:
        responsible = None
    return {
        "id": unit.id,
        "name": _name(unit, language),
        "official_name": unit.name_vi,
        "ended_on": unit.valid_to,
        "responsible": responsible,
        "mark": mark(unit.verified, language),
    }


@lru_cache(maxsize=1000)
def agency_name(code: str, language: Language) -> str:
    """Who answers for something: a locality, an agency that procedures name or that we know, else the code."""
    try:
        return _name(localities.get(code), language)
    except localities.UnknownLocality:
        pass
    for procedure in procedures.all_procedures():
        for office in (*procedure.consultees, *procedure.deciding, procedure.escalation):
            if office is not None and office.code == code:
                return office.name_vi if language == "vi" else office.name_en
    try:
        agency = agencies.get(code)
    except agencies.UnknownAgency:
        return code
    return agency.name_vi if language == "vi" else agency.name_en


def country_name(code: str | None, language: Language) -> str | None:
    """The country's name, or the code where this release does not know it; None for no country."""
    if code is None:
        return None
    try:
        country = countries.get(code)
    except countries.UnknownCountry:
        return code
    return country.name_vi if language == "vi" else country.name_en


def field_name(code: str, language: Language) -> str:
    """The name of a field of cooperation, or the code where this release does not know it."""
    try:
        field = fields.get(code)
    except fields.UnknownField:
        return code
    return field.name_vi if language == "vi" else field.name_en


def _name(unit: localities.Locality, language: Language) -> str:
    return unit.name_vi if language == "vi" else unit.name_en
