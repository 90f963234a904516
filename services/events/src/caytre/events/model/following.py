"""Looking at a lead again 30, 90 and 180 days after its event."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from caytre.contracts.events import (
    EventDeadline,
    LeadFollowedUp,
    LeadFollowUp,
    LeadFollowUpOverdue,
    LeadFollowUpsScheduled,
    LeadState,
)
from caytre.contracts.message import Deadline, Settlement
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.events.model import statuses
from caytre.events.model.casework import rules_on
from caytre.events.model.clocks import deadline, settled

ALIVE = ("OPEN", "QUALIFIED", "NEGOTIATING", "DORMANT")


class NoSuchFollowUp(Refusal):
    en = "No follow-up {days} days after the event is open."
    vi = "Không có mốc theo dõi {days} ngày sau sự kiện đang chờ thực hiện."


class Following(Record, LeadState):
    """The follow-ups of a lead."""

    KIND: ClassVar[str] = "lead"

    def schedule_follow_ups(self, ended_on: date, at: datetime) -> LeadFollowUpsScheduled | None:
        """The event of the lead is over; None when the lead is ended or is followed up already."""
        if self.status not in ALIVE or self.follow_ups:
            return None
        clocks = self.followed_up_from(ended_on, at)
        return LeadFollowUpsScheduled(days=tuple(each.days for each in self.follow_ups), deadlines=clocks)

    def followed_up_from(self, ended_on: date, at: datetime) -> tuple[Deadline, ...]:
        """Plan the follow-ups from the end of the event; a day that is over already is history and sends no mail."""
        today = day_of(at)
        limits = rules_on(today).time_limits(EventDeadline.EVT_LEAD_FOLLOWUP)
        self.follow_ups = tuple(LeadFollowUp(days=limit.n) for limit in limits)
        return tuple(
            deadline(limit, anchor=ended_on, answerable=self.owner_locality).model_copy(
                update={"historical": ended_on + timedelta(days=limit.n) < today}
            )
            for limit in limits
        )

    def follow_up(self, *, days: int, note: str, at: datetime) -> LeadFollowedUp:
        """Look at the lead so many days after the event. Raises NotPossibleInStatus, NoSuchFollowUp."""
        self.ensure(*ALIVE)
        admit(note)
        if not any(each.days == days and each.done_at is None for each in self.follow_ups):
            raise NoSuchFollowUp(days=days)
        self._follow_up(days, note=note, done_at=at)
        return LeadFollowedUp(days=days, settles=(settled(EventDeadline.EVT_LEAD_FOLLOWUP, str(days)),))

    def follow_up_ran_over(self, days: int, at: datetime) -> LeadFollowUpOverdue | None:
        """Nobody has looked at the lead in time; None when somebody has, or the lead is ended."""
        waits = any(each.days == days and not each.done_at and not each.overdue_at for each in self.follow_ups)
        if self.status not in ALIVE or not waits:
            return None
        self._follow_up(days, overdue_at=at)
        return LeadFollowUpOverdue(days=days, since=at)

    def running_deadlines(self) -> tuple[Settlement, ...]:
        """The follow-ups that are still to come."""
        return tuple(
            settled(EventDeadline.EVT_LEAD_FOLLOWUP, str(each.days)) for each in self.follow_ups if each.done_at is None
        )

    def ensure(self, *allowed: str) -> None:
        """Raises NotPossibleInStatus."""
        statuses.ensure(self.KIND, self, *allowed)

    def _follow_up(self, days: int, **changes: Any) -> None:
        self.follow_ups = tuple(
            each.model_copy(update=changes) if each.days == days else each for each in self.follow_ups
        )
