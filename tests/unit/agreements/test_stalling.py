"""Standstill, rule by rule: from which day each reason holds, what ends it, and how effectiveness is counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caytre.agreements.model.stalling import NEXT_ACTIONS, Facts, judge, months_later
from caytre.contracts.agreements.implementation import (
    Activity,
    Implementation,
    Outcomes,
    PlanSummary,
    SuccessionSummary,
)
from caytre.contracts.lineage import Ref
from caytre.core.ids import new_id
from caytre.reference import stalling
from tests.builders.agreements import HUNG_YEN, OLD_THAI_BINH, TODAY, Life

SIGNED = date(2023, 12, 1)


def facts(*, status: str = "IN_FORCE", known: dict[str, Any] | None = None, **changes: Any) -> Facts:
    fresh: dict[str, Any] = {
        "status": status,
        "implementation": Implementation(judged_from=SIGNED, **(known or {})),
        "signed_on": SIGNED,
        "expires_on": None,
        "parties": (HUNG_YEN,),
        "missing_reports": (),
    }
    return Facts(**fresh | changes)


def a_summary(**changes: Any) -> PlanSummary:
    fresh = {
        "id": new_id(),
        "version": 1,
        "status": "ACTIVE",
        "approved": True,
        "lead_agency": "Sở Ngoại vụ",
        "lead_locality": HUNG_YEN,
        "changed_on": SIGNED,
    }
    return PlanSummary.model_validate(fresh | changes)


def held(known: Facts, after: int) -> dict[str, str]:
    """The reasons that hold so many days after the signature, with their level."""
    stall = judge(known, SIGNED + timedelta(days=after)).stall
    return {reason.code: reason.level for reason in stall.reasons} if stall else {}


def test_what_was_given_up_ends_no_silence() -> None:
    trip = Ref(service="delegations", kind="delegation", id=new_id())
    agreement = Life().signed()
    agreement.follow_activity(Activity(count=1, last_on=TODAY + timedelta(days=300), last=trip), trip)
    later = months_later(TODAY, 12)
    agreement.assess(later)
    assert agreement.stall is not None
    assert "S4_NO_ACTIVITY" not in {reason.code for reason in agreement.stall.reasons}
    assert agreement.follow_activity(Activity(), trip)
    assert agreement.follow_activity(Activity(), trip) is None
    agreement.assess(later)
    assert "S4_NO_ACTIVITY" in {reason.code for reason in agreement.stall.reasons}


def test_s1_no_plan_warns_after_30_days_and_is_critical_after_90() -> None:
    assert [held(facts(), days).get("S1_NO_PLAN") for days in (29, 30, 89, 90)] == [None, "warn", "warn", "critical"]
    assert "S1_NO_PLAN" not in held(facts(known={"plan": a_summary(status="APPROVED")}), 90)
    assert held(facts(known={"plan": a_summary(status="DRAFT")}), 30)["S1_NO_PLAN"] == "warn"


def test_s1_a_plan_that_was_given_up_leaves_time_for_another() -> None:
    given_up = a_summary(status="ABANDONED", changed_on=SIGNED + timedelta(days=100))
    assert [held(facts(known={"plan": given_up}), days).get("S1_NO_PLAN") for days in (129, 130)] == [None, "warn"]


def test_s2_no_progress_warns_after_120_days_and_is_critical_after_240() -> None:
    known = facts(known={"plan": a_summary()})
    assert [held(known, days).get("S2_NO_PROGRESS") for days in (119, 120, 240)] == [None, "warn", "critical"]


@pytest.mark.parametrize(("due", "first"), [((10, 20), 21), ((10,), 71), ((10, 500), 71), ((), None)])
def test_s3_two_late_milestones_or_one_by_more_than_60_days(due: tuple[int, ...], first: int | None) -> None:
    plan = a_summary(open_due=tuple(SIGNED + timedelta(days=day) for day in due), changed_on=SIGNED)
    days = [day for day in range(100) if "S3_LATE_MILESTONES" in held(facts(known={"plan": plan}), day)]
    assert days == (list(range(first, 100)) if first else [])


def test_s4_no_activity_for_twelve_months_and_an_outcome_counts_too() -> None:
    quiet = facts(known={"activity": Activity(count=1, last_on=date(2024, 2, 29))})
    assert judge(quiet, date(2025, 2, 27)).stall is not None
    codes = {
        day: "S4_NO_ACTIVITY" in held(quiet, (day - SIGNED).days) for day in (date(2025, 2, 27), date(2025, 2, 28))
    }
    assert list(codes.values()) == [False, True]
    fresh = facts(known={"outcomes": Outcomes(count=1, last_on=date(2025, 1, 1))})
    assert "S4_NO_ACTIVITY" not in held(fresh, 400)


def test_s5_no_owner_when_there_is_none_or_its_unit_has_ended() -> None:
    assert held(facts(known={"plan": a_summary(lead_agency=None)}), 1)["S5_NO_OWNER"] == "critical"
    plan = a_summary(lead_locality=OLD_THAI_BINH)
    last, first = (date(2025, 6, 30) - SIGNED).days, (date(2025, 7, 1) - SIGNED).days
    assert "S5_NO_OWNER" not in held(facts(known={"plan": plan}), last)
    assert held(facts(known={"plan": plan}), first)["S5_NO_OWNER"] == "critical"


def test_s6_near_its_end_without_progress_or_outcome() -> None:
    ends = SIGNED + timedelta(days=400)
    near = [held(facts(expires_on=ends), days).get("S6_NEAR_EXPIRY_NO_RESULT") for days in (220, 221)]
    assert near == [None, "critical"]
    going = facts(expires_on=ends, known={"plan": a_summary(progress=25)})
    won = facts(expires_on=ends, known={"outcomes": Outcomes(count=1)})
    assert all("S6_NEAR_EXPIRY_NO_RESULT" not in held(each, 300) for each in (going, won))


def test_s7_a_statutory_report_that_is_overdue_is_critical() -> None:
    late = facts(missing_reports=("PM_REPORT",), known={"unreported_since": SIGNED + timedelta(days=18)})
    assert held(late, 18)["S7_UNREPORTED"] == "critical"


def test_s8_a_succession_that_is_not_closed() -> None:
    ended = facts(parties=(OLD_THAI_BINH,))
    day = (date(2025, 7, 1) - SIGNED).days
    assert "S8_SUCCESSION_OPEN" not in held(ended, day - 1)
    assert held(ended, day)["S8_SUCCESSION_OPEN"] == "warn"
    case = SuccessionSummary(id=new_id(), version=5, locality=OLD_THAI_BINH, status="CLOSED")
    assert "S8_SUCCESSION_OPEN" not in held(facts(parties=(OLD_THAI_BINH,), known={"successions": (case,)}), day)


@pytest.mark.parametrize("status", ["DRAFT", "APPROVED", "EXPIRED", "TERMINATED"])
def test_what_is_not_signed_or_has_ended_is_not_judged(status: str) -> None:
    assert judge(facts(status=status), SIGNED + timedelta(days=500)).check_on is None
    assert judge(facts(status=status), SIGNED + timedelta(days=500)).stall is None


def test_of_what_a_publication_says_silence_is_no_standstill() -> None:
    assert judge(_unjudged(), SIGNED + timedelta(days=500)).stall is None


def _unjudged() -> Facts:
    known = facts()
    return Facts(
        status=known.status,
        implementation=Implementation(),
        signed_on=SIGNED,
        expires_on=None,
        parties=known.parties,
        missing_reports=(),
    )


def test_the_gravest_reason_says_what_to_do_next() -> None:
    known = facts(missing_reports=("PM_REPORT",), known={"unreported_since": SIGNED + timedelta(days=20)})
    stall = judge(known, SIGNED + timedelta(days=31)).stall
    assert stall is not None
    assert (stall.level, stall.since) == ("critical", SIGNED + timedelta(days=20))
    assert stall.next_action.en == NEXT_ACTIONS["S7_UNREPORTED"].en


_plans = st.none() | st.builds(
    a_summary,
    status=st.sampled_from(("DRAFT", "APPROVED", "ACTIVE", "COMPLETED", "ABANDONED")),
    progress=st.integers(0, 100),
    open_due=st.lists(st.dates(SIGNED, date(2026, 1, 1)), max_size=4).map(tuple),
    changed_on=st.dates(SIGNED, date(2025, 1, 1)),
    lead_locality=st.sampled_from((None, HUNG_YEN, OLD_THAI_BINH)),
)
_facts = st.builds(
    facts,
    known=st.fixed_dictionaries(
        {"plan": _plans, "activity": st.builds(Activity, last_on=st.none() | st.dates(SIGNED, date(2025, 1, 1)))}
    ),
    expires_on=st.none() | st.dates(SIGNED, date(2027, 1, 1)),
    parties=st.sampled_from(((HUNG_YEN,), (OLD_THAI_BINH,))),
)


@given(known=_facts, after=st.integers(0, 1200))
def test_between_two_checks_nothing_changes(known: Facts, after: int) -> None:
    """What makes it right to look only at agreements whose day has come."""
    today = SIGNED + timedelta(days=after)
    now = judge(known, today)
    last = (now.check_on or today + timedelta(days=3000)) - timedelta(days=1)
    then = judge(known, last)
    assert then.stall == now.stall
    assert then.check_on == now.check_on
    assert then.effectiveness is not None
    assert now.effectiveness is not None
    assert then.effectiveness.score == now.effectiveness.score


@given(known=_facts, after=st.integers(0, 1200))
def test_the_score_is_the_sum_of_its_components(known: Facts, after: int) -> None:
    counted = judge(known, SIGNED + timedelta(days=after)).effectiveness
    assert counted is not None
    assert counted.score == counted.plan + counted.milestones + counted.activity + counted.outcomes <= 100


def test_full_effectiveness_is_100() -> None:
    whole = {
        "plan": a_summary(status="COMPLETED", progress=100),
        "activity": Activity(count=1, last_on=SIGNED),
        "outcomes": Outcomes(count=1, confirmed=1, last_on=SIGNED),
    }
    counted = judge(facts(known=whole), SIGNED).effectiveness
    assert counted is not None
    assert counted.score == 100


def test_the_rules_are_data_with_a_version() -> None:
    (rules,) = stalling.all_rules()
    assert (rules.version, stalling.rules_on(date(2020, 1, 1)), stalling.rules_on(SIGNED)) == (1, rules, rules)
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
