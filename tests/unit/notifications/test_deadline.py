"""A deadline is opened, reminded of, met, moved and lifted."""

from __future__ import annotations

from datetime import date

import pytest

from caytre.contracts.message import RESTRICTED, Document
from caytre.core.ids import new_id
from caytre.core.storing.values import LARGEST_MESSAGE
from caytre.notifications.model.counting import WorkingDays
from caytre.notifications.model.deadline import (
    MOST_ACKNOWLEDGEMENTS,
    Deadline,
    DeadlineNotOpen,
    LevelAlreadyAcknowledged,
    NothingToAcknowledge,
    StatutoryNotWaivable,
    TooManyAcknowledgements,
    deadline_id,
    settled_before,
)
from tests.builders.deadlines import CAO_BANG, HUNG_YEN, THAI_BINH, at, calendar, cause, counted, opened, owner, wanted


def said(deadline: Deadline, day: str, hour: int = 9) -> list[tuple[str, int, bool]]:
    messages = deadline.fire(at(day, hour))
    return [(each.TYPE.split(".")[2], getattr(each, "level", 0), each.caught_up) for each in messages]  # type: ignore[attr-defined]


def test_a_deadline_has_its_day_with_the_reason_and_its_rungs() -> None:
    deadline = opened()
    assert deadline.due_on == date(2023, 12, 18)
    assert deadline.explanation is not None
    assert "16 December 2023" in deadline.explanation.en
    assert [(step.name, step.at) for step in deadline.steps] == [
        ("T-3", at("2023-12-13", 8)),
        ("T-1", at("2023-12-15", 8)),
        ("T", at("2023-12-18", 8)),
        ("T+1", at("2023-12-19", 8)),
        ("T+3", at("2023-12-21", 8)),
        ("T+5", at("2023-12-25", 8)),
    ]
    assert (deadline.status, deadline.next_at) == ("SCHEDULED", at("2023-12-13", 8))


def test_the_rungs_are_climbed_one_by_one() -> None:
    deadline = opened()
    assert said(deadline, "2023-12-12") == []
    assert said(deadline, "2023-12-13") == [("due_soon", 0, False)]
    assert said(deadline, "2023-12-15") == [("due_soon", 0, False)]
    assert said(deadline, "2023-12-18") == [("due", 0, False)]
    assert said(deadline, "2023-12-18", 23) == []
    assert said(deadline, "2023-12-19") == [("overdue", 1, False)]
    assert said(deadline, "2023-12-21") == [("escalated", 2, False)]
    assert said(deadline, "2023-12-25") == [("escalated", 3, False)]
    assert (deadline.status, deadline.level, deadline.next_at) == ("OVERDUE", 3, None)


def test_after_downtime_every_rung_is_said_in_order_and_only_the_highest_is_told() -> None:
    deadline = opened()
    messages = deadline.fire(at("2023-12-21"))
    assert [each.TYPE.split(".")[2] for each in messages] == ["due_soon", "due_soon", "due", "overdue", "escalated"]
    assert [each.caught_up for each in messages] == [True, True, True, True, False]  # type: ignore[attr-defined]
    assert messages[-1].missed == ("T-3", "T-1", "T", "T+1")  # type: ignore[attr-defined]
    assert [step.told for step in deadline.steps] == [False, False, False, False, True, False]
    assert deadline.next_at == at("2023-12-25", 8)


def test_a_short_clock_has_no_reminder_before_it_began() -> None:
    reduced = opened("2023-12-04", code="AGR_OPINION_REDUCED", anchor=date(2023, 12, 4), n=1, unit="WORKING")
    assert [step.name for step in reduced.steps] == ["T", "T+1"]


def test_what_was_entered_late_is_overdue_at_once_without_reminders() -> None:
    deadline = opened("2023-12-21")
    assert said(deadline, "2023-12-21") == [("due", 0, True), ("overdue", 1, True), ("escalated", 2, False)]


def test_a_moment_comes_with_its_day_and_is_never_overdue() -> None:
    sunday = date(2023, 12, 17)
    deadline = opened(code="AGR_IN_FORCE", anchor=sunday, n=0)
    assert deadline.due_on == sunday
    assert said(deadline, "2023-12-17", 0) == [("due", 0, False)]
    assert deadline.next_at is None


