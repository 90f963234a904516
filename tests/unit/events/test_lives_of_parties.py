"""Parties and meetings in any order of acts: an event is never oversold, and nobody meets twice at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from caytre.contracts.events import MESSAGES, MeetingGrid
from caytre.core.ids import new_id
from caytre.core.refusals import Refusal
from caytre.events.model import Meeting, Registration
from caytre.events.model.seats import Seats
from tests.builders.events import AT, THERE, opened, party, quotas
from tests.builders.events_acting import acted

REGISTRATION = {
    *(("PENDING", after) for after in ("APPROVED", "WAITLISTED", "REJECTED", "WITHDRAWN")),
    *(("WAITLISTED", after) for after in ("APPROVED", "REJECTED", "WITHDRAWN")),
    *(("APPROVED", after) for after in ("CHECKED_IN", "NO_SHOW", "WITHDRAWN")),
}
MEETING = {
    *(("REQUESTED", after) for after in ("ACCEPTED", "DECLINED", "EXPIRED", "CANCELLED")),
    *(("ACCEPTED", after) for after in ("REQUESTED", "HELD", "NO_SHOW", "CANCELLED")),
}


class Hall(RuleBasedStateMachine):
    """One event with few places: whoever comes, goes, grows and asks, the ledger and the parties agree."""

    def __init__(self) -> None:
        super().__init__()
        self.event = opened(moderated=False)
        self.seats = Seats(quota=6)
        self.parties: list[Registration] = []

    def act(self, registration: Registration, move: Callable[[], Any]) -> None:
        result = acted(registration, REGISTRATION, move)
        if isinstance(result, tuple) and isinstance(result[1], Seats):
            assert result[1].turn == self.seats.turn + 1
            self.seats = result[1]

    def one(self, n: int) -> Registration | None:
        return self.parties[n % len(self.parties)] if self.parties else None

    @rule(size=st.integers(1, 7), moderated=st.booleans())
    def register(self, size: int, moderated: bool) -> None:
        self.event.moderated = moderated
        try:
            fresh, said, after = Registration.register(
                id=new_id(),
                event=self.event,
                seats=self.seats,
                organisation="Công ty Minh Họa",
                party_size=size,
                mode="onsite",
                locality=None,
                at=AT,
            )
        except Refusal:
            return
        assert MESSAGES[said.TYPE] is type(said)
        self.seats = after or self.seats
        self.parties.append(fresh)

    @rule(n=st.integers(0, 50))
    def approve(self, n: int) -> None:
        if chosen := self.one(n):
            self.act(chosen, lambda: chosen.approve(self.event, self.seats))

    @rule(n=st.integers(0, 50))
    def reject(self, n: int) -> None:
        if chosen := self.one(n):
            self.act(chosen, lambda: chosen.reject("x", self.seats))

    @rule(n=st.integers(0, 50))
    def withdraw(self, n: int) -> None:
        if chosen := self.one(n):
            self.act(chosen, lambda: chosen.withdraw(self.event, self.seats, "x"))

    @rule(n=st.integers(0, 50), size=st.integers(1, 8))
    def resize(self, n: int, size: int) -> None:
        if chosen := self.one(n):
            self.act(chosen, lambda: chosen.resize(size, self.event, self.seats))

    @rule()
    def promote_the_first(self) -> None:
        waiting = [each for each in self.parties if each.status == "WAITLISTED"]
        if waiting:
            first = min(waiting, key=lambda each: each.waiting_place or 0)
            self.act(first, lambda: first.promote(self.seats))

    @rule(n=st.integers(0, 50), size=st.none() | st.integers(1, 8))
    def ask_for_a_change(self, n: int, size: int | None) -> None:
        if chosen := self.one(n):
            kind = "withdraw" if size is None else "party_size"
            self.act(
                chosen,
                lambda: chosen.request_change(kind=kind, party_size=size, reason="x", event=self.event, at=AT),
            )

    @rule(n=st.integers(0, 50), number=st.integers(1, 3), approved=st.booleans())
    def answer(self, n: int, number: int, approved: bool) -> None:
        if chosen := self.one(n):
            self.act(
                chosen,
                lambda: chosen.answer_change(number=number, approved=approved, answer="x", seats=self.seats, at=AT),
            )

    @rule(n=st.integers(0, 50))
    def come_or_not(self, n: int) -> None:
        if chosen := self.one(n):
            self.act(chosen, lambda: chosen.check_in(None, self.event))
            self.act(chosen, lambda: chosen.miss(self.event))

    @rule(quota=st.integers(0, 9))
    def change_quota(self, quota: int) -> None:
        try:
            self.event.change_quotas(quotas(onsite=quota), {"onsite": self.seats.taken})
        except Refusal:
            return
        self.seats = self.seats.under(quota)

    @rule(chance=st.integers(0, 4))
    def go_on(self, chance: int) -> None:
        if chance == 0 and self.event.status == "OPEN" and len(self.parties) > 3:
            self.event.freeze()
        elif chance == 1 and self.event.status in {"OPEN", "FROZEN"} and len(self.parties) > 3:
            self.event.start(THERE)

    @invariant()
    def the_ledger_is_what_the_parties_say(self) -> None:
        assert self.seats.taken == sum(each.party_size for each in self.parties if each.holds)
        assert self.seats.waiting == sum(each.status == "WAITLISTED" for each in self.parties)
        assert self.seats.quota is None or self.seats.taken <= self.seats.quota, "never oversold"


class Tables(RuleBasedStateMachine):
    """Five parties at two tables in three slots: nobody and no table is anywhere twice."""

    def __init__(self) -> None:
        super().__init__()
        self.event = opened(meeting_grid=MeetingGrid(slots=3, tables=2))
        self.parties = {each.id: each for each in (party(self.event) for _ in range(5))}
        self.meetings: list[Meeting] = []

    def standing(self, slot: int) -> list[Meeting]:
        return [each for each in self.meetings if each.slot == slot and each.status in {"ACCEPTED", "HELD", "NO_SHOW"}]

    @rule(a=st.integers(0, 4), b=st.integers(0, 4))
    def request(self, a: int, b: int) -> None:
        people = list(self.parties.values())
        try:
            fresh, _ = Meeting.request(
                id=new_id(), event=self.event, requester=people[a], addressee=people[b], subject="x", at=AT
            )
        except Refusal:
            return
        self.meetings.append(fresh)

    @rule(n=st.integers(0, 50), slot=st.integers(1, 4), table=st.integers(1, 3))
    def accept(self, n: int, slot: int, table: int) -> None:
        if not self.meetings:
            return
        meeting, taken = self.meetings[n % len(self.meetings)], self.standing(slot)
        acted(
            meeting,
            MEETING,
            lambda: meeting.accept(
                slot=slot,
                table=table,
                event=self.event,
                parties=[self.parties[id] for id in meeting.party_ids()],
                busy={id for each in taken for id in each.party_ids()},
                tables_taken={each.table for each in taken if each.table},
            ),
        )

    @rule(n=st.integers(0, 50), what=st.sampled_from(("decline", "cancel", "reoffer", "expire", "hold", "miss")))
    def go_on(self, n: int, what: str) -> None:
        if not self.meetings:
            return
        meeting = self.meetings[n % len(self.meetings)]
        acts: dict[str, Callable[[], Any]] = {
            "decline": lambda: meeting.decline(None),
            "cancel": lambda: meeting.cancel("x"),
            "reoffer": lambda: meeting.reoffer(AT),
            "expire": lambda: meeting.expire(1),
            "hold": lambda: meeting.hold(result=None, event=self.event),
            "miss": lambda: meeting.miss(absent=meeting.party_ids()[:1], event=self.event),
        }
        acted(meeting, MEETING, acts[what])

    @rule()
    def start(self) -> None:
        if len(self.standing(1) + self.standing(2)) > 1 and self.event.status == "OPEN":
            self.event.start(THERE)

    @invariant()
    def nobody_and_no_table_is_twice_in_a_slot(self) -> None:
        for slot in (1, 2, 3):
            standing = self.standing(slot)
            people = [id for each in standing for id in each.party_ids()]
            tables = [each.table for each in standing]
            assert len(set(people)) == len(people)
            assert len(set(tables)) == len(tables)


_SETTINGS = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestHall = Hall.TestCase
TestHall.settings = _SETTINGS
TestTables = Tables.TestCase
TestTables.settings = _SETTINGS
