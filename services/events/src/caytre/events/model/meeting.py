"""Business meetings: asked for, agreed on a slot and a table that nobody else has, held."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from caytre.contracts.events import (
    EventDeadline,
    MeetingAccepted,
    MeetingCancelled,
    MeetingDeclined,
    MeetingExpired,
    MeetingHeld,
    MeetingHidden,
    MeetingNoShow,
    MeetingParty,
    MeetingReoffered,
    MeetingRequested,
    MeetingState,
)
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import RESTRICTED, Deadline, Settlement, is_restricted
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.events.model import statuses
from caytre.events.model.casework import WITH_REGISTRATIONS, rules_on
from caytre.events.model.clocks import deadline, settled
from caytre.events.model.event import Event
from caytre.events.model.registration import Registration


class NoMeetingsNow(Refusal):
    en = "Meetings are asked for and agreed while the event is open, frozen or live; it is {status}."
    vi = "Chỉ hẹn gặp khi sự kiện đang mở đăng ký, đã chốt hoặc đang diễn ra; trạng thái là {status}."


class NoMeetingGrid(Refusal):
    en = "This event has no slots and tables for meetings."
    vi = "Sự kiện này chưa có khung giờ và bàn gặp gỡ."


class NotInTheGrid(Refusal):
    status = 422
    en = "The event has {slots} slots and {tables} tables."
    vi = "Sự kiện có {slots} khung giờ và {tables} bàn."


class NotTakingPart(Refusal):
    en = "{organisation} takes no part in this event: its registration is {status}."
    vi = "{organisation} không tham dự sự kiện này: đăng ký đang ở trạng thái {status}."


class WithOneself(Refusal):
    status = 422
    en = "A party cannot meet itself."
    vi = "Một đoàn không thể hẹn gặp chính mình."


class PartyAlreadyMeets(Refusal):
    en = "One of the parties already has a meeting in this slot."
    vi = "Một trong hai bên đã có cuộc gặp khác trong khung giờ này."


class TableAlreadyTaken(Refusal):
    en = "This table is already taken in this slot."
    vi = "Bàn này đã có cuộc gặp khác trong khung giờ này."


class MeetingNotYetPossible(Refusal):
    en = "The event is {status}; whether a meeting took place is told once it is LIVE."
    vi = "Sự kiện đang ở trạng thái {status}; chỉ ghi nhận kết quả cuộc gặp khi sự kiện diễn ra (LIVE)."


class NoPartyOfTheMeeting(Refusal):
    status = 422
    en = "{party} is no party of this meeting."
    vi = "{party} không phải là bên của cuộc gặp này."


class Meeting(Record, MeetingState):
    """A meeting of two parties."""

    KIND: ClassVar[str] = "meeting"
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"confidential_note"})

    confidential_note: str | None = None

    @classmethod
    def request(
        cls,
        *,
        id: UUID,
        event: Event,
        requester: Registration,
        addressee: Registration,
        subject: str,
        confidential_note: str | None = None,
        at: datetime,
    ) -> tuple[Self, MeetingRequested]:
        """Ask another party for a meeting.

        Raises NoMeetingsNow, WithOneself, NotTakingPart, StateSecretNotAdmitted.
        """
        _ensure_open(event)
        if requester.id == addressee.id:
            raise WithOneself(pointer="/addressee")
        _ensure_taking_part(event, requester, addressee)
        admit(subject, confidential_note)
        meeting = cls(
            id=id,
            event_id=event.id,
            event_title=event.public_title,
            sensitivity=event.sensitivity,
            status="REQUESTED",
            requester=_side(requester),
            addressee=_side(addressee),
            subject=subject,
            confidential_note=confidential_note,
            requested_at=at,
            localities=tuple(dict.fromkeys((*event.localities, *requester.localities, *addressee.localities))),
            links=(
                Link(
                    upstream=Ref(service="events", kind="event", id=event.id),
                    relation="met_at",
                    confidence="confirmed",
                    asserted_on=day_of(at),
                ),
            ),
        )
        return meeting, MeetingRequested(event_id=event.id, deadlines=meeting._clock(at))

    def accept(
        self,
        *,
        slot: int,
        table: int,
        event: Event,
        parties: Collection[Registration],
        busy: Collection[UUID],
        tables_taken: Collection[int],
    ) -> MeetingAccepted:
        """Agree on a slot and a table. `busy` and `tables_taken` are those of the slot.

        Raises NotPossibleInStatus, NoMeetingsNow, NoMeetingGrid, NotInTheGrid, NotTakingPart, PartyAlreadyMeets,
        TableAlreadyTaken.
        """
        self.ensure("REQUESTED")
        _ensure_open(event)
        _ensure_taking_part(event, *parties)
        grid = event.meeting_grid
        if grid is None:
            raise NoMeetingGrid
        if not (1 <= slot <= grid.slots and 1 <= table <= grid.tables):
            raise NotInTheGrid(pointer="/slot", slots=grid.slots, tables=grid.tables)
        if not set(self.party_ids()).isdisjoint(busy):
            raise PartyAlreadyMeets(pointer="/slot")
        if table in tables_taken:
            raise TableAlreadyTaken(pointer="/table")
        running = self.running_deadlines()
        self.status, self.slot, self.table = "ACCEPTED", slot, table
        if grid.starts_at is not None:
            self.starts_at = grid.starts_at + timedelta(minutes=grid.minutes * (slot - 1))
        return MeetingAccepted(event_id=self.event_id, slot=slot, table=table, settles=running)

    def decline(self, reason: str | None) -> MeetingDeclined:
        """The other party does not want to meet. Raises NotPossibleInStatus."""
        self.ensure("REQUESTED")
        admit(reason)
        running = self.running_deadlines()
        self.status, self.reason = "DECLINED", reason
        return MeetingDeclined(event_id=self.event_id, reason=reason, settles=running)

    def expire(self, round: int) -> MeetingExpired | None:
        """Nobody has answered in time; None when somebody has, or it was offered again."""
        if self.status != "REQUESTED" or round != self.round:
            return None
        self.status = "EXPIRED"
        return MeetingExpired(event_id=self.event_id)

    def reoffer(self, at: datetime) -> MeetingReoffered | None:
        """The event has other days: slot and table are free, and the parties agree anew. None if none was agreed."""
        if self.status != "ACCEPTED":
            return None
        self.status, self.slot, self.table, self.starts_at = "REQUESTED", None, None, None
        self.round += 1
        return MeetingReoffered(event_id=self.event_id, round=self.round, deadlines=self._clock(at))

    def hold(self, *, result: str | None, event: Event) -> MeetingHeld:
        """The parties have met. Raises NotPossibleInStatus, MeetingNotYetPossible."""
        self.ensure("ACCEPTED")
        _ensure_begun(event)
        admit(result)
        self.status, self.result = "HELD", result
        return MeetingHeld(event_id=self.event_id, result=result)

    def miss(self, *, absent: tuple[UUID, ...], event: Event) -> MeetingNoShow:
        """One or both did not come. Raises NotPossibleInStatus, MeetingNotYetPossible, NoPartyOfTheMeeting."""
        self.ensure("ACCEPTED")
        _ensure_begun(event)
        for party in absent:
            if party not in self.party_ids():
                raise NoPartyOfTheMeeting(pointer="/absent", party=party)
        self.status, self.absent = "NO_SHOW", absent
        return MeetingNoShow(event_id=self.event_id, absent=absent)

    def cancel(self, reason: str) -> MeetingCancelled:
        """Give the meeting up; slot and table are free again. Raises NotPossibleInStatus."""
        self.ensure("REQUESTED", "ACCEPTED")
        admit(reason)
        running = self.running_deadlines()
        self.status, self.reason = "CANCELLED", reason
        return MeetingCancelled(event_id=self.event_id, reason=reason, settles=running)

    def hide(self) -> MeetingHidden | None:
        """Follow the event that became restricted; None when that is done."""
        if is_restricted(self.sensitivity):
            return None
        self.sensitivity = RESTRICTED
        return MeetingHidden()

    def party_ids(self) -> tuple[UUID, UUID]:
        """The two registrations."""
        return self.requester.registration_id, self.addressee.registration_id

    def running_deadlines(self) -> tuple[Settlement, ...]:
        """The clock of the answer, while one is awaited."""
        return (settled(EventDeadline.EVT_MEETING_ANSWER, round=self.round),) if self.status == "REQUESTED" else ()

    def ensure(self, *allowed: str) -> None:
        """Raises NotPossibleInStatus."""
        statuses.ensure(self.KIND, self, *allowed)

    def _clock(self, at: datetime) -> tuple[Deadline, ...]:
        limit = rules_on(day_of(at)).time_limit(EventDeadline.EVT_MEETING_ANSWER)
        who = self.addressee.locality or self.localities[0]
        return (deadline(limit, anchor=day_of(at), answerable=who, round=self.round),)


def _side(registration: Registration) -> MeetingParty:
    return MeetingParty(
        registration_id=registration.id,
        organisation=registration.organisation,
        country=registration.country,
        locality=registration.locality,
        partner_id=registration.partner_id,
    )


def _ensure_open(event: Event) -> None:
    if event.status not in WITH_REGISTRATIONS:
        raise NoMeetingsNow(status=event.status)


def _ensure_begun(event: Event) -> None:
    if event.status not in {"LIVE", "HELD", "REPORTED"}:
        raise MeetingNotYetPossible(status=event.status)


def _ensure_taking_part(event: Event, *parties: Registration) -> None:
    for party in parties:
        if party.event_id != event.id or party.status not in {"APPROVED", "CHECKED_IN"}:
            raise NotTakingPart(organisation=party.organisation, status=party.status)
