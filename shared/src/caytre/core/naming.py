"""What refusals call things: the words of each language for codes of states, agencies, offices and papers."""

from __future__ import annotations

from collections.abc import Iterable

from caytre.core.refusals import Bilingual, Words
from caytre.reference import agencies, procedures, words
from caytre.reference.localities import Locality
from caytre.reference.procedures import Procedure


def word(kind: str, code: str) -> Words:
    """The word for a code of this kind (`caytre.reference.words`); what nobody knows is quoted."""
    known = words.WORDS[kind].get(code)
    return Words(*known) if known else quoted(code)


def status_words(codes: Iterable[str]) -> Words:
    """The names of several states."""
    return listed(word("status", code) for code in codes)


def agency_name(code: str) -> Words:
    """The name of an agency that is asked."""
    try:
        known = agencies.get(code)
    except agencies.UnknownAgency:
        return quoted(code)
    return Words(known.vi, known.en)


def agency_names(codes: Iterable[str]) -> Words:
    """The names of several agencies."""
    return listed(agency_name(code) for code in codes)


def office_name(code: str) -> Words:
    """The name of an office that decides, e.g. that of the chair; what a caller made up is quoted."""
    for procedure in procedures.all_procedures():
        for authority in procedure.deciding:
            if authority.code == code:
                return Words(authority.name_vi, authority.name_en)
    return quoted(code)


def dossier_name(procedure: Procedure, code: str) -> Words:
    """The name of a dossier of this procedure."""
    named = (Words(known.name_vi, known.name_en) for known in procedure.dossiers if known.code == code)
    return next(named, quoted(code))


def paper_names(procedure: Procedure, dossier: str, codes: Iterable[str]) -> Words:
    """The names of papers of a dossier."""
    known = {
        item.code: Words(f'"{item.name_vi}"', f'"{item.name_en}"')
        for each in procedure.dossiers
        if each.code == dossier
        for item in each.items
    }
    return listed(known.get(code, quoted(code)) for code in codes)


def unit_names(places: Iterable[Locality]) -> Words:
    """The names of provincial units."""
    return listed(Words(place.name_vi, place.name_en) for place in places)


def listed(facts: Iterable[Bilingual]) -> Words:
    """Several facts as one."""
    told = tuple(facts)
    return Words(", ".join(fact.vi for fact in told), ", ".join(fact.en for fact in told))


def quoted(text: str) -> Words:
    """What somebody wrote, as they wrote it."""
    return Words(f'"{text}"', f'"{text}"')
