"""Rules that a table of states does not show: what must be there, what is counted from where, what is told to whom."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from caytre.contracts.delegations import Member, Money, ProgrammeItem, Stop
from caytre.contracts.lineage import Ref
from caytre.contracts.message import Message, Provenance
from caytre.core.ids import new_id
from caytre.core.refusals import Invalid
from caytre.delegations.model import AnnualPlan, Delegation, FollowUp, Invitation, Visit
from caytre.delegations.model.delegation import TripNotOver, TripUndated
from caytre.delegations.model.itinerary import OneHead, ReturnBeforeDeparture, StopOutsideTrip
from caytre.delegations.model.life import NoSourceGiven
from caytre.delegations.model.partners import HostNotVerified
from caytre.delegations.model.people import MemberTwice, Traveller
from caytre.delegations.model.plan import AdjustmentTooLate, PlanNotInForce
from caytre.delegations.model.plan_items import BudgetOverCeiling, ItemIncomplete, ItemNotOpen
from caytre.delegations.model.preparing import DepartsInThePast, OutOfPlanUnjustified, PapersMissing
from caytre.delegations.model.programme import ItemOutsideVisit, ProgrammeClash, ensure_apart, ensure_programme
from caytre.delegations.model.travelling import ResultsMissing, invitation_id
from tests.builders.delegations import (
    AT,
    EARLY_2023,
    EXTENDED,
    HUNG_YEN,
    KEY,
    SOURCED,
    TODAY,
    a_channelled_invitation,
    a_draft,
    a_past_trip,
    a_plan,
    approved,
    back,
    by_id,
    item,
    known,
    later,
    on,
    paper,
    place_of,
    referred,
    reported,
    scanned,
    submitted,
    traveller,
    with_papers,
)


def test_each_step_has_its_own_clock_of_working_days_with_its_source() -> None:
    trip = with_papers(a_draft())
    said: list[Message] = [trip.submit(plan=None, at=AT)]
    trip.note_scan(found=0, blocking=0, coordinate=0, at=AT)
    said.append(trip.start_review(AT))
    said.append(trip.refer(recommendation="x", findings=(), at=AT))
    said.append(trip.approve(authority="PC_CHAIR", document=paper(), findings=(), partners={}, at=AT))
    clocks = [(d.code, d.n, d.unit, d.anchor, d.verified) for message in said for d in message.deadlines]
    assert clocks == [
        ("DEL_INTAKE", 1, "WORKING", TODAY, True),
        ("DEL_REVIEW", 2, "WORKING", TODAY, True),
        ("DEL_AUTHORITY", 2, "WORKING", TODAY, True),
        ("DEL_RETURN", 1, "WORKING", TODAY, True),
    ]
    assert [s.code for message in said for s in message.settles] == ["DEL_INTAKE", "DEL_REVIEW", "DEL_AUTHORITY"]
    assert all(d.citation and "Hà Nội" in d.citation for message in said for d in message.deadlines)


def test_the_report_is_due_15_days_after_the_return_which_no_law_says() -> None:
    trip = approved(a_draft())
    trip.depart(on=date(2026, 5, 4), at=later(63))
    [clock] = trip.come_back(on=date(2026, 5, 10), at=later(70)).deadlines
    assert (clock.code, clock.n, clock.unit, clock.anchor) == ("DEL_REPORT", 15, "CALENDAR", date(2026, 5, 10))
    assert (clock.verified, clock.citation) == (False, None)


def test_a_trip_returns_after_it_departs_and_its_stops_lie_within() -> None:
    with pytest.raises(ReturnBeforeDeparture):
        a_draft(first=date(2026, 5, 10), last=date(2026, 5, 4))
    stop = Stop(country="KR", arrives=date(2026, 5, 4), leaves=date(2026, 5, 12))
    with pytest.raises(StopOutsideTrip):
        a_draft(stops=(stop,))
    with pytest.raises(Invalid, match="not abroad"):
        a_draft(country="VN")
    with pytest.raises(Invalid, match="180"):
        a_draft(last=date(2027, 5, 10))
    with pytest.raises(DepartsInThePast):
        submitted(a_draft(first=date(2026, 3, 1), last=date(2026, 3, 5)))


def test_a_member_travels_once_and_a_delegation_has_one_head() -> None:
    with pytest.raises(MemberTwice):
        a_draft(people=[traveller(1, "001000000001"), traveller(2, "0010-0000-0001")])
    heads = (Member(number=1, role="head"), Member(number=2, role="head"))
    with pytest.raises(OneHead):
        a_draft(members=heads)


def test_one_person_is_told_apart_by_any_identity_and_no_digest_names_anybody() -> None:
    by_number = Traveller(number=1, name="Người Minh Họa", identity_number="001000000001", passport="C1234567")
    by_passport = Traveller(number=2, name="NGUOI MINH HOA", passport="c1234567")
    by_birth = Traveller(number=3, name="Người Minh Họa", born_on=date(1980, 1, 1))
    one, other = by_number.identified(KEY), by_passport.identified(KEY)
    assert set(one.digests) & set(other.digests)
    assert by_birth.identified(KEY).digests != by_birth.identified(b"j" * 32).digests
    assert not any("minh" in digest or "001000000001" in digest for digest in one.digests)
    assert Traveller(number=4, name="Người Minh Họa").identified(KEY).digests == ()


def test_a_submission_needs_its_papers_and_the_notice_for_managed_cadres() -> None:
    with pytest.raises(PapersMissing, match="LETTER, INVITATION, TRANSLATION"):
        a_draft().submit(plan=None, at=AT)
    managed = (Member(number=1, role="head", managed=True), Member(number=2))
    trip = with_papers(a_draft(members=managed))
    with pytest.raises(PapersMissing, match="ORGANISATION_NOTICE"):
        trip.submit(plan=None, at=AT)


def test_a_delegation_is_in_an_approved_plan_or_says_why_not() -> None:
    plan = a_plan()
    trip = submitted(a_draft(plan=place_of(plan)), plan)
    assert trip.status == "SUBMITTED"
    draft = a_plan(approved=False)
    with pytest.raises(PlanNotInForce):
        submitted(a_draft(plan=place_of(draft)), draft)
    plan.move_item(plan.items[0].id, "REALISED")
    with pytest.raises(ItemNotOpen):
        submitted(a_draft(plan=place_of(plan)), plan)
    with pytest.raises(OutOfPlanUnjustified):
        submitted(a_draft(out_of_plan=None))


def test_a_company_is_a_host_only_while_the_ministry_vouches_for_it() -> None:
    company = known("company", verified_until=date(2026, 3, 1))
    trip = referred(a_draft(company))
    for barred, until in ((False, date(2026, 3, 1)), (True, date(2027, 1, 1)), (False, None)):
        partner = known("company", id=company.id, barred=barred, verified_until=until)
        with pytest.raises(HostNotVerified):
            trip.approve(authority="PC_CHAIR", document=paper(), findings=(), partners=by_id(partner), at=AT)
    city = known()
    assert approved(a_draft(city), city).status == "APPROVED", "a city needs no verification"


def test_policy_warns_and_stops_nothing() -> None:
    leaders = (Member(number=1, role="head", post="party_secretary"), Member(number=2, post="pc_chair"))
    trip = scanned(a_draft(members=leaders))
    trip.start_review(AT)
    assert [found.code for found in trip.policy_findings] == ["NO_DIASPORA_MEETING", "TWO_LEADERS_AWAY", "OUT_OF_PLAN"]
    assert {found.severity for found in trip.policy_findings} == {"WARN"}


def test_a_report_tells_the_result_of_each_objective() -> None:
    trip = back(a_draft())
    with pytest.raises(ResultsMissing, match="1"):
        trip.file_report(
            results=[],
            contacts=0,
            diaspora_contacts=0,
            commitments=(),
            invitations=(),
            invitee_names=(),
            document=None,
            at=later(75),
        )


def test_an_invitation_of_a_report_is_the_same_however_often_it_is_heard_and_names_nobody() -> None:
    trip = reported(a_draft(), invitations=[EXTENDED], invitee_names=["Người Được Mời"])
    one, said = Invitation.from_report(trip, EXTENDED, "Người Được Mời", later(75))
    other, _ = Invitation.from_report(trip, EXTENDED, "Người Được Mời", later(75))
    assert one.id == other.id == invitation_id(trip.id, 1)
    assert "Người Được Mời" not in one.open_text() + said.model_dump_json()
    assert [(d.code, d.n, d.unit, d.anchor) for d in said.deadlines] == [
        ("INV_CHANNEL", 10, "WORKING", date(2026, 5, 4))
    ]


def test_a_past_trip_keeps_the_words_of_its_source_and_its_locality_of_then_and_today() -> None:
    trip, said = Delegation.record(
        id=new_id(),
        localities=["Thái Bình"],
        status="RETURNED",
        title="Đoàn công tác tại Hàn Quốc",
        departs_on=EARLY_2023,
        stops=(Stop(country="KR"),),
        provenance=SOURCED,
        at=AT,
    )
    assert (trip.locality, trip.localities) == ("VN-P-2008-34", ("VN-P-2008-34", HUNG_YEN))
    assert (trip.departs_on, trip.departed_on) == (EARLY_2023, None)
    assert (said.deadlines, trip.stays()) == ((), ())


def test_a_past_trip_is_over_dated_and_sourced() -> None:
    particulars: dict[str, Any] = {
        "id": new_id(),
        "localities": ["Thái Bình"],
        "status": "RETURNED",
        "title": "x",
        "at": AT,
    }
    with pytest.raises(TripUndated):
        Delegation.record(**particulars, provenance=SOURCED)
    with pytest.raises(TripNotOver):
        Delegation.record(
            **{**particulars, "localities": ["Hưng Yên"]}, departs_on=on(date(2026, 5, 1)), provenance=SOURCED
        )
    with pytest.raises(NoSourceGiven):
        Delegation.record(**particulars, departs_on=EARLY_2023, provenance=Provenance(origin="sourced"))


def test_what_history_promised_or_extended_starts_no_clock_today() -> None:
    trip = a_past_trip()
    _, said = Invitation.from_report(trip, EXTENDED, None, AT)
    [clock] = said.deadlines
    assert (clock.anchor, clock.historical) == (None, True)
    assert clock.anchor_missing == "extended on: đầu năm 2023"
    source = Ref(service="delegations", kind="delegation", id=trip.id)
    _, created = FollowUp.create(
        id=new_id(),
        text="x",
        owner=HUNG_YEN,
        due_on=date(2023, 6, 1),
        source=source,
        localities=trip.localities,
        provenance=SOURCED,
    )
    assert [d.historical for d in created.deadlines] == [True]


def test_a_plan_is_whole_and_within_its_ceiling() -> None:
    plan = a_plan(item(head_rank=None), approved=False)
    with pytest.raises(ItemIncomplete, match="rank of the head"):
        plan.submit(AT)
    dear = a_plan(item(budget=Money(amount=2)), item(budget=Money(amount=2)), approved=False, ceiling=3)
    with pytest.raises(BudgetOverCeiling, match="4 VND"):
        dear.submit(AT)


def test_an_adjustment_adds_an_adoption_drops_what_it_takes_out_and_comes_before_october() -> None:
    plan = a_plan(item(), item())
    first = plan.items[0]
    with pytest.raises(AdjustmentTooLate):
        plan.open_adjustment("đối tác đổi lịch", datetime(2026, 10, 2, tzinfo=UTC))
    plan.open_adjustment("đối tác đổi lịch", AT)
    plan.revise(put=[item()], remove=[first.id])
    said = plan.approve(authority="PARTY_STANDING_BOARD", document=paper(), at=AT)
    assert (said.TYPE, plan.status) == ("caytre.annual_plan.adjusted.v1", "APPROVED")
    assert [(i.status, i.in_adoption) for i in plan.items] == [("DROPPED", 1), ("PLANNED", 1), ("PLANNED", 2)]
    assert [a.number for a in plan.adoptions] == [1, 2]


def test_a_plan_is_due_on_the_date_of_the_year_before_and_settled_by_its_first_submission() -> None:
    plan, said = AnnualPlan.draft(id=new_id(), locality=HUNG_YEN, year=2027, direction="OUT", items=(item(),), at=AT)
    [due] = said.deadlines
    assert (due.code, due.anchor, due.n, due.unit) == ("PLAN_SUBMIT", date(2026, 11, 30), 0, "CALENDAR")
    assert (due.answerable, due.verified, due.citation) == (HUNG_YEN, False, None)
    assert [s.code for s in plan.submit(AT).settles] == ["PLAN_SUBMIT"]
    plan.send_back("thiếu kinh phí")
    assert plan.submit(AT).settles == (), "it had been handed in"


def test_each_adoption_may_be_adjusted_until_the_date_of_its_year() -> None:
    plan = a_plan(approved=False)
    plan.submit(AT)
    plan.take_advice(agency="MOFA", answer="agree", text=None, document=None, at=AT)
    said = plan.approve(authority="PARTY_STANDING_BOARD", document=paper(), at=AT)
    assert [(d.code, d.round, d.anchor) for d in said.deadlines] == [("PLAN_ADJUST", 1, date(2026, 10, 1))]
    opened = plan.open_adjustment("đối tác đổi lịch", AT)
    assert [(s.code, s.round) for s in opened.settles] == [("PLAN_ADJUST", 1)]
    again = plan.approve(authority="PARTY_STANDING_BOARD", document=paper(), at=AT)
    assert [(d.code, d.round) for d in again.deadlines] == [("PLAN_ADJUST", 2)]
    assert plan.end_adjustments(date(2026, 10, 1)) is None
    ended = plan.end_adjustments(date(2026, 10, 2))
    assert ended is not None
    assert [(s.code, s.round) for s in ended.settles] == [("PLAN_ADJUST", 2)]
    assert plan.end_adjustments(date(2026, 10, 3)) is None


def test_what_is_approved_after_the_date_waits_for_no_adjustment_and_what_is_closed_no_more() -> None:
    late = a_plan(approved=False)
    late.submit(AT)
    late.take_advice(agency="MOFA", answer="agree", text=None, document=None, at=AT)
    said = late.approve(authority="PARTY_STANDING_BOARD", document=paper(), at=datetime(2026, 10, 2, tzinfo=UTC))
    assert (said.deadlines, late.adjust_until) == ((), None)
    plan = a_plan()
    plan.move_item(plan.items[0].id, "REALISED")
    assert [s.code for s in plan.close(AT).settles] == ["PLAN_ADJUST"]


def test_what_a_year_has_left_open_lapses_when_it_is_over() -> None:
    plan = a_plan(item(), item())
    plan.move_item(plan.items[0].id, "REALISED")
    assert plan.lapse(date(2026, 12, 31)) is None
    lapsed = plan.lapse(date(2027, 1, 1))
    assert lapsed is not None
    assert lapsed.items == (plan.items[1].id,)
    assert plan.close(datetime(2027, 1, 2, tzinfo=UTC)).outcome == {"REALISED": 1, "LAPSED": 1}


def test_a_plan_of_a_merged_province_is_read_by_the_one_of_today() -> None:
    plan, _ = AnnualPlan.record(
        id=new_id(),
        locality="Thái Bình",
        year=2024,
        direction="OUT",
        status="APPROVED",
        provenance=Provenance(origin="imported", file="ke-hoach.xlsx"),
        at=AT,
    )
    assert plan.localities == ("VN-P-2008-34", HUNG_YEN)


def entry(number: int, start: int, end: int, **who: str) -> ProgrammeItem:
    day = datetime(2026, 5, 4, tzinfo=UTC)
    return ProgrammeItem(
        number=number, title="Gặp", starts_at=day.replace(hour=start), ends_at=day.replace(hour=end), **who
    )


@pytest.mark.parametrize("what", ["host", "venue", "vehicle", "interpreter"])
def test_nobody_and_nothing_is_in_two_places_at_once(what: str) -> None:
    first, day = entry(1, 1, 3, **{what: "Sở Công Thương"}), date(2026, 5, 4)
    meanwhile = entry(2, 2, 4, **{what: "so cong  thuong"})
    with pytest.raises(ProgrammeClash):
        ensure_programme([first, meanwhile], day, day)
    with pytest.raises(ProgrammeClash):
        ensure_apart([first], [meanwhile])
    ensure_programme([first, entry(2, 3, 4, **{what: "Sở Công Thương"})], day, day)
    with pytest.raises(ItemOutsideVisit):
        ensure_programme([first], date(2026, 5, 5), day)


def test_an_accepted_invitation_leads_to_one_visit_with_its_provenance() -> None:
    invitation = a_channelled_invitation(invitee_name="Người Được Mời")
    illustrated = Provenance(origin="illustration")
    invitation.take_reply(
        answer="accepted", on=date(2023, 6, 1), through="MOFA", document=None, provenance=illustrated, at=AT
    )
    visit, _ = Visit.from_invitation(invitation, None, AT)
    assert (visit.status, visit.provenance, visit.guests) == ("INVITED", illustrated, ("Người Được Mời",))
    assert [(link.relation, link.provenance.origin) for link in visit.links] == [("resulted_in_visit", "illustration")]
    assert invitation.schedule(visit.id) is not None
    assert invitation.schedule(visit.id) is None
