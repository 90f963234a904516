"""The rungs of a deadline's ladder as moments, and what is said when they are reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from caytre.contracts.notifications import (
    DeadlineDue,
    DeadlineDueSoon,
    DeadlineEscalated,
    DeadlineMessage,
    DeadlineOverdue,
    Step,
)
from caytre.core.clock import VIETNAM, day_of
from caytre.notifications.model.counting import BeyondTheCalendar, WorkingDays
from caytre.reference.ladders import Ladder, Rung


def steps_of(
    ladder: Ladder, due_on: date, counted: WorkingDays, before: Sequence[Step], now: datetime
) -> tuple[Step, ...]:
    """The rungs for a day, with what was reached of those before, without reminders for which it is too late."""
    steps = kept(before, [_step(rung, due_on, counted) for rung in ladder.steps], now)
    return tuple(step for step in steps if step.status != "DUE_SOON" or step.fired_at or step.at >= now)


def _step(rung: Rung, due_on: date, counted: WorkingDays) -> Step:
    try:
        day = counted.moved(due_on, rung.offset)
    except BeyondTheCalendar:
        day = due_on + timedelta(days=rung.offset)
    at = datetime.combine(day, rung.at, VIETNAM)
    return Step(name=rung.name, status=rung.status, level=rung.level, at=at, to=rung.to)


def said_of(step: Step, *, last: bool, missed: Sequence[str], **identity: object) -> DeadlineMessage:
    """The message of a rung. Of several reached at once only the last is told, and it names those before it."""
    about = {**identity, "to": step.to, "caught_up": not last, "missed": tuple(missed) if last else ()}
    match step.status, step.level:
        case "DUE_SOON", _:
            return DeadlineDueSoon.model_validate(about)
        case "DUE", _:
            return DeadlineDue.model_validate(about)
        case _, 1:
            return DeadlineOverdue.model_validate({**about, "level": 1})
        case _, level:
            return DeadlineEscalated.model_validate({**about, "level": level})


def kept(before: Sequence[Step], after: Sequence[Step], now: datetime) -> tuple[Step, ...]:
    """New steps with what was reached already: a rung stays reached unless its new moment is still to come."""
    fired = {step.name: step for step in before if step.fired_at is not None}
    return tuple(
        step.model_copy(update={"fired_at": fired[step.name].fired_at, "told": fired[step.name].told})
        if step.name in fired and step.at <= now
        else step
        for step in after
    )


def midnight_after(moment: datetime) -> datetime:
    """The beginning of the next day in Vietnam."""
    return datetime.combine(day_of(moment) + timedelta(days=1), datetime.min.time(), VIETNAM)
