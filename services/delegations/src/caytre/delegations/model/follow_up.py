"""What has to be followed up because it was promised or is due: who does it until when, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from caytre.contracts.delegations import (
    DelegationsDeadline,
    FollowUpCompleted,
    FollowUpCreated,
    FollowUpDropped,
    FollowUpOverdue,
    FollowUpPromoted,
    FollowUpRescheduled,
    FollowUpState,
)
from caytre.contracts.lineage import Ref
from caytre.contracts.message import Deadline, Document, Provenance, Settlement
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.delegations.model.life import DayTooEarly, Living, NothingToChange, met, on_the_day


class FollowUp(Living, FollowUpState):
    """Something to be done."""

    KIND: ClassVar[str] = "follow_up"

    @property
    def countries(self) -> tuple[str, ...]:
        """None: it is the locality's own business."""
        return ()

    @classmethod
    def create(
        cls,
        *,
        id: UUID,
        text: str,
        owner: str,
        due_on: date | None,
        source: Ref,
        localities: Sequence[str],
        sensitivity: str = "internal",
        provenance: Provenance | None = None,
    ) -> tuple[Self, FollowUpCreated]:
        """It is there from now on. What history brings starts no clock. Raises StateSecretNotAdmitted."""
        admit(text, owner)
        follow_up = cls(
            id=id,
            status="OPEN",
            text=text,
            owner=owner,
            due_on=due_on,
            source=source,
            localities=tuple(localities),
            sensitivity=sensitivity,
            provenance=provenance or Provenance(),
        )
        origin = follow_up.provenance.origin
        deadlines = tuple(d.model_copy(update={"historical": origin != "act"}) for d in follow_up._clock())
        return follow_up, FollowUpCreated(**follow_up._said(), origin=origin, deadlines=deadlines)

    def reschedule(self, *, due_on: date, reason: str, at: datetime) -> FollowUpRescheduled:
        """Set its day anew. Raises NotAtThisStage, DayTooEarly, NothingToChange, StateSecretNotAdmitted."""
        self.ensure("OPEN")
        admit(reason)
        if due_on < day_of(at):
            raise DayTooEarly(pointer="/due_on", day=due_on, since=day_of(at))
        if due_on == self.due_on:
            raise NothingToChange
        settles = self._running()
        self.round += 1
        self.due_on, self.overdue = due_on, False
        return FollowUpRescheduled(**self._said(), reason=reason, settles=settles, deadlines=self._clock())

    def complete(self, *, outcome: str, document: Document | None, at: datetime) -> FollowUpCompleted:
        """It is done. Raises NotAtThisStage, DocumentFromTheFuture, StateSecretNotAdmitted."""
        self.ensure("OPEN")
        self._end(outcome, document, at)
        settles = self._running()
        self.status = "DONE"
        return FollowUpCompleted(**self._said(), outcome=outcome, settles=settles)

    def drop(self, *, reason: str, document: Document | None, at: datetime) -> FollowUpDropped:
        """It will not be done. Raises NotAtThisStage, DocumentFromTheFuture, StateSecretNotAdmitted."""
        self.ensure("OPEN")
        self._end(reason, document, at)
        settles = self._running()
        self.status = "DROPPED"
        return FollowUpDropped(**self._said(), reason=reason, settles=settles)

    def promote(self, to: Ref) -> FollowUpPromoted:
        """It has become a record of its own. Raises NotAtThisStage, NothingToChange, StateSecretNotAdmitted."""
        self.ensure("OPEN")
        admit(to)
        if self.promoted_to is not None:
            raise NothingToChange
        self.promoted_to = to
        return FollowUpPromoted(**self._said(), to=to)

    def ran_over(self, round: int) -> FollowUpOverdue | None:
        """Its day is over; None when it is settled, was set anew, or this was said."""
        if self.status != "OPEN" or self.overdue or round != self.round:
            return None
        self.overdue = True
        return FollowUpOverdue(**self._said())

    def _end(self, outcome: str, document: Document | None, at: datetime) -> None:
        admit(outcome, document)
        if document:
            issued(document, day_of(at))
        self.outcome, self.document = outcome, document

    def _said(self) -> dict[str, Any]:
        return {"owner": self.owner, "due_on": self.due_on, "source": self.source}

    def _clock(self) -> tuple[Deadline, ...]:
        if self.due_on is None:
            return ()
        return (on_the_day(DelegationsDeadline.FOLLOW_UP, self.due_on, self.owner, self.round),)

    def _running(self) -> tuple[Settlement, ...]:
        return (met(DelegationsDeadline.FOLLOW_UP, round=self.round),) if self.due_on else ()
