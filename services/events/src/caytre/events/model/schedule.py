"""When an event is: days of the venue, the hour with the venue's offset, and the day it is in Viet Nam then."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from caytre.contracts.agreements import StatedDate
from caytre.contracts.events import Schedule
from caytre.core.clock import day_of
from caytre.core.refusals import Refusal

VIETNAM = "Asia/Ho_Chi_Minh"
LONGEST = timedelta(days=366)


class UnknownTimeZone(Refusal):
    status = 422
    en = "{zone} is no time zone of the IANA database, such as Asia/Ho_Chi_Minh."
    vi = "{zone} không phải là múi giờ trong cơ sở dữ liệu IANA, ví dụ Asia/Ho_Chi_Minh."


class HourDoesNotExist(Refusal):
    status = 422
    en = "On {day} the hour {hour} does not exist, or exists twice, in {zone}: clocks are changed then."
    vi = "Ngày {day}, giờ {hour} không tồn tại hoặc xảy ra hai lần tại {zone} vì đổi giờ."


class EndsBeforeItStarts(Refusal):
    status = 422
    en = "The event would end ({end}) before it starts ({start})."
    vi = "Sự kiện sẽ kết thúc ({end}) trước khi bắt đầu ({start})."


class LastsTooLong(Refusal):
    status = 422
    en = "The event would last from {start} to {end}, more than a year: enter each as an event of a series."
    vi = "Sự kiện kéo dài từ {start} đến {end}, hơn một năm: hãy nhập từng kỳ thành một sự kiện trong chuỗi."


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_of(name: str) -> ZoneInfo:
    """The zone of this IANA name. Raises UnknownTimeZone."""
    if name not in _zones():
        raise UnknownTimeZone(pointer="/schedule/time_zone", zone=name)
    return ZoneInfo(name)


def moment(day: date, hour: time, zone: str) -> datetime:
    """The moment of a local hour, with its offset. Raises UnknownTimeZone, HourDoesNotExist."""
    here = datetime.combine(day, hour, tzinfo=zone_of(zone))
    offset = here.utcoffset()
    if offset != here.replace(fold=1).utcoffset() or offset is None:
        raise HourDoesNotExist(pointer="/schedule", day=day, hour=hour.strftime("%H:%M"), zone=zone)
    # The offset alone is kept: a moment that was stated does not move when a zone's rules do.
    return here.replace(tzinfo=timezone(offset))


def scheduled(
    *,
    starts_on: date,
    ends_on: date | None = None,
    starts_at: time | None = None,
    ends_at: time | None = None,
    time_zone: str = VIETNAM,
) -> Schedule:
    """An event's days and hours as its venue's clocks show them.

    Raises UnknownTimeZone, HourDoesNotExist, EndsBeforeItStarts, LastsTooLong.
    """
    last = ends_on or starts_on
    zone_of(time_zone)
    begin = moment(starts_on, starts_at, time_zone) if starts_at else None
    end = moment(last, ends_at, time_zone) if ends_at else None
    if last < starts_on or (begin and end and end <= begin):
        raise EndsBeforeItStarts(pointer="/schedule", start=begin or starts_on, end=end or last)
    if last - starts_on > LONGEST:
        raise LastsTooLong(pointer="/schedule/ends_on", start=starts_on, end=last)
    there = (day_of(begin) if begin else starts_on, day_of(end) if end else last)
    return Schedule(
        starts_on=StatedDate.on_day(starts_on),
        ends_on=StatedDate.on_day(last),
        time_zone=time_zone,
        starts_at=begin,
        ends_at=end,
        vietnam_starts_on=there[0],
        # An end whose hour is not stated is not before the beginning.
        vietnam_ends_on=max(there),
        moves_date=there[0] != starts_on or max(there) != last,
    )


def recorded(starts_on: StatedDate, ends_on: StatedDate | None, time_zone: str = VIETNAM) -> Schedule:
    """The days of an event of history, as roughly as its source knows them.

    Raises UnknownTimeZone, EndsBeforeItStarts.
    """
    zone_of(time_zone)
    last = ends_on or starts_on
    if last.latest < starts_on.earliest:
        raise EndsBeforeItStarts(pointer="/ends_on", start=starts_on.text, end=last.text)
    return Schedule(
        starts_on=starts_on,
        ends_on=last,
        time_zone=time_zone,
        vietnam_starts_on=starts_on.exact,
        vietnam_ends_on=last.exact,
    )


def local_day(at: datetime, schedule: Schedule) -> date:
    """The day it is at the venue."""
    return at.astimezone(zone_of(schedule.time_zone)).date()
