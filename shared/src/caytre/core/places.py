"""Which provincial unit is meant, then and now. A bare code without a date is refused: codes were carried on."""

from __future__ import annotations

from datetime import date

from caytre.core.refusals import Refusal
from caytre.reference import localities
from caytre.reference.dates import FuzzyDate
from caytre.reference.localities import Locality
from caytre.reference.unclear import Unclear


class LocalityNotKnown(Refusal):
    status = 422
    en = "No single locality is meant by {text}: {reason}"
    vi = "Không xác định được một địa phương duy nhất từ {text}: {reason}"


class LocalityNotInBeing(Refusal):
    en = "{name} ({id}) does not exist on {day}; its functions passed to {successors}."
    vi = "{name} ({id}) không tồn tại tại ngày {day}; chức năng đã chuyển cho {successors}."


def established(text: str, day: date) -> Locality:
    """The unit of this identity or name, existing on the day. Raises LocalityNotKnown, LocalityNotInBeing."""
    try:
        unit = localities.resolve(text)
    except localities.CodeNeedsDate as code:
        raise _unknown(text, code) from code
    except localities.AmbiguousLocality:
        unit = historical(text, day)
    except localities.UnknownLocality as unknown:
        raise _unknown(text, unknown) from unknown
    if not unit.valid_on(day):
        raise _not_in_being(unit, day)
    return unit


def historical(text: str, on: FuzzyDate | date | None) -> Locality:
    """The unit meant by a register's entry of that date. Raises LocalityNotKnown."""
    try:
        return localities.resolve(text, on)
    except Unclear as unknown:
        raise _unknown(text, unknown) from unknown


def responsible(unit: Locality, day: date) -> Locality:
    """The unit that answers for it on the day. Raises LocalityNotKnown where a unit was split."""
    try:
        return localities.current(unit.id, day)
    except Unclear as unclear:
        raise _unknown(unit.id, unclear) from unclear


def _unknown(text: str, why: Unclear) -> LocalityNotKnown:
    return LocalityNotKnown(pointer="/locality", text=text, reason=why)


def _not_in_being(unit: Locality, day: date) -> LocalityNotInBeing:
    names = ", ".join(localities.get(id).name_vi for id in unit.successors)
    return LocalityNotInBeing(pointer="/locality", name=unit.name_vi, id=unit.id, day=day, successors=names or "-")
