"""Who permits an event, how long before, and what opens a permission again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from caytre.contracts.events import Guests, Lateness, Venue
from caytre.core.refusals import Refusal
from caytre.events.model.asking import AgencyHasReplied, AgencyNotAsked, PermissionNotRequired, ReceivedInTheFuture
from caytre.events.model.casework import NoRulesForTheDay
from caytre.events.model.permitting import (
    CompetenceIsCertain,
    CompetenceNotSettled,
    LeadTimeTooShort,
    MandatoryAgenciesNotAsked,
    NotAReading,
    PermissionForThePast,
    WrongPermissionAuthority,
)
from caytre.events.model.planning import EventIsPast
from caytre.events.model.running import CoOrganiserNotVerified, PermissionMissing
from caytre.events.model.statuses import NotPossibleInStatus
from caytre.reference import conferences
from tests.builders.events import (
    AT,
    FIRST_DAY,
    TODAY,
    a_draft,
    a_paper,
    applied,
    days,
    ministers,
    on,
    opened,
    permitted,
    planned,
)


@pytest.mark.parametrize(
    ("particulars", "authority", "lead"),
    [
        ({}, "PC_CHAIR", 30),
        ({"guests": Guests(rank="AMBASSADOR")}, "PC_CHAIR", 30),
        ({"guests": Guests(rank="MINISTER")}, "PRIME_MINISTER", 40),
        ({"guests": Guests(rank="HEAD_OF_STATE")}, "PRIME_MINISTER", 40),
        ({"topics": ("EDUCATION",)}, "PC_CHAIR", 30),
        ({"topics": ("EDUCATION", "RELIGION")}, "PRIME_MINISTER", 40),
        ({"topics": ("SOVEREIGNTY",), "mode": "online"}, "PRIME_MINISTER", 40),
    ],
)
def test_competence_follows_rank_and_subject_and_sets_the_lead_time(
    particulars: dict[str, object], authority: str, lead: int
) -> None:
    event = a_draft(**particulars)
    message = event.plan(AT)
    permission = event.permission
    assert permission is not None
    assert (permission.authority, permission.lead_days, permission.certain) == (authority, lead, True)
    assert all(reason.citation == "Quyết định 06/2020/QĐ-TTg" for reason in permission.reasons if reason.verified)
    clock = message.deadlines[0]
    assert (clock.code, clock.n, clock.unit, clock.anchor, clock.verified) == (
        "EVT_APPLY",
        lead,
        "LEAD",
        FIRST_DAY,
        True,
    )
    assert clock.citation == "Quyết định 06/2020/QĐ-TTg"


@pytest.mark.parametrize(
    "particulars",
    [
        {"foreign_element": False},
        {"kind": "press_conference", "guests": Guests(rank="MINISTER")},
        {"venue": Venue(country="KR"), "guests": Guests(rank="MINISTER")},
    ],
)
def test_what_is_outside_the_decision_needs_no_permission(particulars: dict[str, object]) -> None:
    event = a_draft(**particulars)
    assert event.plan(AT).deadlines == ()
    assert event.permission is not None
    assert event.permission.status == "not_required"
    assert event.open_registration(barred={}, at=AT)
    with pytest.raises(PermissionNotRequired):
        planned(**particulars).apply_for_permission(document=a_paper(), at=AT)


def test_a_former_head_of_state_leaves_the_law_open_with_both_readings() -> None:
    event = a_draft(guests=Guests(rank="AMBASSADOR", former_rank="HEAD_OF_STATE"))
    message = event.plan(AT)
    permission = event.permission
    assert permission is not None
    assert not permission.certain
    assert {reading.authority for reading in permission.readings} == {"PRIME_MINISTER", "PC_CHAIR"}
    assert any(not reason.verified for reason in permission.reasons)
    # Meanwhile the cautious reading counts, and is shown as unverified.
    assert (permission.authority, message.deadlines[0].n, message.deadlines[0].verified) == (
        "PRIME_MINISTER",
        40,
        False,
    )
    with pytest.raises(CompetenceNotSettled):
        event.apply_for_permission(document=a_paper(), at=AT)
    with pytest.raises(NotAReading):
        event.settle_competence(authority="NONE", reason="x", document=None, at=AT)
    settled = event.settle_competence(authority="PC_CHAIR", reason="theo ý kiến pháp chế", document=a_paper(), at=AT)
    assert [(clock.n, clock.round) for clock in settled.deadlines] == [(30, 2)]
    assert [(each.code, each.round) for each in settled.settles] == [("EVT_APPLY", 1)]
    assert event.apply_for_permission(document=a_paper(), at=AT).authority == "PC_CHAIR"


def test_a_festival_leaves_the_law_open_and_may_be_settled_as_needing_nothing() -> None:
    event = planned(kind="festival")
    assert event.permission is not None
    assert {reading.authority for reading in event.permission.readings} == {"PC_CHAIR", "NONE"}
    with pytest.raises(CompetenceNotSettled):
        event.open_registration(barred={}, at=AT)
    said = event.settle_competence(authority="NONE", reason="theo quy định về lễ hội", document=None, at=AT)
    assert (said.deadlines, [each.code for each in said.settles]) == ((), ["EVT_APPLY"])
    event.open_registration(barred={}, at=AT)
    assert event.status == "OPEN"


def test_what_the_law_says_needs_no_settling() -> None:
    with pytest.raises(CompetenceIsCertain):
        planned().settle_competence(authority="NONE", reason="x", document=None, at=AT)


@pytest.mark.parametrize(("guests", "lead"), [(Guests(), 30), (ministers(), 40)])
def test_the_last_day_to_apply_is_the_lead_time_before_the_first_day(guests: Guests, lead: int) -> None:
    last = (FIRST_DAY - timedelta(days=lead) - TODAY).days
    event = planned(guests=guests)
    in_time = event.apply_for_permission(document=a_paper(), at=days(last))
    assert (in_time.days_before, in_time.late) == (lead, False)
    late = planned(guests=guests)
    with pytest.raises(LeadTimeTooShort):
        late.apply_for_permission(document=a_paper(), at=days(last + 1))
    excused = Lateness(reason="đoàn thay đổi lịch", document=a_paper("3/CV"))
    assert late.apply_for_permission(document=a_paper(), lateness=excused, at=days(last + 1)).late
    assert late.permission is not None
    assert late.permission.lateness == excused


def test_permission_for_a_past_date_is_refused() -> None:
    event = planned()
    after = (FIRST_DAY - TODAY).days + 1
    excuse = Lateness(reason="quên")
    with pytest.raises(PermissionForThePast):
        event.apply_for_permission(document=a_paper(), lateness=excuse, at=days(after))
    with pytest.raises(EventIsPast):
        a_draft(schedule=on(TODAY - timedelta(days=1))).plan(AT)
    assert event.status == "PLANNED"


def test_for_the_prime_minister_the_ministries_that_the_law_names_are_asked() -> None:
    event = applied(guests=ministers())
    with pytest.raises(MandatoryAgenciesNotAsked):
        event.decide_permission(
            outcome="permitted", authority="PRIME_MINISTER", document=a_paper(), conditions=None, at=AT
        )
    asked = event.request_opinions(agencies=("MOIT",), at=AT)
    assert asked.agencies == ("MOFA", "MPS", "MOIT")
    assert {(clock.code, clock.n, clock.unit, clock.anchor, clock.verified) for clock in asked.deadlines} == {
        ("EVT_OPINION", 15, "CALENDAR", TODAY, True)
    }
    assert event.consultees == ("MOFA", "MPS", "MOIT")
    given = event.give_opinion(agency="MPS", answer="agree", text=None, document=a_paper(), at=AT)
    assert [each.discriminator for each in given.settles] == ["MPS"]
    with pytest.raises(AgencyHasReplied):
        event.give_opinion(agency="MPS", answer="agree", text=None, document=a_paper(), at=AT)
    with pytest.raises(AgencyNotAsked):
        event.give_opinion(agency="MOD", answer="agree", text=None, document=a_paper(), at=AT)
    with pytest.raises(WrongPermissionAuthority):
        event.decide_permission(outcome="permitted", authority="PC_CHAIR", document=a_paper(), conditions=None, at=AT)
    decided = event.decide_permission(
        outcome="permitted", authority="PRIME_MINISTER", document=a_paper(), conditions="không ghi hình", at=AT
    )
    assert {each.discriminator for each in decided.settles} == {"MOFA", "MOIT"}
    assert event.status == "PERMISSION_GRANTED"


def test_agencies_get_the_request_between_application_and_today() -> None:
    event = applied()
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(ReceivedInTheFuture):
            event.request_opinions(agencies=("MOIT",), received_on=day, at=AT)


@pytest.mark.parametrize("change", [{"guests": ministers()}, {"topics": ("DEFENCE",)}])
def test_rank_or_subject_changed_after_permission_opens_it_again(change: dict[str, object]) -> None:
    event = opened()
    amended, reopened = event.amend(change, AT)
    assert event.status == "PLANNED"
    assert event.permission is not None
    assert (event.permission.status, event.permission.round, event.permission.authority) == (
        "to_apply",
        2,
        "PRIME_MINISTER",
    )
    assert event.permission.reopened_because == tuple(change)
    assert [(clock.code, clock.round, clock.n) for clock in reopened.deadlines] == [("EVT_APPLY", 2, 40)]
    assert amended.settles == ()
    with pytest.raises(PermissionMissing):
        event.open_registration(barred={}, at=AT)


def test_a_change_while_agencies_are_asked_ends_their_clocks() -> None:
    event = applied(guests=ministers())
    event.request_opinions(agencies=(), at=AT)
    _, reopened = event.amend({"topics": ("SECURITY",)}, AT)
    assert {(each.code, each.discriminator, each.round) for each in reopened.settles} == {
        ("EVT_OPINION", "MOFA", 1),
        ("EVT_OPINION", "MPS", 1),
    }


def test_a_change_of_numbers_or_words_opens_nothing() -> None:
    event = opened(guests=Guests(rank="DIRECTOR", expected=10))
    assert len(event.amend({"guests": Guests(rank="DIRECTOR", expected=50)}, AT)) == 1
    assert len(event.amend({"title_vi": "Tên khác"}, AT)) == 1
    assert event.status == "OPEN"
    # In the plan a change that leaves the authority as it is opens nothing either.
    assert len(planned().amend({"topics": ("EDUCATION",)}, AT)) == 1


def test_a_change_that_leaves_the_authority_as_it_is_is_judged_anew_while_the_clock_runs_on() -> None:
    event = planned(guests=ministers())
    event.deadline_missed("EVT_APPLY", "", 1, AT)
    before = event.permission
    assert before is not None
    (said,) = event.amend({"guests": Guests(rank="DIRECTOR"), "topics": ("DEFENCE",)}, AT)
    after = event.permission
    assert after is not None
    assert (said.model_dump()["judged_anew"], said.deadlines, said.settles) == (True, (), ())
    assert (after.authority, after.round, after.application_missed_at) == ("PRIME_MINISTER", 1, AT)
    assert after.reasons == planned(topics=("DEFENCE",)).the_permission().reasons != before.reasons
    (said,) = planned().amend({"topics": ("EDUCATION",)}, AT)
    assert said.model_dump()["judged_anew"] is False


def test_a_new_day_keeps_a_permission_that_was_applied_for_in_time() -> None:
    event = opened()
    (said,) = event.reschedule(on(FIRST_DAY + timedelta(days=7)), AT)
    assert (event.status, said.model_dump()["reopened"]) == ("OPEN", False)
    sooner = event.reschedule(on(TODAY + timedelta(days=20)), days(1))
    assert len(sooner) == 2
    assert event.permission is not None
    assert (event.status, event.permission.reopened_because) == ("PLANNED", ("schedule",))


def test_an_application_is_taken_back_or_made_again_after_a_refusal() -> None:
    event = applied()
    event.decide_permission(outcome="refused", authority="PC_CHAIR", document=a_paper(), conditions=None, at=AT)
    assert event.status == "PERMISSION_REFUSED"
    with pytest.raises(NotPossibleInStatus):
        event.open_registration(barred={}, at=AT)
    said = event.withdraw_application(reason="sửa chương trình", at=AT)
    assert [(clock.code, clock.round) for clock in said.deadlines] == [("EVT_APPLY", 2)]
    assert event.apply_for_permission(document=a_paper(), at=AT).round == 2


def test_a_co_organiser_that_is_no_longer_vouched_for_bars_the_opening() -> None:
    with pytest.raises(CoOrganiserNotVerified):
        permitted().open_registration(barred={"Công ty Minh Họa": "REVOKED"}, at=AT)


def test_missed_deadlines_are_flagged_once_and_only_while_they_run() -> None:
    event = planned()
    assert event.deadline_missed("EVT_APPLY", "", 1, AT)
    assert event.deadline_missed("EVT_APPLY", "", 1, AT) is None
    assert event.deadline_missed("EVT_APPLY", "", 2, AT) is None
    event = applied()
    event.request_opinions(agencies=("MOIT",), at=AT)
    assert event.deadline_missed("EVT_OPINION", "MOIT", 1, AT)
    assert event.deadline_missed("EVT_OPINION", "MOIT", 1, AT) is None
    assert event.deadline_missed("EVT_REPORT", "", 1, AT) is None


def test_rules_are_found_by_the_day_and_cite_their_law() -> None:
    rules = conferences.rules_on(date(2023, 10, 1))
    assert [competence.lead_days for competence in rules.competences] == [40, 30]
    assert all(limit.citation or limit.basis == "policy" for limit in rules.deadlines)
    with pytest.raises(NoRulesForTheDay):
        a_draft().judge(days(-365 * 8))


def test_since_july_2025_a_doubt_about_the_prime_minister_s_powers_is_told() -> None:
    event = planned(guests=ministers())
    assert event.permission is not None
    assert [reason.citation for reason in event.permission.reasons if not reason.verified] == [
        "Nghị định 134/2025/NĐ-CP"
    ]
    rules = conferences.rules_on(date(2023, 10, 1))
    before = rules.resolve(
        kind="forum",
        foreign_element=True,
        in_vietnam=True,
        rank="MINISTER",
        former_rank=None,
        topics=(),
        on=date(2023, 10, 1),
    )
    assert all(reason.verified for reason in before.reasons)


def test_a_rank_or_topic_that_no_list_has_is_refused() -> None:
    for particulars in ({"guests": Guests(rank="EMPEROR")}, {"topics": ("WEATHER",)}, {"countries": ("ZZ",)}):
        with pytest.raises(Refusal):
            a_draft(**particulars)
