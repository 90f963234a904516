"""Places and the waiting list: never oversold, nobody overtakes, and after the freeze changes are asked for."""

from __future__ import annotations

import pytest

from caytre.contracts.events import MeetingGrid
from caytre.core.ids import new_id
from caytre.events.model import Registration
from caytre.events.model.meeting import (
    NoMeetingGrid,
    NotInTheGrid,
    NotTakingPart,
    PartyAlreadyMeets,
    TableAlreadyTaken,
    WithOneself,
)
from caytre.events.model.party import (
    EventNotGoingOn,
    LargerThanTheQuota,
    MoreNamedThanRegistered,
    MorePresentThanRegistered,
    Participant,
)
from caytre.events.model.registration import (
    ChangeNeedsNoRequest,
    ChangesAreRequests,
    NoRoomForMore,
    NoSuchRequest,
    NotThisWay,
    RegistrationClosed,
)
from caytre.events.model.seats import Oversold, Seats
from caytre.events.model.statuses import NotPossibleInStatus
from tests.builders.events import AT, THERE, a_meeting, held, live, opened, party, planned


def test_a_party_has_its_places_or_waits_behind_those_who_came_before() -> None:
    event = opened()
    seats = Seats(quota=5)
    sizes, statuses = (3, 3, 1), []
    for size in sizes:
        registration, _, after = Registration.register(
            id=new_id(),
            event=event,
            seats=seats,
            organisation="Công ty Minh Họa",
            party_size=size,
            mode="onsite",
            locality=None,
            at=AT,
        )
        assert after is not None
        seats = after
        statuses.append((registration.status, registration.waiting_place))
    # The party of one would have room, but another waits before it.
    assert statuses == [("APPROVED", None), ("WAITLISTED", 2), ("WAITLISTED", 3)]
    assert (seats.taken, seats.waiting, seats.turn) == (3, 2, 3)


def test_the_ledger_refuses_more_than_the_quota() -> None:
    with pytest.raises(Oversold):
        Seats(quota=2, taken=1).take(2)
    with pytest.raises(Oversold):
        Seats(quota=2, taken=1, waiting=1).promote(2)
    assert Seats(taken=10**6).take(1).taken == 10**6 + 1


def test_registration_is_for_open_events_and_the_ways_they_offer() -> None:
    for event in (planned(), held()):
        with pytest.raises(RegistrationClosed):
            party(event)
    with pytest.raises(NotThisWay):
        party(opened(), mode="online")
    assert party(opened(mode="hybrid"), mode="online").status == "APPROVED"
    with pytest.raises(LargerThanTheQuota):
        party(opened(), Seats(quota=2), party_size=3)
    with pytest.raises(MoreNamedThanRegistered):
        party(opened(), participants=(Participant(name="A"), Participant(name="B")))


def test_a_moderated_event_admits_by_its_organiser() -> None:
    event = opened(moderated=True)
    registration, rejected = party(event), party(event)
    assert registration.status == "PENDING"
    message, after = registration.approve(event, Seats(quota=1))
    assert (message.TYPE, after.taken) == ("caytre.registration.approved.v1", 1)
    assert rejected.reject("không thuộc thành phần mời", Seats(quota=1))[1] is None
    waiting = party(event)
    assert waiting.approve(event, after)[0].TYPE == "caytre.registration.waitlisted.v1"
    left = waiting.reject("đủ người", Seats(quota=1, taken=1, waiting=1))[1]
    assert left is not None
    assert left.waiting == 0


def test_who_leaves_frees_its_places_and_who_waits_leaves_the_list() -> None:
    event = opened()
    _, after = party(event, party_size=3).withdraw(event, Seats(quota=5, taken=3))
    assert after is not None
    assert after.taken == 0
    waiting = party(event, Seats(quota=1, taken=1))
    message, after = waiting.withdraw(event, Seats(quota=1, taken=1, waiting=1))
    assert after is not None
    assert (after.taken, after.waiting, message.model_dump()["freed"]) == (1, 0, 0)


def test_a_party_grows_only_where_there_is_room_and_nobody_waits() -> None:
    event = opened()
    registration = party(event, party_size=2)
    with pytest.raises(NoRoomForMore):
        registration.resize(4, event, Seats(quota=3, taken=2))
    with pytest.raises(NoRoomForMore):
        registration.resize(3, event, Seats(quota=5, taken=2, waiting=1))
    assert registration.party_size == 2
    message, after = registration.resize(1, event, Seats(quota=3, taken=2))
    assert after is not None
    assert (after.taken, message.model_dump()["freed"]) == (1, 1)


