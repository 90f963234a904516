"""Provincial units of Viet Nam through time, and which unit answers for which today.

A unit's identity is ``VN-P-<year>-<code>``, because a code alone is ambiguous: a merged province carries the code of
the one whose seat it took (Decision 124/2004/QĐ-TTg, Article 1), so that code 33 was Hưng Yên before 1 July 2025
and is Hưng Yên and Thái Bình together since. The year is that of the arrangement in which the unit began in this
form: 2025 for units formed in 2025, 2008 for the 63 units of the arrangement in place since 1 August 2008 (the
enlargement of Hà Nội). It is not the year in which a unit of 2008 was founded: that is not recorded, ``valid_from`` is
empty and marked unverified. A unit that the merger left alone keeps its identity and stays open.

Invented units for examples (``VN-X-…``, names with "Minh Họa") are found like real ones but never listed unasked.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from caytre.reference import packaged
from caytre.reference.dates import FuzzyDate
from caytre.reference.text import search_key
from caytre.reference.unclear import Unclear


class LocalityType(StrEnum):
    """Level of a provincial unit: a province, or a city under the central government."""

    PROVINCE = "province"
    CITY = "city"


class Border(BaseModel):
    """A stretch of land border with another country; length in kilometres as the source qualifies it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: str
    region_en: str | None = None
    length_km: float | None = None
    qualifier: str | None = None
    source: str


