"""Where a rehearsal stops on its way through time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from caytre.core.clock import VIETNAM
from caytre.local.operations import Operations
from caytre.local.travelling import Settled, Timers

NOW = datetime(2023, 5, 3, 9, tzinfo=VIETNAM)


def settled(rung: datetime | None, *days: date | None) -> Settled:
    return Settled([Operations(awaited_day=day) for day in days], Timers(deadline_at=rung, pending=0))


def test_it_stops_at_whatever_falls_due_first() -> None:
    rung = NOW + timedelta(days=40)
    assert settled(rung, date(2023, 7, 1), None).next_timer(NOW) == datetime(2023, 6, 12, 9, tzinfo=VIETNAM)
    assert settled(rung, date(2023, 6, 1), date(2025, 7, 1)).next_timer(NOW) == datetime(2023, 6, 1, tzinfo=VIETNAM)


def test_a_day_that_has_begun_and_days_that_nobody_waits_for_are_no_stop() -> None:
    assert settled(None, date(2023, 5, 3)).next_timer(NOW) is None
    assert settled(None, None).next_timer(NOW) is None