def test_an_anchor_that_is_not_known_opens_no_clock_until_it_is() -> None:
    deadline = opened(anchor=None, anchor_missing="early 2023")
    assert (deadline.status, deadline.due_on, deadline.next_at) == ("UNANCHORED", None, None)
    moved = deadline.ask_again(wanted(), counted(), at("2023-12-02"))
    assert moved is not None
    assert (deadline.status, deadline.due_on) == ("SCHEDULED", date(2023, 12, 18))


def test_a_length_no_calendar_holds_is_kept_as_a_deadline_without_a_day() -> None:
    deadline = opened(n=10**9)
    assert (deadline.status, deadline.due_on) == ("UNANCHORED", None)
    assert deadline.anchor_missing is not None


def test_a_historical_deadline_has_a_day_but_no_ladder() -> None:
    deadline = opened(historical=True)
    assert (deadline.status, deadline.due_on, deadline.steps) == ("HISTORICAL", date(2023, 12, 18), ())
    assert deadline.fire(at("2030-01-01")) == ()
    met = deadline.settle(date(2023, 12, 20), new_id())
    assert met is not None
    assert (deadline.status, deadline.late) == ("MET", True)


def test_a_settled_deadline_is_reminded_of_no_more_and_met_once() -> None:
    deadline, by = opened(), new_id()
    met = deadline.settle(date(2023, 12, 11), by)
    assert met is not None
    assert (deadline.status, deadline.met_on, deadline.late, deadline.settled_by) == (
        "MET",
        date(2023, 12, 11),
        False,
        by,
    )
    assert deadline.fire(at("2024-12-01")) == ()
    assert deadline.settle(date(2023, 12, 12), new_id()) is None


def test_a_settlement_that_came_first_lets_it_be_born_met() -> None:
    deadline = opened()
    [met] = settled_before(deadline, [(date(2023, 12, 4), new_id())])
    assert met.TYPE == "caytre.deadline.met.v1"
    assert deadline.status == "MET"
    assert settled_before(opened(), []) == ()


def with_off(*days: str) -> WorkingDays:
    made = calendar()
    given = made.days[0]
    extra = [
        given.model_copy(update={"day": date.fromisoformat(day), "kind": "swapped_off", "name_en": "storm"})
        for day in days
    ]
    return WorkingDays.of(2, made.first_year, made.last_year, [*made.days, *extra])


def test_a_calendar_change_moves_the_day_with_its_history_and_says_nothing_when_it_stays() -> None:
    deadline = opened()
    assert deadline.recount(with_off("2024-03-15"), at("2023-12-05")) is None
    deadline = opened()
    moved = deadline.recount(with_off("2023-12-18"), at("2023-12-05"))
    assert moved is not None
    assert (moved.was_due_on, deadline.due_on) == (date(2023, 12, 18), date(2023, 12, 19))  # type: ignore[attr-defined]
    [former] = deadline.history
    assert (former.due_on, former.calendar_version, former.reason.en) == (
        date(2023, 12, 18),
        1,
        "the calendar has changed",
    )
    assert deadline.calendar_version == 2
    assert deadline.recount(with_off("2023-12-18"), at("2023-12-05")) is None


def test_a_deadline_that_moves_away_is_reminded_of_again_but_not_of_what_it_was_told() -> None:
    deadline = opened()
    deadline.fire(at("2023-12-18"))
    assert deadline.status == "DUE"
    deadline.recount(with_off("2023-12-18", "2023-12-19", "2023-12-20"), at("2023-12-18"))
    assert (deadline.due_on, deadline.status) == (date(2023, 12, 21), "DUE_SOON")
    assert [step.name for step in deadline.steps if step.fired_at is None] == ["T", "T+1", "T+3", "T+5"]
    assert said(deadline, "2023-12-21") == [("due", 0, False)]


def test_the_same_deadline_carried_again_changes_nothing() -> None:
    deadline = opened()
    assert deadline.ask_again(wanted(), counted(), at("2023-12-05")) is None
    moved = deadline.ask_again(wanted(anchor=date(2023, 12, 8)), counted(), at("2023-12-08"))
    assert moved is not None
    assert deadline.due_on == date(2023, 12, 25)
    deadline.settle(date(2023, 12, 9), new_id())
    assert deadline.ask_again(wanted(), counted(), at("2023-12-10")) is None