class Locality(BaseModel):
    """A provincial unit in one form: valid from ``valid_from`` (empty: not recorded) to ``valid_to``, both included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    code: str
    name_vi: str
    name_en: str
    type: LocalityType
    valid_from: date | None
    valid_to: date | None
    predecessors: tuple[str, ...]
    successors: tuple[str, ...] = ()
    iso_3166_2: str | None
    borders: tuple[Border, ...] = ()
    aliases: tuple[str, ...] = ()
    source: str
    unverified: tuple[str, ...]
    illustration: bool = False

    @property
    def verified(self) -> bool:
        """Whether every field was checked against its source; ``unverified`` names those that were not."""
        return not self.unverified

    @property
    def short_name_vi(self) -> str:
        """The name without its level, as in "Hưng Yên"."""
        return self.name_vi.removeprefix("Tỉnh ").removeprefix("Thành phố ")

    @property
    def short_name_en(self) -> str:
        """The English name without its level, as in "Hung Yen"."""
        return self.name_en.removesuffix(" Province").removesuffix(" City")

    def valid_on(self, day: date) -> bool:
        """Whether the unit existed in this form on the day."""
        return self._valid_within(day, day)

    def _valid_within(self, first: date, last: date) -> bool:
        return (self.valid_from is None or self.valid_from <= last) and (
            self.valid_to is None or first <= self.valid_to
        )


class UnknownLocality(Unclear):
    """No unit has this identity, code or name."""

    def __init__(self, text: str) -> None:
        super().__init__(vi=f"không có địa phương nào tên là {text!r}", en=f"no locality is called {text!r}")
        self.text = text


class LocalityNotValid(UnknownLocality):
    """Units of this name or code exist, but none on the day asked for; ``candidates`` are those of other days."""

    def __init__(self, text: str, on: date | FuzzyDate, candidates: tuple[Locality, ...]) -> None:
        when = on.text if isinstance(on, FuzzyDate) else on.isoformat()
        en = f"no locality called {text!r} existed on {when}; found {_names_en(candidates)}"
        vi = f"không có địa phương nào tên là {text!r} vào {when}; tìm thấy {_names_vi(candidates)}"
        Unclear.__init__(self, vi=vi, en=en)
        self.text = text
        self.candidates = candidates


class AmbiguousLocality(Unclear):
    """Several units fit; ``candidates`` holds them."""

    def __init__(self, text: str, candidates: tuple[Locality, ...]) -> None:
        super().__init__(
            vi=f"{text!r} có thể là {_names_vi(candidates)}: hãy nêu rõ đơn vị nào, hoặc vào ngày nào",
            en=f"{text!r} may mean {_names_en(candidates)}: say which, or at which date",
        )
        self.text = text
        self.candidates = candidates


class CodeNeedsDate(AmbiguousLocality):
    """A bare code was given without a date: codes are carried on to other units."""


class NotYetFormed(Unclear):
    """The unit did not exist yet on the day; ``locality`` is the unit."""

    def __init__(self, locality: Locality, on: date) -> None:
        super().__init__(
            vi=f"{locality.name_vi} ({locality.id}) chưa được thành lập vào ngày {on.isoformat()}",
            en=f"{locality.name_en} ({locality.id}) was not yet formed on {on.isoformat()}",
        )
        self.locality = locality


def get(id: str) -> Locality:
    """The unit of this identity. Raises :class:`UnknownLocality`."""
    try:
        return _by_id()[id]
    except KeyError:
        raise UnknownLocality(id) from None


def resolve(text: str, on: date | FuzzyDate | None = None) -> Locality:
    """The unit meant by an identity, a code, an ISO 3166-2 code or a name, at the date of the record it stands in.

    Names are found without accents, level ("Tỉnh", "TP.", "Province") or punctuation, and by common aliases. With a
    date that is not exact the unit must be the same over the whole span. Raises :class:`UnknownLocality`,
    :class:`LocalityNotValid`, :class:`AmbiguousLocality` or, for a bare code without date, :class:`CodeNeedsDate`.
    """
    stripped = text.strip()
    if stripped.upper() in _by_id():
        return _by_id()[stripped.upper()]
    by_code = tuple(unit for unit in _by_id().values() if stripped.upper() == unit.code)
    named = by_code or _by_name().get(_name_key(stripped), ())
    if not named:
        raise UnknownLocality(text)
    if on is None:
        if by_code:
            raise CodeNeedsDate(text, by_code)
        return _only(text, named)
    first, last = (on.earliest, on.latest) if isinstance(on, FuzzyDate) else (on, on)
    valid = tuple(unit for unit in named if unit._valid_within(first, last))
    if not valid:
        raise LocalityNotValid(text, on, named)
    return _only(text, valid)


def current(id: str, on: date) -> Locality:
    """The unit that answers on the day for what this unit did: itself, or the successor valid then.

    Raises :class:`UnknownLocality`, :class:`NotYetFormed` for a day before the unit began, and
    :class:`AmbiguousLocality` where a unit was split among several.
    """
    unit = get(id)
    if unit.valid_from is not None and on < unit.valid_from:
        raise NotYetFormed(unit, on)
    while not unit.valid_on(on):
        unit = _only(unit.id, successors(unit.id))
    return unit


def predecessors(id: str) -> tuple[Locality, ...]:
    """The units from which this one was directly formed. Raises :class:`UnknownLocality`."""
    return tuple(get(other) for other in get(id).predecessors)


def successors(id: str) -> tuple[Locality, ...]:
    """The units into which this one directly went. Raises :class:`UnknownLocality`."""
    return tuple(get(other) for other in get(id).successors)


def lineage(id: str) -> tuple[Locality, ...]:
    """The unit and everything it was formed from, oldest first, itself last. Raises :class:`UnknownLocality`."""
    unit = get(id)
    return (*(older for other in unit.predecessors for older in lineage(other)), unit)


def all_localities(on: date | None = None, *, illustration: bool = False) -> tuple[Locality, ...]:
    """The real units, of one day or of all time, in the order of their codes; with ``illustration`` also invented."""
    return tuple(
        unit
        for unit in sorted(_by_id().values(), key=lambda unit: (unit.illustration, unit.code, unit.id))
        if (on is None or unit.valid_on(on)) and (illustration or not unit.illustration)
    )


def next_change(after: date) -> date | None:
    """The next day on which units that stood the day before, real or invented, stand no more."""
    ended = (unit.valid_to for unit in _by_id().values() if unit.valid_to is not None and unit.valid_to >= after)
    return min((last + timedelta(days=1) for last in ended), default=None)


def _only(text: str, units: tuple[Locality, ...]) -> Locality:
    if len(units) > 1:
        raise AmbiguousLocality(text, units)
    return units[0]


def _names_vi(units: Iterable[Locality]) -> str:
    return ", ".join(f"{unit.name_vi} ({unit.id}{_until(unit, 'đến')})" for unit in units)


def _names_en(units: Iterable[Locality]) -> str:
    return ", ".join(f"{unit.name_en} ({unit.id}{_until(unit, 'to')})" for unit in units)


def _until(unit: Locality, word: str) -> str:
    return f", {word} {unit.valid_to.isoformat()}" if unit.valid_to else ""


_LEVELS_BEFORE = re.compile(
    r"^(?:thanh pho truc thuoc trung uong|thanh pho|thu do|tinh|t\.? ?p(?=[. ])|tp|t(?=\.(?!t\.)))[. ]+"
)
_LEVELS_AFTER = re.compile(r"(?: province| city| municipality)+$")


def _name_key(name: str) -> str:
    key = _LEVELS_AFTER.sub("", _LEVELS_BEFORE.sub("", search_key(name).strip(" .,;")))
    return "".join(letter for letter in key if letter.isalnum())


@lru_cache(maxsize=1)
def _by_id() -> dict[str, Locality]:
    units = [
        Locality.model_validate({**row, "illustration": name == "localities_illustration"})
        for name in ("localities", "localities_illustration")
        for row in packaged.rows(name)
    ]
    return {
        unit.id: unit.model_copy(
            update={"successors": tuple(later.id for later in units if unit.id in later.predecessors)}
        )
        for unit in units
    }


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[Locality, ...]]:
    found: dict[str, dict[str, Locality]] = {}
    for unit in _by_id().values():
        for name in (unit.name_vi, unit.name_en, *unit.aliases, *filter(None, [unit.iso_3166_2])):
            found.setdefault(_name_key(name), {})[unit.id] = unit
    return {key: tuple(units.values()) for key, units in found.items()}
