"""Any acts on a deadline and a notification: no illegal state, refusals have names, the text is the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from caytre.contracts.message import INTERNAL, RESTRICTED, Document, Message, Provenance
from caytre.contracts.notifications import MESSAGES, Audience, CalendarDay, Failure, Said, read_state
from caytre.core.ids import new_id
from caytre.core.refusals import Refusal
from caytre.notifications.model import Calendar, Notification, Recipient
from caytre.notifications.model.deadline import STILL_OPEN
from caytre.notifications.model.notification import Desk
from caytre.notifications.model.telling import Heard, worded
from caytre.reference.notices import notices_of
from tests.builders.deadlines import HUNG_YEN, at, calendar, cause, opened, owner, wanted

#: From which status an act may lead to which. What is not here must not happen.
DEADLINE_MOVES = {
    *(("SCHEDULED", after) for after in ("DUE_SOON", "DUE", "OVERDUE", "UNANCHORED")),
    *(("DUE_SOON", after) for after in ("DUE", "OVERDUE", "SCHEDULED", "UNANCHORED")),
    *(("DUE", after) for after in ("OVERDUE", "SCHEDULED", "DUE_SOON", "UNANCHORED")),
    *(("OVERDUE", after) for after in ("SCHEDULED", "DUE_SOON", "DUE", "UNANCHORED")),
    *(("UNANCHORED", after) for after in ("SCHEDULED", "DUE_SOON", "DUE", "OVERDUE")),
    *((before, after) for before in STILL_OPEN for after in ("MET", "WAIVED")),
}
NOTIFICATION_MOVES = {
    *(("QUEUED", after) for after in ("SENT", "RETRYING", "FAILED", "DEAD")),
    *(("RETRYING", after) for after in ("SENT", "FAILED", "DEAD")),
}


def restored(record: Any) -> Any:
    """The record as it comes back from its open and its confidential text."""
    hidden = record.confidential_text()
    return type(record).from_parts(json.loads(record.open_text()), json.loads(hidden) if hidden else None)


class Moves:
    """An act either is said and allowed, or changes nothing."""

    record: Any
    allowed: set[tuple[str, str]]

    def act(self, move: Callable[[], Sequence[Message | None] | Message | None]) -> None:
        before, text, refused = self.record.status, self.record.open_text(), None
        answer: Sequence[Message | None] | Message | None = None
        try:
            answer = move()
        except Refusal as refusal:
            refused = refusal
        if refused is not None:
            assert "{" not in refused.sentence("vi") + refused.sentence("en")
            assert self.record.open_text() == text, "a refusal changes nothing"
            return
        messages = [each for each in (answer if isinstance(answer, Sequence) else [answer]) if each is not None]
        after = self.record.status
        assert before == after or (before, after) in self.allowed
        assert all(MESSAGES[each.TYPE] is type(each) for each in messages)
        # Counted again with the same result, only the version of the calendar is another; that is not kept.
        if not messages:
            assert before == after

    def is_its_text(self, kind: str) -> None:
        assert restored(self.record) == self.record
        state = read_state(f"caytre.{kind}.any.v1", json.loads(self.record.open_text()))
        assert state.model_dump() == {name: value for name, value in self.record.model_dump().items()}


class DeadlineLives(Moves, RuleBasedStateMachine):
    """Time, owners, officers and the calendar, in any order."""

    allowed = DEADLINE_MOVES

    def __init__(self) -> None:
        super().__init__()
        self.record = opened(citation=None)
        self.now = date(2023, 12, 1)
        self.calendar = calendar()

    @rule(days=st.integers(0, 9))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        before = [step.name for step in self.record.steps if step.fired_at]
        self.act(lambda: self.record.fire(at(self.now.isoformat())))
        after = [step.name for step in self.record.steps if step.fired_at]
        assert after[: len(before)] == before, "what was reached stays reached"

    @rule()
    def settle(self) -> None:
        self.act(lambda: self.record.settle(self.now, new_id()))

    @rule(days=st.integers(-20, 40), n=st.integers(0, 30), unit=st.sampled_from(("WORKING", "CALENDAR", "LEAD")))
    def ask_again(self, days: int, n: int, unit: str) -> None:
        again = wanted(anchor=self.now + timedelta(days=days), n=n, unit=unit)
        counted = self.calendar.working_days()
        self.act(lambda: self.record.ask_again(again, counted, at(self.now.isoformat())))

    @rule()
    def lose_the_anchor(self) -> None:
        vague = wanted(anchor=None, anchor_missing="some day")
        counted = self.calendar.working_days()
        self.act(lambda: self.record.ask_again(vague, counted, at(self.now.isoformat())))

    @rule(days=st.integers(0, 20))
    def change_the_calendar(self, days: int) -> None:
        day = self.now + timedelta(days=days)
        off = CalendarDay(day=day, kind="swapped_off", name_vi="Nghỉ", name_en="Off", source="x")
        try:
            self.calendar.override([off], reason="x", document=None)
        except Refusal:
            return
        self.calendar.version += 1
        counted, before = self.calendar.working_days(), self.record.model_copy(deep=True)
        moved = self.record.recount(counted, at(self.now.isoformat()))
        if moved is None:
            self.record = before

    @rule(paper=st.booleans())
    def waive(self, paper: bool) -> None:
        document = Document(number="1") if paper else None
        self.act(lambda: self.record.waive(reason="x", document=document, by="MOFA", at=at(self.now.isoformat())))

    @rule()
    def acknowledge(self) -> None:
        self.act(lambda: self.record.acknowledge(note=None, by=None, at=at(self.now.isoformat())))

    @rule(sensitivity=st.sampled_from((INTERNAL, RESTRICTED)))
    def follow(self, sensitivity: str) -> None:
        self.act(lambda: self.record.follow(owner(sensitivity=sensitivity)))

    @invariant()
    def waits_only_while_it_is_open(self) -> None:
        waiting = [step.at for step in self.record.steps if step.fired_at is None]
        assert self.record.next_at == (min(waiting, default=None) if self.record.status in STILL_OPEN else None)
        assert (self.record.status == "OVERDUE") == (self.record.level > 0) or self.record.status in {"MET", "WAIVED"}

    @invariant()
    def the_state_after_each_message_is_the_record(self) -> None:
        self.is_its_text("deadline")


def a_notification(status: str = "QUEUED") -> Notification:
    """One of a stalled agreement."""
    heard = Heard("caytre.agreement.unstalled.v1", new_id(), {}, INTERNAL, (HUNG_YEN,), {"title_vi": "Một thỏa thuận"})
    [notice] = notices_of(heard.type)
    audience = Audience(role="locality_officer", locality=HUNG_YEN)
    told, _ = Notification.tell(
        notice,
        heard,
        cause(),
        audience,
        Desk(new_id(), has_address=status == "QUEUED"),
        worded(notice, heard),
        provenance=Provenance(),
        rehearsal=False,
        at=at("2023-12-01"),
    )
    return told


class NotificationLives(Moves, RuleBasedStateMachine):
    """Servers and readers, in any order."""

    allowed = NOTIFICATION_MOVES

    def __init__(self) -> None:
        super().__init__()
        self.record = a_notification()
        self.attempt = 0

    @rule()
    def send(self) -> None:
        self.attempt += 1
        self.act(lambda: self.record.sent(self.attempt, at("2023-12-01")))

    @rule(permanent=st.booleans(), chance=st.integers(0, 3))
    def fail(self, permanent: bool, chance: int) -> None:
        self.attempt += 1
        failure = Failure(code="SERVER_AWAY", permanent=permanent and chance == 0)
        self.act(lambda: self.record.failed(failure, self.attempt))

    @rule(role=st.sampled_from(("locality_officer", "locality_chair")))
    def acknowledge(self, role: str) -> None:
        self.act(lambda: self.record.acknowledge(roles=[role], organisation=None, by="p", at=at("2023-12-02")))

    @invariant()
    def what_is_sent_has_no_failure(self) -> None:
        assert (self.record.sent_at is not None) == (self.record.status == "SENT")
        assert self.record.status != "SENT" or self.record.failure is None

    @invariant()
    def the_state_after_each_message_is_the_record(self) -> None:
        self.is_its_text("notification")


TestDeadlineLives = DeadlineLives.TestCase
TestDeadlineLives.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestNotificationLives = NotificationLives.TestCase
TestNotificationLives.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


def test_a_recipient_and_a_calendar_come_back_whole_from_their_texts() -> None:
    desk, _ = Recipient.register(
        id=new_id(), role="locality_officer", locality=HUNG_YEN, name="Phòng", address="a@caytre.example"
    )
    assert restored(desk) == desk
    assert "caytre.example" not in desk.open_text()
    made: Calendar = calendar()
    assert restored(made) == made


def test_an_audience_without_a_desk_has_a_key_of_its_own() -> None:
    told = a_notification()
    assert told.recipient_key == told.recipient_id
    told.recipient_id = None
    assert told.recipient_key != a_notification().recipient_key
    assert told.subject == Said(vi="Đã triển khai trở lại: Một thỏa thuận", en="No longer stalled: Một thỏa thuận")
