"""Which provincial unit is meant, then and now. A bare code without a date is refused: codes were carried on."""

from __future__ import annotations

from datetime import date

from caytre.core.naming import quoted, unit_names
from caytre.core.refusals import Refusal, Words
from caytre.reference import localities
from caytre.reference.dates import FuzzyDate
from caytre.reference.localities import Locality
from caytre.reference.unclear import Unclear


class LocalityNotKnown(Refusal):
    status = 422
    en = "No single locality is meant by {text}: {reason}"
    vi = "Không xác định được một địa phương duy nhất từ {text}: {reason}"


class LocalityNotInBeing(Refusal):
    en = "{name} does not exist on {day}; its functions passed to: {successors}."
    vi = "{name} không tồn tại tại ngày {day}; chức năng đã chuyển cho: {successors}."


_NOBODY = Words("chưa có đơn vị nào", "no unit yet")


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
    return LocalityNotKnown(pointer="/locality", text=quoted(text), reason=why)


def _not_in_being(unit: Locality, day: date) -> LocalityNotInBeing:
    heirs = unit_names(localities.get(id) for id in unit.successors) if unit.successors else _NOBODY
    return LocalityNotInBeing(pointer="/locality", name=unit_names((unit,)), day=day, successors=heirs)
