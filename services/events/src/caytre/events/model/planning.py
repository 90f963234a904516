"""From the first draft to the plan: what the event is, and who will have to permit it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from caytre.contracts.events import (
    EventAmended,
    EventDrafted,
    EventPlanned,
    EventRescheduled,
    EventWithdrawn,
    Organiser,
    Permission,
    PermissionReopened,
    Schedule,
    Session,
)
from caytre.contracts.lineage import Link
from caytre.contracts.message import Message
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.places import established
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.events.model.casework import BEFORE_IT_BEGINS, Casework
from caytre.events.model.statuses import changed_fields, reclassify


class EventIsPast(Refusal):
    en = "The event would be on {day}, and today is {today}: what is over is recorded, not planned."
    vi = "Sự kiện ghi ngày {day}, hôm nay là {today}: việc đã qua thì ghi nhận lại, không lập kế hoạch."


class SessionsClash(Refusal):
    status = 422
    en = "{first} and {second} are at the same place at the same time."
    vi = "{first} và {second} ở cùng địa điểm và trùng giờ."


class SessionOutsideEvent(Refusal):
    status = 422
    en = "{session} is on {day}, which is no day of the event."
    vi = "{session} diễn ra ngày {day}, không thuộc thời gian của sự kiện."


#: What decides who permits: when one of these changes, a permission is looked at anew.
DECIDES_COMPETENCE = frozenset({"guests", "topics", "kind", "mode", "foreign_element", "venue"})


class Planning(Casework):
    """The draft, its particulars and its days."""

    #: What may be edited until the event begins.
    AMENDABLE: ClassVar[frozenset[str]] = frozenset(
        {
            "title_vi",
            "title_en",
            "series",
            "kind",
            "level",
            "mode",
            "channel",
            "description",
            "co_organisers",
            "countries",
            "topics",
            "foreign_element",
            "guests",
            "venue",
            "moderated",
            "meeting_grid",
            "sessions",
            "guest_names",
            "confidential_note",
        }
    )

    @classmethod
    def draft(
        cls,
        *,
        id: UUID,
        locality: str,
        at: datetime,
        organiser: str | None = None,
        co_organisers: Sequence[Organiser] = (),
        offered: bool = False,
        links: Sequence[Link] = (),
        **particulars: Any,
    ) -> tuple[Self, EventDrafted]:
        """Begin an event of a locality.

        Raises LocalityNotKnown, LocalityNotInBeing, SessionsClash, SessionOutsideEvent, Invalid,
        StateSecretNotAdmitted.
        """
        place = established(locality, day_of(at))
        event = cls(
            id=id,
            status="DRAFT",
            responsible_locality=place.id,
            lead_organiser=Organiser(kind="locality", name=organiser or place.name_vi, locality=place.id),
            co_organisers=tuple(co_organisers),
            offered=offered,
            links=tuple(links),
            **particulars,
        )
        event._ensure_whole(at)
        return event, EventDrafted(event_kind=event.kind, offered=offered)

    def _ensure_whole(self, at: datetime) -> None:
        shared = [organiser.locality for organiser in self.co_organisers if organiser.locality]
        units = [established(text, day_of(at)).id for text in shared]
        self.localities = tuple(dict.fromkeys((*self.localities, self.responsible_locality, *units)))
        self.ensure_particulars()
        ensure_sessions(self.sessions, self.schedule)
        admit(self)

    def amend(self, changes: Mapping[str, Any], at: datetime) -> tuple[Message, ...]:
        """Correct particulars; what decides who permits opens the permission again.

        Raises NotPossibleInStatus, AlreadyAsAsked, SessionsClash, SessionOutsideEvent, Invalid.
        """
        self.ensure("DRAFT", *BEFORE_IT_BEGINS, "POSTPONED")
        changed = changed_fields(self, dict(changes))
        before = self.guests
        running = self.running_deadlines()
        candidate = self.model_copy(update={field: changes[field] for field in changed})
        candidate._ensure_whole(at)
        for field in (*changed, "localities"):
            setattr(self, field, getattr(candidate, field))
        deciding = set(changed) & DECIDES_COMPETENCE
        if deciding == {"guests"} and _ranks(before) == _ranks(self.guests):
            deciding = set()
        permission = self.permission
        if not deciding or permission is None:
            return (EventAmended(fields=changed),)
        if self.status == "PLANNED" and permission.settled is None:
            fresh = self.judge(at, round=permission.round, because=permission.reopened_because)
            if _asks(fresh) == _asks(permission):
                # The clock runs on; what the judgement rests on is the event as it is now.
                self.permission = fresh.model_copy(update={"application_missed_at": permission.application_missed_at})
                return (EventAmended(fields=changed, judged_anew=self.permission != permission),)
        return (EventAmended(fields=changed), self.reopen(tuple(sorted(deciding)), at, running))

    def reopen(self, because: tuple[str, ...], at: datetime, running: tuple[Any, ...]) -> PermissionReopened:
        """Look at the permission anew: the next round, and what ran of the last one ends."""
        round = self.permission.round + 1 if self.permission else 1
        self.permission = self.judge(at, round=round, because=because)
        if self.status != "POSTPONED":
            self.status = "PLANNED"
        return PermissionReopened(
            because=because,
            authority=self.permission.authority,
            round=round,
            lead_days=self.permission.lead_days,
            deadlines=self.apply_clock() if self.status == "PLANNED" else (),
            settles=running,
        )

    def plan(self, at: datetime) -> EventPlanned:
        """Put the event into the plan: from now on it is known who permits it and until when to apply.

        Raises NotPossibleInStatus, ScheduleMissing, EventIsPast, NoRulesForTheDay.
        """
        self.ensure("DRAFT")
        self.ensure_ahead(at)
        self.permission = self.judge(at)
        self.status, self.offered = "PLANNED", False
        return EventPlanned(
            authority=self.permission.authority,
            certain=self.permission.certain,
            lead_days=self.permission.lead_days,
            deadlines=self.apply_clock(),
        )

    def ensure_ahead(self, at: datetime) -> None:
        """Raises ScheduleMissing, EventIsPast."""
        if self.first_day() < day_of(at):
            raise EventIsPast(pointer="/schedule", day=self.first_day(), today=day_of(at))

    def reschedule(self, schedule: Schedule, at: datetime) -> tuple[Message, ...]:
        """Give the event other days. Lead time is counted again, and what no longer fits is applied for anew.

        Raises NotPossibleInStatus, AlreadyAsAsked, EventIsPast, SessionOutsideEvent.
        """
        self.ensure("DRAFT", *BEFORE_IT_BEGINS, "POSTPONED")
        changed_fields(self, {"schedule": schedule})
        before = self.schedule.vietnam_starts_on if self.schedule else None
        running, postponed = self.running_deadlines(), self.status == "POSTPONED"
        self.model_copy(update={"schedule": schedule}).ensure_ahead(at)
        ensure_sessions(self.sessions, schedule)
        self.schedule = schedule
        reopened = self._no_longer_fits(postponed)
        said = EventRescheduled(before=before, starts_on=self.first_day(), reopened=reopened)
        if postponed:
            granted = self.permission is not None and self.permission.status == "permitted"
            self.status, self.ending = ("PERMISSION_GRANTED" if granted else "PLANNED"), None
        return (said, self.reopen(("schedule",), at, running)) if reopened else (said,)

    def _no_longer_fits(self, postponed: bool) -> bool:
        permission = self.permission
        if self.status == "DRAFT" or permission is None or permission.status == "not_required":
            return False
        if permission.status == "to_apply" or permission.applied_at is None:
            return True
        if postponed and permission.status != "permitted":
            return True
        days = (self.first_day() - day_of(permission.applied_at)).days
        return permission.lead_days is not None and permission.lateness is None and days < permission.lead_days

    def classify(self, sensitivity: str, *, confirmed: bool) -> Message:
        """Raise or lower the sensitivity. Raises PublishedStays, AlreadyAsAsked."""
        raised = reclassify(self, sensitivity, confirmed=confirmed)
        return EventWithdrawn() if raised else EventAmended(fields=("sensitivity",))


def _asks(permission: Permission) -> tuple[str, bool, int | None]:
    return permission.authority, permission.certain, permission.lead_days


def _ranks(guests: Any) -> tuple[str | None, str | None]:
    return guests.rank, guests.former_rank


def ensure_sessions(sessions: Sequence[Session], schedule: Schedule | None) -> None:
    """Raises SessionOutsideEvent, SessionsClash, and Invalid for two sessions under one code or one that ends early."""
    if len({session.code for session in sessions}) != len(sessions):
        raise Invalid(pointer="/sessions", reason=Words("hai phiên trùng mã", "two sessions have the same code"))
    for n, session in enumerate(sessions):
        if session.from_time and session.to_time and session.to_time <= session.from_time:
            raise Invalid(
                pointer=f"/sessions/{n}",
                reason=Words("phiên kết thúc trước khi bắt đầu", "the session ends before it begins"),
            )
        if session.on and schedule and not schedule.starts_on.earliest <= session.on <= schedule.ends_on.latest:
            raise SessionOutsideEvent(pointer=f"/sessions/{n}/on", session=session.title, day=session.on)
        for other in sessions[:n]:
            if _meet(session, other):
                raise SessionsClash(pointer=f"/sessions/{n}", first=other.title, second=session.title)


def _meet(one: Session, other: Session) -> bool:
    if one.on is None or one.on != other.on or not one.place or one.place != other.place:
        return False
    if not (one.from_time and one.to_time and other.from_time and other.to_time):
        return False
    return one.from_time < other.to_time and other.from_time < one.to_time