def test_a_statutory_time_limit_is_lifted_only_on_paper() -> None:
    deadline = opened()
    with pytest.raises(StatutoryNotWaivable):
        deadline.waive(reason="called off", document=None, by="MOFA", at=at("2023-12-05"))
    paper = Document(number="7/CV")
    deadline.waive(reason="called off", document=paper, by="MOFA", at=at("2023-12-05"))
    assert (deadline.status, deadline.next_at) == ("WAIVED", None)
    assert deadline.waiver is not None
    assert deadline.settle(date(2023, 12, 6), new_id()) is None
    with pytest.raises(DeadlineNotOpen):
        deadline.waive(reason="again", document=paper, by=None, at=at("2023-12-06"))


def test_note_is_taken_of_what_was_told() -> None:
    deadline = opened(citation=None)
    with pytest.raises(NothingToAcknowledge):
        deadline.acknowledge(note=None, by="MOFA", at=at("2023-12-05"))
    deadline.fire(at("2023-12-19"))
    deadline.acknowledge(note="in hand", by="MOFA", at=at("2023-12-19"))
    [note] = deadline.acknowledgements
    assert (note.level, note.by, deadline.status) == (1, "MOFA", "OVERDUE")
    deadline.settle(date(2023, 12, 20), new_id())
    with pytest.raises(DeadlineNotOpen):
        deadline.acknowledge(note=None, by=None, at=at("2023-12-20"))


def test_note_is_taken_once_by_each_at_each_level() -> None:
    deadline = opened()
    deadline.fire(at("2023-12-19"))
    deadline.acknowledge(note=None, by="MOFA", at=at("2023-12-19"))
    deadline.acknowledge(note=None, by="MPS", at=at("2023-12-19"))
    with pytest.raises(LevelAlreadyAcknowledged):
        deadline.acknowledge(note="again", by="MOFA", at=at("2023-12-20"))
    deadline.fire(at("2023-12-21"))
    deadline.acknowledge(note=None, by="MOFA", at=at("2023-12-21"))
    assert [(each.by, each.level) for each in deadline.acknowledgements] == [("MOFA", 1), ("MPS", 1), ("MOFA", 2)]


def test_notes_never_stop_a_deadline_from_firing() -> None:
    deadline = opened()
    deadline.fire(at("2023-12-19"))
    for n in range(MOST_ACKNOWLEDGEMENTS):
        deadline.acknowledge(note="\N{TIGER}" * 2000, by=f"p{n}", at=at("2023-12-19"))
    with pytest.raises(TooManyAcknowledgements):
        deadline.acknowledge(note=None, by="MOFA", at=at("2023-12-19"))
    assert len(deadline.open_text().encode()) < LARGEST_MESSAGE / 2
    assert said(deadline, "2023-12-21") == [("escalated", 2, False)]


def test_it_is_known_to_its_localities_of_then_and_now_and_to_who_answers() -> None:
    deadline, _ = Deadline.open(wanted(answerable="MPS"), owner(), cause(), counted(), at("2023-12-01"))
    assert set(deadline.localities) == {THAI_BINH, HUNG_YEN}
    assert deadline.consultees == ("MPS",)
    assert deadline.countries == ("KR",)


def test_of_a_restricted_owner_everything_but_the_label_travels() -> None:
    deadline = opened()
    assert deadline.follow(owner(sensitivity=RESTRICTED, label=None)) is not None
    assert (deadline.sensitivity, deadline.owner_label) == (RESTRICTED, None)
    assert deadline.confidential_fields() == frozenset()
    assert '"due_on":"2023-12-18"' in deadline.open_text()
    assert deadline.follow(owner(sensitivity=RESTRICTED, label=None)) is None
    assert deadline.follow(owner((CAO_BANG,))) is not None


def test_identities_do_not_run_together() -> None:
    ids = {
        deadline_id("a/1", "B", "", 1),
        deadline_id("a/1", "", "B", 1),
        deadline_id("a/1B", "", "", 1),
        deadline_id("a/1", "B", "", 2),
        deadline_id("a/1", "B", "1", 1),
    }
    assert len(ids) == 5
