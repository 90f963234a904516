"""Countries and territories of ISO 3166-1 with the names CLDR gives them in Vietnamese and English.

CLDR's names come through Babel; ``data/countries.json`` holds what official Vietnamese usage writes otherwise, to be
reviewed by a person. Left out are codes of CLDR that ISO 3166-1 does not assign (European Union, unknown region,
Canary Islands …), Kosovo among them, whose XK is a user-assigned code.
"""

import re
from functools import lru_cache
from typing import Literal

from babel import Locale
from pydantic import BaseModel, ConfigDict

from caytre.reference import packaged
from caytre.reference.text import search_key
from caytre.reference.unclear import Unclear

# Reserved or user-assigned two-letter codes that CLDR names although ISO 3166-1 assigns them to no country.
_NOT_ASSIGNED = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})

# What a country is called before its name in official Vietnamese, as keys of search_key.
_GOVERNMENT = re.compile(
    r"^(?:nuoc )?(?:(?:ch|cong hoa)(?:(?: hoi giao| lien bang)|lb)? |(?:lb|lien bang|vuong quoc|dai cong quoc) |nuoc )?"
)
# Two states share the name, or a state of the past had it: which one is meant is told by the form alone.
_TOLD_BY_GOVERNMENT = frozenset({"CD", "CG", "CN", "DM", "DO", "KP", "KR"})
_SEVERAL = re.compile(r"\s*[/(]\s*")

Language = Literal["vi", "en"]


class Country(BaseModel):
    """A country or territory: ISO 3166-1 alpha-2 code and its names. A name not from CLDR is unverified."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name_vi: str
    name_en: str
    aliases: tuple[str, ...] = ()
    note: str | None = None
    verified: bool = True


class UnknownCountry(Unclear):
    """No country of ISO 3166-1 has this code or name."""

    def __init__(self, text: str) -> None:
        super().__init__(vi=f"không có quốc gia nào tên là {text!r}", en=f"no country is called {text!r}")
        self.text = text


def get(code: str) -> Country:
    """The country of an alpha-2 code in capitals. Raises :class:`UnknownCountry`."""
    try:
        return _by_code()[code]
    except KeyError:
        raise UnknownCountry(code) from None


def find(text: str, language: Language | None = None) -> Country:
    """The country of a code or a name, without regard to case and accents, in one language or in both.

    Usual other names ("Mỹ", "Republic of Korea") count in every language, so do a name behind a Vietnamese form of
    government ("CH Séc", "Vương quốc Bỉ") and two names of one country ("Hoa Kỳ/Mỹ", "Hoa Kỳ (Mỹ)"). Raises
    :class:`UnknownCountry`.
    """
    languages: tuple[Language, ...] = (language,) if language else ("vi", "en")
    found = _named(text, languages)
    if found is None:
        # The whole first: "Hồng Kông (Trung Quốc)" is one name and not two.
        parts = [_named(part, languages) for part in _SEVERAL.split(text.strip().rstrip(")"))]
        found = parts[0] if len(set(parts)) == 1 else None
    if found is None:
        raise UnknownCountry(text)
    return get(found)


def _named(text: str, languages: tuple[Language, ...]) -> str | None:
    key, plain = search_key(text), _GOVERNMENT.sub("", search_key(text))
    for language in languages:
        names = _by_name(language)
        if code := names.get(_name_key(key)):
            return code
        if plain != key and (code := names.get(_name_key(plain))) and code not in _TOLD_BY_GOVERNMENT:
            return code
    code = text.strip(" .,;\N{NO-BREAK SPACE}").upper()
    return code if code in _by_code() else None


def all_countries() -> tuple[Country, ...]:
    """Every country and territory, in the order of codes."""
    return tuple(_by_code().values())


def _name_key(name: str) -> str:
    return "".join(letter for letter in search_key(name) if letter.isalnum())


def _cldr(language: Language) -> dict[str, str]:
    return {str(code): str(name) for code, name in Locale(language).territories.items()}


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Country]:
    vietnamese, english = _cldr("vi"), _cldr("en")
    added = {row["code"]: row for row in packaged.rows("countries")}
    codes = sorted(code for code in vietnamese if len(code) == 2 and code.isalpha() and code not in _NOT_ASSIGNED)
    return {
        code: Country.model_validate(
            {
                "code": code,
                "name_vi": vietnamese[code],
                "name_en": english[code],
                "verified": not {"name_vi", "name_en"} & added.get(code, {}).keys(),
                **added.get(code, {}),
            }
        )
        for code in codes
    }


@lru_cache(maxsize=2)
def _by_name(language: Language) -> dict[str, str]:
    cldr = _cldr(language)
    return {
        _name_key(name): country.code
        for country in _by_code().values()
        for name in (cldr[country.code], getattr(country, f"name_{language}"), *country.aliases)
    }
