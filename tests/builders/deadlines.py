"""Deadlines and their calendar for tests without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from caytre.contracts.message import INTERNAL
from caytre.contracts.message import Deadline as Wanted
from caytre.contracts.notifications import CalendarDay, Cause
from caytre.core.clock import VIETNAM
from caytre.core.ids import new_id
from caytre.notifications.model.calendar import Calendar
from caytre.notifications.model.counting import WorkingDays
from caytre.notifications.model.deadline import Deadline, Owner
from caytre.reference import public_days

THAI_BINH, HUNG_YEN, CAO_BANG = "VN-P-2008-34", "VN-P-2025-33", "VN-P-2008-04"
SEED = [CalendarDay(**day.model_dump()) for day in public_days.all_days()]


def calendar() -> Calendar:
    """The calendar as it is seeded, at version 1."""
    made, _ = Calendar.seed_with(public_days.EDITION, public_days.FIRST_YEAR, public_days.LAST_YEAR, SEED)
    made.version = 1
    return made


def counted() -> WorkingDays:
    """The seeded calendar as it is counted with."""
    return calendar().working_days()


def wanted(code: str = "AGR_PM_REPORT", **changed: Any) -> Wanted:
    """What a message carries: fifteen days from Friday 1 December 2023, so due on Monday 18 December."""
    fields: dict[str, Any] = {
        "code": code,
        "anchor": date(2023, 12, 1),
        "n": 15,
        "unit": "CALENDAR",
        "answerable": HUNG_YEN,
        "citation": "Luật 70/2020/QH14, Điều 19",
    }
    return Wanted(**(fields | changed))


def owner(localities: Sequence[str] = (THAI_BINH,), **changed: Any) -> Owner:
    """An agreement of Thái Bình."""
    fields: dict[str, Any] = {
        "ref": "agreement/01980000-0000-7000-8000-000000000003",
        "label": "Thỏa thuận minh họa",
        "sensitivity": INTERNAL,
        "localities": tuple(localities),
        "countries": ("KR",),
    }
    return Owner(**(fields | changed))


def cause(id: UUID | None = None) -> Cause:
    """The message that carried it."""
    return Cause(message_id=id or new_id(), type="caytre.agreement.signed.v1", correlation=new_id())


def at(day: str, hour: int = 9) -> datetime:
    """A moment of a day in Vietnam."""
    on = date.fromisoformat(day)
    return datetime(on.year, on.month, on.day, hour, tzinfo=VIETNAM).astimezone(UTC)


def opened(now: str = "2023-12-01", **changed: Any) -> Deadline:
    """An open deadline, opened on that day."""
    deadline, _ = Deadline.open(wanted(**changed), owner(), cause(), counted(), at(now))
    return deadline
