"""Who signed on the Vietnamese side, as registers write it: "UBND tỉnh Quảng Ninh", "Sở Ngoại vụ TP. Hải Phòng"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from caytre.reference import localities
from caytre.reference.text import search_key

_CODES = frozenset(("PROVINCE_PC", "PROVINCE_PCOUNCIL", "DEPARTMENT", "BORDER_COMMUNE", "ORG_PROVINCIAL"))
#: Kinds of signatories by how their names begin, as keys of search_key; what is more special comes first.
_KINDS = tuple(
    (re.compile(rf"^(?:{begins})(?=[ .,]|$)[ .,]*"), kind, itself)
    for begins, kind, itself in (
        # A district has no agreements of its own: what is written is left for a person.
        (r"(?:ubnd|uy ban nhan dan) (?:huyen|quan|thi xa|thi tran|phuong)", None, True),
        (r"(?:ubnd|uy ban nhan dan) (?:cac )?xa(?: bien gioi)?", "BORDER_COMMUNE", True),
        (r"ubnd|uy ban nhan dan", "PROVINCE_PC", False),
        (r"hdnd|hoi dong nhan dan", "PROVINCE_PCOUNCIL", False),
        (r"so, ban,? nganh|so|ban quan ly|cuc|trung tam|thanh tra", "DEPARTMENT", True),
        (r"hoi|lien hiep|lien minh|mat tran|lien doan|tinh doan|thanh doan|co quan cap tinh cua to chuc",
         "ORG_PROVINCIAL", True),
    )
)  # fmt: skip
#: Where the province begins in the name of one of its offices.
_LEVEL = re.compile(r"(?:^|[\s,–-])(?=(?:tỉnh|thành phố|t\.?\s?p\.?)[\s.]+\S)", re.IGNORECASE)
#: Words in the longest name of a province with its level.
_LONGEST_NAME = 7
_LEVEL_ALONE = re.compile(r"^(?:tinh|thanh pho|t\.? ?p)\.?$")


@dataclass(frozen=True)
class Organ:
    """A signatory: its type, the office where it is one of several in the province, and the province if named."""

    signatory_type: str
    organisation: str | None
    locality: str | None


def organ_of(text: str) -> Organ | None:
    """The signatory that a text names, None when it names none, or one that signs no agreements."""
    whole = " ".join(unicodedata.normalize("NFC", text).split()).strip(" .,;")
    if whole.upper() in _CODES:
        return Organ(whole.upper(), None, None)
    for begins, kind, itself in _KINDS:
        # In what is matched every letter of the text is one of its key.
        if not (match := begins.match(search_key(whole))):
            continue
        if kind is None:
            return None
        rest = whole[match.end() :].strip(" .,;")
        if not itself:
            return Organ(kind, None, None if not rest or _LEVEL_ALONE.match(search_key(rest)) else rest)
        return Organ(kind, whole if rest else None, _province_in(rest))
    return None


def province_above(text: str) -> str | None:
    """The province that a title names: "KẾ HOẠCH CỦA TỈNH QUẢNG NINH NĂM 2024"."""
    for at in _LEVEL.finditer(text):
        words = text[at.end() :].split()
        for count in range(min(_LONGEST_NAME, len(words)), 1, -1):
            name = " ".join(words[:count]).strip(" .,;:()")
            try:
                localities.resolve(name)
            except localities.AmbiguousLocality:
                return name
            except LookupError:
                continue
            return name
    return None


def _province_in(rest: str) -> str | None:
    if places := [rest[at.end() :].strip(" .,;") for at in _LEVEL.finditer(rest)]:
        return places[-1]
    # "Sở Ngoại vụ Quảng Ninh": no name of a province has more than four syllables.
    words = rest.split()
    for count in range(min(4, len(words)), 0, -1):
        ending = " ".join(words[-count:])
        try:
            localities.resolve(ending)
        except localities.AmbiguousLocality:
            return ending
        except LookupError:
            continue
        return ending
    return None
