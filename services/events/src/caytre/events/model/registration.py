"""Registrations: a party has its places, waits for them in order, or asks for a change once the event is frozen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from caytre.contracts.events import (
    ChangeRefused,
    ChangeRequest,
    ChangeRequested,
    RegistrationApproved,
    RegistrationPromoted,
    RegistrationReceived,
    RegistrationRejected,
    RegistrationResized,
    RegistrationWaitlisted,
    RegistrationWithdrawn,
)
from caytre.contracts.message import Message
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.places import established
from caytre.core.refusals import Refusal
from caytre.events.model.event import Event
from caytre.events.model.party import Party
from caytre.events.model.seats import Seats
from caytre.events.model.statuses import changed_fields

#: A registration that is settled one way or the other takes no more requests than a person can read.
MOST_REQUESTS = 20


class RegistrationClosed(Refusal):
    en = "Registration for this event is not open; the event is {status}."
    vi = "Sự kiện này hiện không mở đăng ký; trạng thái sự kiện là {status}."


class NotThisWay(Refusal):
    en = "This event is {mode}; one cannot take part {wanted}."
    vi = "Sự kiện này tổ chức theo hình thức {mode}; không tham dự theo hình thức {wanted} được."


class NoRoomForMore(Refusal):
    en = "There is no room for a larger party, or others wait before it."
    vi = "Không còn chỗ cho đoàn đông hơn, hoặc đã có đoàn khác chờ trước."


class ChangesAreRequests(Refusal):
    en = "The event is {status}: ask the organiser for this change (/change-requests)."
    vi = "Sự kiện đang ở trạng thái {status}: hãy gửi đề nghị thay đổi cho ban tổ chức (/change-requests)."


class ChangeNeedsNoRequest(Refusal):
    en = "The event is {status}: make the change itself."
    vi = "Sự kiện đang ở trạng thái {status}: có thể thay đổi trực tiếp."


class NoSuchRequest(Refusal):
    en = "There is no open change request number {number}."
    vi = "Không có đề nghị thay đổi số {number} đang chờ trả lời."


class TooManyChangeRequests(Refusal):
    en = "This registration has {most} change requests; talk to the organiser."
    vi = "Đăng ký này đã có {most} đề nghị thay đổi; hãy liên hệ ban tổ chức."


class Registration(Party):
    """The registration of one party."""

    @classmethod
    def register(
        cls,
        *,
        id: UUID,
        event: Event,
        seats: Seats,
        locality: str | None,
        registered_by: Collection[str] = (),
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, Message, Seats | None]:
        """Enter a party: it has its places, waits, or waits for the organiser's approval.

        It concerns the event's localities, its own, and those for which it was `registered_by`. The third value is the
        ledger's next row, if places are touched. Raises RegistrationClosed, NotThisWay,
        LargerThanTheQuota, MoreNamedThanRegistered, LocalityNotKnown, Invalid, StateSecretNotAdmitted.
        """
        if event.status != "OPEN":
            raise RegistrationClosed(status=event.status)
        unit = established(locality, day_of(at)).id if locality else None
        registration = cls(
            id=id,
            event_id=event.id,
            event_title=event.public_title,
            sensitivity=event.sensitivity,
            status="PENDING",
            locality=unit,
            localities=tuple(dict.fromkeys((*event.localities, *((unit,) if unit else ()), *sorted(registered_by)))),
            registered_at=at,
            **particulars,
        )
        if event.mode not in {registration.mode, "hybrid"}:
            raise NotThisWay(pointer="/mode", mode=event.mode, wanted=registration.mode)
        registration.ensure_whole(seats)
        if event.moderated:
            return registration, RegistrationReceived(**registration.told()), None
        message, after = registration._admit(seats)
        return registration, message, after

    def _admit(self, seats: Seats) -> tuple[Message, Seats]:
        # Nobody overtakes: while a party waits, also for few places more than are free, later ones wait behind it.
        if seats.waiting == 0 and seats.has_room_for(self.party_size):
            self.status = "APPROVED"
            return RegistrationApproved(**self.told()), seats.take(self.party_size)
        after = seats.wait()
        self.status, self.waiting_place = "WAITLISTED", after.turn
        return RegistrationWaitlisted(**self.told(), waiting_place=after.turn), after

    def approve(self, event: Event, seats: Seats) -> tuple[Message, Seats]:
        """The organiser admits the party, or it waits in the list. Raises NotPossibleInStatus, RegistrationClosed."""
        self.ensure("PENDING")
        if event.status not in {"OPEN", "FROZEN", "LIVE"}:
            raise RegistrationClosed(status=event.status)
        self.ensure_whole(seats)
        return self._admit(seats)

    def reject(self, reason: str, seats: Seats) -> tuple[Message, Seats | None]:
        """The organiser does not admit the party. Raises NotPossibleInStatus."""
        self.ensure("PENDING", "WAITLISTED")
        admit(reason)
        after = seats.leave_list() if self.status == "WAITLISTED" else None
        self.status, self.reason, self.waiting_place = "REJECTED", reason, None
        return RegistrationRejected(**self.told(), reason=reason), after

    def promote(self, seats: Seats) -> tuple[Message, Seats]:
        """The first of the waiting list has its places. Raises NotPossibleInStatus, Oversold."""
        self.ensure("WAITLISTED")
        after = seats.promote(self.party_size)
        self.status, self.waiting_place = "APPROVED", None
        return RegistrationPromoted(**self.told()), after

    def withdraw(self, event: Event, seats: Seats, reason: str | None = None) -> tuple[Message, Seats | None]:
        """The party does not come. Its places are asked back by request once the event is frozen.

        Raises NotPossibleInStatus, ChangesAreRequests.
        """
        self.ensure("PENDING", "APPROVED", "WAITLISTED")
        if self.status == "APPROVED":
            _ensure_not_frozen(event)
        admit(reason)
        return self._withdrawn(seats, reason)

    def _withdrawn(self, seats: Seats, reason: str | None) -> tuple[Message, Seats | None]:
        before, after, freed = self.status, None, 0
        if before == "APPROVED":
            after, freed = seats.free(self.party_size), self.party_size
        elif before == "WAITLISTED":
            after = seats.leave_list()
        self.status, self.reason, self.waiting_place = "WITHDRAWN", reason, None
        return RegistrationWithdrawn(**self.told(), freed=freed, mode=self.mode), after

    def resize(self, size: int, event: Event, seats: Seats) -> tuple[Message, Seats | None]:
        """Make the party smaller or larger; who waits keeps its place in the list.

        Raises NotPossibleInStatus, AlreadyAsAsked, ChangesAreRequests, NoRoomForMore, LargerThanTheQuota,
        MoreNamedThanRegistered.
        """
        self.ensure("PENDING", "APPROVED", "WAITLISTED")
        if self.status == "APPROVED":
            _ensure_not_frozen(event)
        return self._resized(size, seats)

    def _resized(self, size: int, seats: Seats) -> tuple[Message, Seats | None]:
        changed_fields(self, {"party_size": size})
        more, after = size - self.party_size, None
        if self.status == "APPROVED":
            if more > 0 and (seats.waiting or not seats.has_room_for(more)):
                raise NoRoomForMore(pointer="/party_size")
            after = seats.take(more) if more > 0 else seats.free(-more)
        before, self.party_size = self.party_size, size
        try:
            self.ensure_whole(seats)
        except Refusal:
            self.party_size = before
            raise
        freed = -more if more < 0 and self.status == "APPROVED" else 0
        return RegistrationResized(**self.told(), freed=freed, mode=self.mode), after

    def request_change(
        self, *, kind: str, party_size: int | None, reason: str, event: Event, at: datetime
    ) -> ChangeRequested:
        """Ask the organiser of a frozen event for a change.

        Raises NotPossibleInStatus, ChangeNeedsNoRequest, TooManyChangeRequests.
        """
        self.ensure("APPROVED")
        admit(reason)
        if event.status not in {"FROZEN", "LIVE"}:
            raise ChangeNeedsNoRequest(status=event.status)
        if len(self.change_requests) >= MOST_REQUESTS:
            raise TooManyChangeRequests(most=MOST_REQUESTS)
        number = len(self.change_requests) + 1
        asked = ChangeRequest(number=number, kind=kind, party_size=party_size, reason=reason, requested_at=at)
        self.change_requests = (*self.change_requests, asked)
        return ChangeRequested(number=number, change=kind)

    def answer_change(
        self, *, number: int, approved: bool, answer: str | None, seats: Seats, at: datetime
    ) -> tuple[Message, Seats | None]:
        """The organiser grants or refuses a change that was asked for.

        Raises NotPossibleInStatus, NoSuchRequest, NoRoomForMore, AlreadyAsAsked.
        """
        self.ensure("APPROVED")
        admit(answer)
        asked = next((each for each in self.change_requests if each.number == number), None)
        if asked is None or asked.outcome is not None:
            raise NoSuchRequest(number=number)
        said: Message
        after: Seats | None = None
        if not approved:
            said = ChangeRefused(number=number, answer=answer or "")
        elif asked.kind == "withdraw":
            said, after = self._withdrawn(seats, asked.reason)
        else:
            said, after = self._resized(asked.party_size or self.party_size, seats)
        outcome = {"outcome": "approved" if approved else "refused", "answer": answer, "answered_at": at}
        self.change_requests = tuple(
            each.model_copy(update=outcome) if each.number == number else each for each in self.change_requests
        )
        return said, after


def _ensure_not_frozen(event: Event) -> None:
    if event.status in {"FROZEN", "LIVE", "HELD", "REPORTED", "CLOSED"}:
        raise ChangesAreRequests(status=event.status)
