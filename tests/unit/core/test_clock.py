"""Business time can be moved forward in a rehearsal; machine time never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from caytre.core import clock
from caytre.core.clock import VIETNAM, Backwards, Rehearsal, business_now, business_today, machine_now


@pytest.fixture(autouse=True)
def real_time_afterwards() -> Iterator[None]:
    yield
    clock.rehearse(None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


def test_without_a_rehearsal_business_time_is_machine_time() -> None:
    assert abs(business_now() - machine_now()) < timedelta(seconds=1)


def test_a_rehearsal_begins_with_the_first_moment_of_its_day_in_vietnam(path: Path) -> None:
    Rehearsal.begin(path, date(2023, 1, 1))
    clock.rehearse(path)
    assert business_today() == date(2023, 1, 1)
    assert business_now() - datetime(2023, 1, 1, tzinfo=VIETNAM) < timedelta(seconds=5)


def test_machine_time_is_not_moved(path: Path) -> None:
    Rehearsal.begin(path, date(2023, 1, 1))
    clock.rehearse(path)
    assert machine_now().year >= 2026


def test_all_who_read_the_clock_see_that_it_was_moved(path: Path) -> None:
    traveller = Rehearsal.begin(path, date(2023, 1, 1))
    clock.rehearse(path)
    traveller.travel(datetime(2025, 7, 1, tzinfo=VIETNAM))
    assert business_today() == date(2025, 7, 1)
    assert traveller.began == date(2023, 1, 1)


def test_it_only_moves_forward(path: Path) -> None:
    rehearsal = Rehearsal.begin(path, date(2023, 1, 1))
    with pytest.raises(Backwards):
        rehearsal.travel(datetime(2022, 12, 31, tzinfo=VIETNAM))
    assert clock.day_of(rehearsal.now()) == date(2023, 1, 1)


def test_a_clock_is_begun_once(path: Path) -> None:
    Rehearsal.begin(path, date(2023, 1, 1))
    with pytest.raises(FileExistsError):
        Rehearsal.begin(path, date(2024, 1, 1))
