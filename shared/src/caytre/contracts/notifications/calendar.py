"""The working-day calendar, and that a day has begun."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from caytre.contracts.message import Document, Message, Shape, State, open_enum

#: `holiday` by law, `observed` in lieu of a holiday on a rest day, `swapped_off` off in exchange for a `worked` rest
#: day, `ordinary` a listed holiday that an override makes an ordinary day again.
DayKind = Annotated[str, open_enum("holiday", "observed", "swapped_off", "worked", "ordinary")]


class CalendarDay(Shape):
    """A day that is not what its weekday says, where that is written, and whether it was checked against the source.

    `overridden` marks a decision entered here, in place of or beside the seed.
    """

    day: date
    kind: DayKind
    name_vi: str
    name_en: str
    source: str
    verified: bool = False
    overridden: bool = False
    reason: str | None = None
    document: Document | None = None


class CalendarState(State):
    """The calendar; its version is the `calendar_version` of dates that were computed with it.

    Outside `first_year` to `last_year` only Saturdays and Sundays are known, and computed dates say so.
    """

    first_year: int
    last_year: int
    seed: str
    days: tuple[CalendarDay, ...] = ()


class CalendarUpdated(Message):
    """Days were seeded, overridden or given back; open deadlines are computed anew."""

    TYPE = "caytre.calendar.updated.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"changed": ["2026-01-02", "2026-01-10"], "reason": "swap of 2 January 2026"}

    changed: tuple[date, ...]
    reason: str


class DayState(State):
    """A day that has begun in Vietnam."""

    day: date
    working_day: bool
    calendar_version: int


class DayBegan(Message):
    """A day has begun in Vietnam; said once for every day, in order, also for days on which nothing ran."""

    TYPE = "caytre.day.began.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"day": "2026-11-23", "working_day": True, "calendar_version": 1}

    day: date
    working_day: bool
    calendar_version: int


CALENDAR_MESSAGES: tuple[type[Message], ...] = (CalendarUpdated, DayBegan)
