"""The deadline: opened by what a message carries, counted by the calendar, reminded of, met or waived.

Its identity is (owner, code, discriminator, round), and its id is made from it, so that a settlement finds it from any
message, also one that comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from caytre.contracts.message import Deadline as Wanted
from caytre.contracts.message import Document, Message, Provenance
from caytre.contracts.notifications import (
    Acknowledgement,
    Cause,
    DeadlineAcknowledged,
    DeadlineMet,
    DeadlineReclassified,
    DeadlineRescheduled,
    DeadlineScheduled,
    DeadlineState,
    DeadlineWaived,
    FormerDate,
    LadderRef,
    Said,
    Waiver,
)
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.notifications.model.calendar import NAMES
from caytre.notifications.model.climbing import said_of, steps_of
from caytre.notifications.model.counting import BeyondTheCalendar, WorkingDays
from caytre.notifications.model.places import is_locality, with_successors
from caytre.reference import ladders

STILL_OPEN = frozenset({"SCHEDULED", "DUE_SOON", "DUE", "OVERDUE", "UNANCHORED"})
#: So many skipped days stand in the state; a longer count says in its explanation how many there were.
MOST_SKIPPED = 60
#: So many notes fit into a message with everything else, each of the longest there may be.
MOST_ACKNOWLEDGEMENTS = 50

THE_CALENDAR = Said(vi="lịch nghỉ thay đổi", en="the calendar has changed")
THE_OWNER = Said(vi="hồ sơ thay đổi mốc tính", en="the record has changed the anchor")


class DeadlineNotOpen(Refusal):
    en = "The deadline is not open any more ({status})."
    vi = "Thời hạn không còn mở ({status})."


class NothingToAcknowledge(Refusal):
    en = "The deadline has not come near yet ({status}), so there is nothing to take note of."
    vi = "Thời hạn chưa đến gần ({status}) nên chưa có gì để ghi nhận."


class LevelAlreadyAcknowledged(Refusal):
    en = "You or your organisation have taken note of this deadline at level {level}."
    vi = "Bạn hoặc cơ quan của bạn đã ghi nhận thời hạn này ở mức {level}."


class TooManyAcknowledgements(Refusal):
    en = "Note was taken of this deadline {most} times; no more notes are kept."
    vi = "Thời hạn này đã được ghi nhận {most} lần; không lưu thêm ghi nhận nào nữa."


class StatutoryNotWaivable(Refusal):
    en = "{citation} sets this time limit; it can be lifted only with the paper that says so. Give its number."
    vi = "Thời hạn này do {citation} quy định; chỉ được bỏ khi có văn bản cho phép. Hãy nêu số văn bản."


@dataclass(frozen=True, slots=True)
class Owner:
    """The record whose message carried the deadline, as that message showed it."""

    ref: str
    label: str | None
    sensitivity: str
    localities: tuple[str, ...]
    countries: tuple[str, ...] = ()
    consultees: tuple[str, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)


class Deadline(DeadlineState, Record):
    """Something that falls due, of a record of any service."""

    KIND: ClassVar[str] = "deadline"

    def confidential_fields(self) -> frozenset[str]:
        """None: of a restricted record too, obligations are part of what its localities and agencies share."""
        return frozenset()

    def reference(self) -> str | None:
        """The code, for traces."""
        return self.code

    @classmethod
    def open(
        cls, wanted: Wanted, owner: Owner, cause: Cause, counted: WorkingDays, at: datetime
    ) -> tuple[Self, Message]:
        """What a message asked to be watched. One that was over when it came in has no ladder and is told to nobody."""
        ladder = ladders.ladder(ladders.kind_of(wanted.code).ladder, day_of(at))
        deadline = cls(
            id=deadline_id(owner.ref, wanted.code, wanted.discriminator, wanted.round),
            owner=owner.ref,
            owner_label=owner.label,
            code=wanted.code,
            discriminator=wanted.discriminator,
            round=wanted.round,
            status="SCHEDULED",
            n=wanted.n,
            unit=wanted.unit,
            answerable=wanted.answerable,
            citation=wanted.citation,
            verified=wanted.verified,
            ladder=LadderRef(code=ladder.code, version=ladder.version),
            opened_at=at,
            cause=cause,
            provenance=owner.provenance,
        )
        deadline._belong(owner)
        deadline._count(wanted.anchor, wanted.anchor_missing, counted, historical=wanted.historical, now=at)
        text = deadline.explanation.en if deadline.explanation else ""
        return deadline, DeadlineScheduled(**deadline._identity(), explanation=text)

    def _belong(self, owner: Owner) -> None:
        self.sensitivity = owner.sensitivity
        self.localities = with_successors(
            (*owner.localities, *((self.answerable,) if is_locality(self.answerable) else ()))
        )
        self.countries = owner.countries
        asked = () if is_locality(self.answerable) else (self.answerable,)
        self.consultees = tuple(dict.fromkeys((*asked, *owner.consultees)))

    def _count(
        self, anchor: date | None, missing: str | None, counted: WorkingDays, *, historical: bool, now: datetime
    ) -> None:
        self.anchor, self.anchor_missing, self.calendar_version = anchor, missing, counted.version
        self.due_on, self.explanation, self.skipped, self.roll = None, None, (), None
        if anchor is not None:
            try:
                found = counted.count(anchor, self.n, self.unit)
            except BeyondTheCalendar as beyond:
                self.anchor_missing = beyond.sentence("en")
            else:
                self.due_on, self.explanation, self.roll = found.day, found.explanation, found.roll
                self.skipped, self.calendar_known = found.skipped[:MOST_SKIPPED], found.known
        if historical:
            self.status, self.steps = "HISTORICAL", ()
        elif self.due_on is None:
            self.status, self.steps, self.level = "UNANCHORED", (), 0
        else:
            ladder = ladders.by_version(self.ladder.code, self.ladder.version)
            self.steps = steps_of(ladder, self.due_on, counted, self.steps, now)
            reached = [step for step in self.steps if step.fired_at is not None]
            self.status = reached[-1].status if reached else "SCHEDULED"
            self.level = reached[-1].level if reached else 0
        self._wait()

    def _wait(self) -> None:
        waiting = [step.at for step in self.steps if step.fired_at is None]
        self.next_at = min(waiting, default=None) if self.status in STILL_OPEN else None

    def _identity(self) -> dict[str, Any]:
        return {
            "owner": self.owner,
            "code": self.code,
            "discriminator": self.discriminator,
            "round": self.round,
            "due_on": self.due_on,
        }

    def fire(self, now: datetime) -> tuple[Message, ...]:
        """What has come by now, in order. After downtime all of it is said, but only the last is to be told."""
        reached = [step for step in self.steps if step.fired_at is None and step.at <= now]
        if self.status not in STILL_OPEN or not reached:
            return ()
        last, names = reached[-1], [step.name for step in reached]
        messages = tuple(said_of(step, last=step is last, missed=names[:-1], **self._identity()) for step in reached)
        self.steps = tuple(
            step.model_copy(update={"fired_at": now, "told": step is last}) if step in reached else step
            for step in self.steps
        )
        self.status, self.level = last.status, last.level
        self._wait()
        return messages

    def settle(self, on: date, by: UUID) -> Message | None:
        """The owner says that it is done, or moot. None when it was over already."""
        if self.status not in STILL_OPEN and self.status != "HISTORICAL":
            return None
        self.status, self.met_on, self.settled_by = "MET", on, by
        self.late = self.due_on is not None and on > self.due_on
        self._wait()
        return DeadlineMet(**self._identity(), on=on)

    def ask_again(self, wanted: Wanted, counted: WorkingDays, at: datetime) -> Message | None:
        """The owner carries the same deadline again: with another anchor or length it moves. None if nothing does."""
        same = (wanted.anchor, wanted.n, wanted.unit, wanted.anchor_missing) == (
            self.anchor,
            self.n,
            self.unit,
            self.anchor_missing,
        )
        if self.status not in STILL_OPEN or (same and wanted.answerable == self.answerable):
            return None
        before = self._former(at, THE_OWNER)
        self.n, self.unit, self.answerable = wanted.n, wanted.unit, wanted.answerable
        self._count(wanted.anchor, wanted.anchor_missing, counted, historical=wanted.historical, now=at)
        return self._moved(before)

    def recount(self, counted: WorkingDays, at: datetime) -> Message | None:
        """Count anew with a later calendar. None when the day and the reminders stay as they are."""
        if self.status not in STILL_OPEN or self.anchor is None or counted.version <= self.calendar_version:
            return None
        before, ahead = self._former(at, THE_CALENDAR), self._ahead(at)
        self._count(self.anchor, self.anchor_missing, counted, historical=False, now=at)
        return self._moved(before) if self._ahead(at) != ahead else None

    def _ahead(self, now: datetime) -> tuple[date | None, list[datetime]]:
        return self.due_on, [step.at for step in self.steps if step.at > now]

    def _former(self, at: datetime, reason: Said) -> FormerDate:
        return FormerDate(
            due_on=self.due_on, anchor=self.anchor, calendar_version=self.calendar_version, until=at, reason=reason
        )

    def _moved(self, before: FormerDate) -> Message:
        self.history = (*self.history, before)
        text = self.explanation.en if self.explanation else ""
        return DeadlineRescheduled(**self._identity(), was_due_on=before.due_on, explanation=text)

    def waive(self, *, reason: str, document: Document | None, by: str | None, at: datetime) -> Message:
        """A competent officer lifts it. Raises DeadlineNotOpen, StatutoryNotWaivable, StateSecretNotAdmitted."""
        if self.status not in STILL_OPEN:
            raise DeadlineNotOpen(status=self.status)
        if self.citation and document is None:
            raise StatutoryNotWaivable(pointer="/document", citation=self.citation)
        admit(reason, document)
        self.status, self.waiver = "WAIVED", Waiver(at=at, reason=reason, by=by, document=document)
        self._wait()
        return DeadlineWaived(**self._identity(), reason=reason)

    def acknowledge(self, *, note: str | None, by: str | None, at: datetime) -> Message:
        """Take note of what was told, once at each level; it stays open.

        Raises DeadlineNotOpen, NothingToAcknowledge, LevelAlreadyAcknowledged, TooManyAcknowledgements.
        """
        if self.status not in STILL_OPEN:
            raise DeadlineNotOpen(status=self.status)
        if not any(step.fired_at for step in self.steps):
            raise NothingToAcknowledge(status=self.status)
        if any((each.by, each.level) == (by, self.level) for each in self.acknowledgements):
            raise LevelAlreadyAcknowledged(level=self.level)
        if len(self.acknowledgements) >= MOST_ACKNOWLEDGEMENTS:
            raise TooManyAcknowledgements(most=MOST_ACKNOWLEDGEMENTS)
        admit(note)
        self.acknowledgements = (*self.acknowledgements, Acknowledgement(at=at, level=self.level, by=by, note=note))
        return DeadlineAcknowledged(**self._identity(), level=self.level)

    def follow(self, owner: Owner) -> Message | None:
        """Take over the owner's sensitivity and localities. None when nothing changes."""
        before = (self.sensitivity, self.localities, self.countries, self.consultees)
        self._belong(owner)
        if before == (self.sensitivity, self.localities, self.countries, self.consultees):
            return None
        if owner.label is None:
            self.owner_label = None
        return DeadlineReclassified(**self._identity())


def deadline_id(owner: str, code: str, discriminator: str, round: int) -> UUID:
    """The id of a deadline, by its identity; the parts are told apart by their lengths."""
    parts = (owner, code, discriminator, str(round))
    return uuid5(NAMES, "deadline/" + "".join(f"{len(part)}:{part}" for part in parts))


def settled_before(deadline: Deadline, settled: Sequence[tuple[date, UUID]]) -> tuple[Message, ...]:
    """What follows from a settlement that came before its deadline: it is born met."""
    messages = (deadline.settle(on, by) for on, by in settled[:1])
    return tuple(message for message in messages if message is not None)