def test_after_the_freeze_changes_are_requests_that_the_organiser_answers() -> None:
    event = opened()
    registration = party(event, party_size=2)
    with pytest.raises(ChangeNeedsNoRequest):
        registration.request_change(kind="withdraw", party_size=None, reason="x", event=event, at=AT)
    event.freeze()
    with pytest.raises(ChangesAreRequests):
        registration.withdraw(event, Seats(taken=2))
    with pytest.raises(ChangesAreRequests):
        registration.resize(1, event, Seats(taken=2))
    registration.request_change(kind="party_size", party_size=1, reason="một người ốm", event=event, at=AT)
    registration.request_change(kind="withdraw", party_size=None, reason="hủy chuyến", event=event, at=AT)
    refused, _ = registration.answer_change(number=1, approved=False, answer="đã in thẻ", seats=Seats(taken=2), at=AT)
    assert refused.TYPE == "caytre.registration.change_refused.v1"
    granted, after = registration.answer_change(number=2, approved=True, answer=None, seats=Seats(taken=2), at=AT)
    assert after is not None
    assert (granted.TYPE, after.taken, registration.status) == ("caytre.registration.withdrawn.v1", 0, "WITHDRAWN")
    assert [request.outcome for request in registration.change_requests] == ["refused", "approved"]
    other = party(opened())
    with pytest.raises(NoSuchRequest):
        other.answer_change(number=1, approved=True, answer=None, seats=Seats(), at=AT)


def test_who_waits_may_leave_also_after_the_freeze() -> None:
    event = opened()
    waiting = party(event, Seats(quota=1, taken=1))
    event.freeze()
    waiting.withdraw(event, Seats(quota=1, taken=1, waiting=1))
    assert waiting.status == "WITHDRAWN"


def test_who_came_is_told_while_the_event_goes_on() -> None:
    event = live()
    with pytest.raises(EventNotGoingOn):
        party(opened()).check_in(None, opened())
    registration = party(opened(), party_size=3)
    with pytest.raises(MorePresentThanRegistered):
        registration.check_in(4, event)
    registration.check_in(2, event)
    assert (registration.status, registration.checked_in) == ("CHECKED_IN", 2)
    missed = party(opened())
    assert missed.miss(event).TYPE == "caytre.registration.no_show.v1"


def test_persons_are_on_no_topic() -> None:
    person = Participant(name="Người Dự Họp", passport="C1234567", email="nguoi@example.org", phone="+84 1")
    registration = party(opened(), participants=(person,))
    assert "Người Dự Họp" not in registration.open_text()
    assert "C1234567" in (registration.confidential_text() or "")
    assert registration.PRIVATE


def test_a_meeting_has_a_slot_and_a_table_that_nobody_else_has() -> None:
    meeting, event, one, other = a_meeting()
    free: dict[str, object] = {"event": event, "parties": (one, other), "busy": (), "tables_taken": ()}
    with pytest.raises(PartyAlreadyMeets):
        meeting.accept(slot=1, table=1, **{**free, "busy": (other.id,)})  # type: ignore[arg-type]
    with pytest.raises(TableAlreadyTaken):
        meeting.accept(slot=1, table=1, **{**free, "tables_taken": (1,)})  # type: ignore[arg-type]
    with pytest.raises(NotInTheGrid):
        meeting.accept(slot=5, table=1, **free)  # type: ignore[arg-type]
    said = meeting.accept(slot=4, table=3, **free)  # type: ignore[arg-type]
    assert [each.code for each in said.settles] == ["EVT_MEETING_ANSWER"]
    with pytest.raises(NotPossibleInStatus):
        meeting.decline(None)


def test_only_parties_that_take_part_meet_and_not_with_themselves() -> None:
    event = opened(meeting_grid=MeetingGrid(slots=1, tables=1))
    meeting, _, one, other = a_meeting(event)
    other.withdraw(event, Seats(taken=1))
    with pytest.raises(NotTakingPart):
        meeting.accept(slot=1, table=1, event=event, parties=(one, other), busy=(), tables_taken=())
    with pytest.raises(WithOneself):
        type(meeting).request(id=new_id(), event=event, requester=one, addressee=one, subject="x", at=AT)
    gridless, event, one, other = a_meeting(opened())
    with pytest.raises(NoMeetingGrid):
        gridless.accept(slot=1, table=1, event=event, parties=(one, other), busy=(), tables_taken=())


def test_an_unanswered_meeting_expires_and_a_moved_event_offers_it_again() -> None:
    meeting, event, one, other = a_meeting()
    assert meeting.running_deadlines()[0].round == 1
    meeting.accept(slot=1, table=1, event=event, parties=(one, other), busy=(), tables_taken=())
    assert meeting.expire(1) is None
    again = meeting.reoffer(AT)
    assert again is not None
    assert [clock.round for clock in again.deadlines] == [2]
    assert (meeting.status, meeting.slot, meeting.table) == ("REQUESTED", None, None)
    assert meeting.expire(1) is None, "the first round's clock says nothing of the second"
    assert meeting.expire(2)
    assert meeting.reoffer(AT) is None


def test_what_came_of_a_meeting_is_told_once_it_could_take_place() -> None:
    meeting, event, one, other = a_meeting()
    meeting.accept(slot=1, table=1, event=event, parties=(one, other), busy=(), tables_taken=())
    event.start(THERE)
    assert meeting.hold(result="thăm nhà máy", event=event).result == "thăm nhà máy"
