"""Working days, calendar days and lead times, with the reasons for every day that is left out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caytre.contracts.notifications import CalendarDay
from caytre.notifications.model.counting import LONGEST, BeyondTheCalendar, WorkingDays
from caytre.reference import public_days
from tests.documents import public_days as generated

SEED = [CalendarDay(**day.model_dump()) for day in public_days.all_days()]
SWAP = {date(2026, 1, 2), date(2026, 1, 10)}


def counted(days: list[CalendarDay] = SEED) -> WorkingDays:
    return WorkingDays.of(1, public_days.FIRST_YEAR, public_days.LAST_YEAR, days)


#: Day of receipt, working days, and the day they end; what the library alone would have said where it differs.
VECTORS = [
    ("2025-12-31", 3, "2026-01-07", "2026-01-06"),
    ("2025-12-31", 7, "2026-01-12", "2026-01-12"),
    ("2026-02-12", 7, "2026-03-02", "2026-03-02"),
    ("2026-04-23", 7, "2026-05-07", "2026-05-07"),
    ("2026-08-21", 7, "2026-09-03", "2026-09-03"),
    ("2026-11-20", 7, "2026-12-02", "2026-12-02"),
    ("2026-11-21", 7, "2026-12-02", "2026-12-02"),
    ("2027-02-02", 7, "2027-02-18", "2027-02-18"),
]


@pytest.mark.parametrize(("received", "n", "due", "library"), VECTORS)
def test_working_days_end_where_the_official_calendar_says(received: str, n: int, due: str, library: str) -> None:
    start = date.fromisoformat(received)
    assert counted().count(start, n, "WORKING").day == date.fromisoformat(due)
    without = counted([day for day in SEED if day.day not in SWAP])
    assert without.count(start, n, "WORKING").day == date.fromisoformat(library)


def test_the_explanation_names_every_day_that_is_not_counted_in_both_languages() -> None:
    found = counted().count(date(2026, 4, 23), 7, "WORKING")
    assert [each.day.isoformat()[5:] for each in found.skipped] == [
        *("04-25", "04-26", "04-27", "04-30", "05-01", "05-02", "05-03"),
    ]
    assert "Hung Kings' Commemoration Day (observed) [unverified] (27 April 2026)" in found.explanation.en
    assert "Ngày Giỗ Tổ Hùng Vương (nghỉ bù) [chưa kiểm chứng] (27/04/2026)" in found.explanation.vi
    assert found.explanation.en.endswith("7 May 2026")
    assert found.explanation.vi.endswith("ngày 07/05/2026")


def test_a_period_that_ends_on_a_rest_day_ends_on_the_next_working_day_and_says_that_the_rule_is_unverified() -> None:
    found = counted().count(date(2023, 12, 1), 15, "CALENDAR")
    assert (found.day, found.roll and found.roll.from_day) == (date(2023, 12, 18), date(2023, 12, 16))
    assert found.roll is not None
    assert not found.roll.verified
    assert "unverified" in found.explanation.en
    assert "chưa kiểm chứng" in found.explanation.vi


def test_a_lead_time_that_begins_on_a_rest_day_is_kept_by_the_working_day_before() -> None:
    found = counted().count(date(2023, 12, 1), 40, "LEAD")
    assert (found.day, found.roll and found.roll.from_day) == (date(2023, 10, 20), date(2023, 10, 22))


def test_without_rolling_the_day_stays_and_no_days_are_the_anchor_itself() -> None:
    sunday = date(2023, 12, 17)
    assert counted().count(date(2023, 12, 2), 15, "CALENDAR", roll=False).day == sunday
    for unit in ("WORKING", "CALENDAR", "LEAD"):
        found = counted().count(sunday, 0, unit)
        assert (found.day, found.roll, found.skipped) == (sunday, None, ())


def test_a_swap_is_worked_and_given_off() -> None:
    assert counted().is_working(date(2026, 8, 22))
    assert not counted().is_working(date(2026, 8, 31))
    assert counted().is_working(date(2026, 1, 10))
    assert not counted().is_working(date(2026, 1, 2))


def test_years_without_holidays_are_said_to_be_unknown() -> None:
    found = counted().count(date(2031, 1, 1), 3, "WORKING")
    assert not found.known
    assert "not known" in found.explanation.en
    assert counted().count(date(2026, 1, 1), 3, "WORKING").known


@pytest.mark.parametrize("n", [-1, LONGEST + 1, 10**12])
@pytest.mark.parametrize("unit", ["WORKING", "CALENDAR", "LEAD"])
def test_what_leaves_the_calendar_is_refused(n: int, unit: str) -> None:
    with pytest.raises(BeyondTheCalendar):
        counted().count(date(2026, 1, 1), n, unit)


@pytest.mark.parametrize("anchor", [date(1, 1, 1), date(2199, 12, 31), date(9999, 12, 31)])
def test_the_ends_of_time_are_refused_and_do_not_overflow(anchor: date) -> None:
    for unit in ("WORKING", "CALENDAR"):
        with pytest.raises(BeyondTheCalendar):
            counted().count(anchor, 3000, unit)


@given(st.dates(date(2021, 1, 1), date(2026, 12, 31)), st.integers(1, 200))
def test_so_many_working_days_lie_between_receipt_and_the_day(start: date, n: int) -> None:
    calendar = counted()
    found = calendar.count(start, n, "WORKING")
    between = [start + timedelta(days=each) for each in range(1, (found.day - start).days + 1)]
    assert sum(map(calendar.is_working, between)) == n
    assert calendar.is_working(found.day)
    assert len(found.skipped) == len(between) - n
    assert calendar.moved(found.day, -n) <= start or not calendar.is_working(start)


@given(st.dates(date(2021, 1, 10), date(2026, 12, 31)), st.integers(1, 400), st.sampled_from(["CALENDAR", "LEAD"]))
def test_a_rolled_day_is_a_working_day_with_only_rest_days_before_it(anchor: date, n: int, unit: str) -> None:
    calendar = counted()
    found = calendar.count(anchor, n, unit)
    assert calendar.is_working(found.day) or not found.known
    direction = 1 if unit == "CALENDAR" else -1
    assert (found.day - anchor).days * direction >= n
    assert all(calendar.rest(each.day) is not None for each in found.skipped)


def test_the_seed_is_what_the_library_says_and_what_was_added() -> None:
    assert [row["day"] for row in generated.rows()] == [day.day.isoformat() for day in public_days.all_days()]


def test_no_day_of_the_seed_is_given_twice_and_each_says_where_it_stands() -> None:
    days = [day.day for day in public_days.all_days()]
    assert sorted(set(days)) == days
    assert all(day.source for day in public_days.all_days())
    assert {day.year for day in days} == set(range(2021, 2028))
