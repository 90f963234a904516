"""A conflict of two delegations as a record: found, answered by both sides, closed when its cause is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from caytre.contracts.delegations import (
    ConflictAnswered,
    ConflictAnswerOverdue,
    ConflictChanged,
    ConflictClosed,
    ConflictFound,
    ConflictResolved,
    DelegationsDeadline,
    FindingState,
    Reply,
    Side,
)
from caytre.contracts.message import RESTRICTED, Deadline, Message, Settlement
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.delegations.model.conflicts import BLOCK, COORDINATE, Found
from caytre.delegations.model.life import NotAtThisStage, clock, met, only, procedure_on

PROCEDURE = "DELEGATION_OUTGOING"
MINISTRY = "MOFA"


class ConflictStays(Refusal):
    en = "A conflict of kind {conflict} is not answered by a reason: one of the two delegations has to change."
    vi = "Trùng lặp loại {conflict} không thể giải quyết bằng lý do: một trong hai đoàn phải thay đổi."


class AnsweredAlready(Refusal):
    en = "{by} has already answered this conflict."
    vi = "{by} đã trả lời trường hợp trùng lặp này."


class NotASide(Refusal):
    en = "{by} is no side of this conflict."
    vi = "{by} không phải là một bên của trường hợp trùng lặp này."


class AnswerNotNeeded(Refusal):
    en = "This conflict only informs ({severity}); it needs no answer."
    vi = "Trường hợp này chỉ để thông tin ({severity}), không cần trả lời."


class Finding(Record, FindingState):
    """A conflict; what it shows of each delegation is all that the other locality learns of it."""

    KIND: ClassVar[str] = "finding"

    @property
    def delegation_ids(self) -> tuple[UUID, UUID]:
        """The two delegations, in the order of their ids."""
        one, other = self.sides
        return one.delegation_id, other.delegation_id

    @property
    def must_be_answered(self) -> bool:
        """Whether both sides have to say how they resolve it."""
        return self.severity in {BLOCK, COORDINATE}

    @property
    def answerable(self) -> tuple[str, ...]:
        """Whose clocks it has: the first locality of each side."""
        return only(side.locality for side in self.sides)

    @property
    def senders(self) -> tuple[str, ...]:
        """The localities that may answer: the first of each side, then those that send it along."""
        return only((*self.answerable, *(locality for side in self.sides for locality in side.also)))

    @property
    def hinders(self) -> bool:
        """Whether it stands in the way of an approval: unanswered, or a block whose cause is still there."""
        return (self.severity == BLOCK and self.status != "CLOSED") or (self.must_be_answered and self.status == "OPEN")

    @classmethod
    def find(
        cls, found: Found, *, sides: tuple[Side, Side], sensitivity: str, localities: Sequence[str], at: datetime
    ) -> tuple[Self, ConflictFound]:
        """A conflict is found for the first time. `localities` may read it: both sides' of then and of today."""
        finding = cls(
            id=found.id,
            status="OPEN",
            conflict=found.conflict,
            severity=found.severity,
            sides=sides,
            first_day=found.first_day,
            last_day=found.last_day,
            countries=tuple(dict.fromkeys(country for side in sides for country in side.countries)),
            localities=tuple(dict.fromkeys(localities)),
            sensitivity=sensitivity,
            found_at=at,
        )
        return finding, ConflictFound(**finding._said(), round=1, deadlines=finding._clocks(at))

    def see_again(self, found: Found, *, sides: tuple[Side, Side], at: datetime) -> Message | None:
        """A later search finds it too: None when nothing about it has changed.

        It is opened anew when it had been closed, or when it has become graver since it was answered.
        """
        fresh: Mapping[str, Any] = {
            "severity": found.severity,
            "sides": sides,
            "first_day": found.first_day,
            "last_day": found.last_day,
        }
        before = {name: getattr(self, name) for name in fresh}
        if self.status != "CLOSED" and before == fresh:
            return None
        moved = (before["first_day"], before["last_day"]) != (found.first_day, found.last_day)
        graver = _GRAVITY[found.severity] > _GRAVITY[before["severity"]]
        again = self.status == "CLOSED" or (self.status == "RESOLVED" and (moved or graver))
        settles = self._running()
        for name, value in fresh.items():
            setattr(self, name, value)
        self.countries = tuple(dict.fromkeys(country for side in sides for country in side.countries))
        if again:
            self.status, self.round, self.replies, self.overdue, self.ended_at = "OPEN", self.round + 1, (), (), None
            return ConflictFound(**self._said(), round=self.round, deadlines=self._clocks(at))
        if self.status == "OPEN" and graver and not settles:
            return ConflictFound(**self._said(), round=self.round, deadlines=self._clocks(at))
        return ConflictChanged(**self._said(), settles=() if self.must_be_answered else settles)

    def answer(self, *, by: str, how: str, reason: str, at: datetime) -> ConflictAnswered | ConflictResolved:
        """One locality of a side, or the ministry for both, says how the conflict is resolved.

        One answer is one side's. The first locality of a side answers for that one alone, also where it sends the other
        delegation along; who sends both along answers for either.

        Raises NotAtThisStage, NotASide, AnsweredAlready, AnswerNotNeeded, ConflictStays, StateSecretNotAdmitted.
        """
        if self.status != "OPEN":
            raise NotAtThisStage(status=self.status, allowed="OPEN")
        if not self.must_be_answered:
            raise AnswerNotNeeded(severity=self.severity)
        side = self._answered_by(by) if by != MINISTRY else None
        if self.severity == BLOCK and how == "proceed_with_reason":
            raise ConflictStays(pointer="/how", conflict=self.conflict)
        admit(reason)
        settles = tuple(s for s in self._running() if side in {None, s.discriminator})
        on_behalf_of = side if side != by else None
        self.replies = (*self.replies, Reply(by=by, on_behalf_of=on_behalf_of, how=how, reason=reason, given_at=at))
        if side is not None and self._running():
            return ConflictAnswered(**self._said(), by=by, how=how, settles=settles)
        self.status, self.ended_at = "RESOLVED", at
        return ConflictResolved(**self._said(), by=by, how=how, settles=settles)

    def spoken_for(self, localities: Iterable[str]) -> tuple[str, ...]:
        """As which of these senders who speaks for all of them may answer: as the first of a side for no other side."""
        senders = only(localities)
        return tuple(locality for locality in senders if locality in self.answerable) or senders

    def awaits(self, locality: str) -> bool:
        """Whether a side that this locality sends, alone or with others, has not answered yet."""
        sent = self._sent_by(locality)
        return any(settlement.discriminator in sent for settlement in self._running())

    def close(self, at: datetime) -> ConflictClosed | None:
        """The cause is gone; None when it is closed already."""
        if self.status == "CLOSED":
            return None
        settles = self._running()
        self.status, self.ended_at = "CLOSED", at
        return ConflictClosed(**self._said(), settles=settles)

    def ran_over(self, locality: str, round: int) -> ConflictAnswerOverdue | None:
        """A locality has not answered in time; None when that is settled or said already."""
        waits = any(s.discriminator == locality and s.round == round for s in self._running())
        if not waits or locality in self.overdue:
            return None
        self.overdue = (*self.overdue, locality)
        return ConflictAnswerOverdue(**self._said(), locality=locality)

    def _said(self) -> dict[str, Any]:
        return {"conflict": self.conflict, "severity": self.severity, "delegation_ids": self.delegation_ids}

    def _sent_by(self, locality: str) -> tuple[str, ...]:
        if locality in self.answerable:
            return (locality,)
        return only(side.locality for side in self.sides if locality in side.also)

    def _unanswered(self) -> set[str]:
        return set(self.answerable) - {reply.on_behalf_of or reply.by for reply in self.replies}

    def _answered_by(self, locality: str) -> str:
        """The side whose answer this is, by its first locality. Raises NotASide, AnsweredAlready."""
        sent = self._sent_by(locality)
        if not sent:
            raise NotASide(by=locality)
        waiting = self._unanswered()
        side = next((first for first in sent if first in waiting), None)
        if side is None:
            raise AnsweredAlready(by=next(r.by for r in self.replies if (r.on_behalf_of or r.by) in sent))
        return side

    def _clocks(self, at: datetime) -> tuple[Deadline, ...]:
        if not self.must_be_answered:
            return ()
        procedure = procedure_on(PROCEDURE, at)
        return tuple(
            clock(
                procedure,
                DelegationsDeadline.DEL_CONFLICT_ANSWER,
                anchor=day_of(at),
                answerable=locality,
                discriminator=locality,
                round=self.round,
            )
            for locality in self.answerable
        )

    def _running(self) -> tuple[Settlement, ...]:
        if self.status != "OPEN" or not self.must_be_answered:
            return ()
        waiting = self._unanswered()
        return tuple(
            met(DelegationsDeadline.DEL_CONFLICT_ANSWER, locality, self.round)
            for locality in self.answerable
            if locality in waiting
        )


_GRAVITY = {"INFO": 0, "WARN": 1, COORDINATE: 2, BLOCK: 3}


def sensitivity_of(*sensitivities: str) -> str:
    """Of a conflict: restricted as soon as one delegation is."""
    return RESTRICTED if RESTRICTED in sensitivities else "internal"
