"""The search for conflicts against a scan of all pairs that is written in another way, and against planted ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, permutations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caytre.contracts.delegations import Member, Stop
from caytre.core.refusals import Invalid
from caytre.delegations.model import Delegation
from caytre.delegations.model.conflicts import Stay, all_conflicts, conflicts_of, finding_id
from caytre.delegations.model.itinerary import looked_after
from tests.builders.delegations import CAO_BANG, HA_NOI, HUNG_YEN, a_draft, known

YEAR = date(2026, 1, 1)
LOCALITIES = (HUNG_YEN, CAO_BANG, HA_NOI)
THAI_BINH, OLD_HUNG_YEN = "VN-P-2008-34", "VN-P-2008-33"


def id_of(number: int) -> UUID:
    return UUID(int=number)


def stay(delegation: int, kind: str, key: str, first: int, last: int, *localities: str) -> Stay:
    return Stay(
        id_of(delegation), localities or (HUNG_YEN,), kind, key, YEAR + timedelta(first), YEAR + timedelta(last)
    )


def days_of(each: Stay) -> set[date]:
    return {each.first + timedelta(n) for n in range((each.last - each.first).days + 1)}


def gap(one: Stay, other: Stay) -> int:
    return min(abs((a - b).days) for a in days_of(one) for b in days_of(other))


def naive(stays: Sequence[Stay]) -> dict[UUID, str]:
    """Every pair of delegations, day by day: what the rules say in words and nothing of how they are computed."""
    found: dict[UUID, str] = {}
    by_delegation: dict[UUID, list[Stay]] = {}
    for each in stays:
        by_delegation.setdefault(each.delegation_id, []).append(each)
    for one, other in combinations(sorted(by_delegation), 2):
        mine, theirs = by_delegation[one], by_delegation[other]
        pairs = [(a, b) for a in mine for b in theirs if a.kind == b.kind]
        if any(a.kind == "person" and a.key == b.key and days_of(a) & days_of(b) for a, b in pairs):
            found[finding_id(one, other, "SAME_PERSON")] = "BLOCK"
        leaders = [
            (a, b)
            for a, b in pairs
            if a.kind == "leader"
            and any({a.key, b.key} == {f"{home}/party_secretary", f"{home}/pc_chair"} for home in LOCALITIES)
        ]
        if any(days_of(a) & days_of(b) for a, b in leaders):
            found[finding_id(one, other, "TWO_LEADERS_AWAY")] = "WARN"
        hosts = [(a, b) for a, b in pairs if a.kind == "host" and a.key == b.key and _of_nobody_else(a, b)]
        if any(days_of(a) & days_of(b) for a, b in hosts):
            found[finding_id(one, other, "SAME_HOST_SAME_DAYS")] = "COORDINATE"
        else:
            near = [(a, b) for a, b in hosts if gap(a, b) <= 14]
            if near:
                third = any(_third(stays, a, b, 14) for a, b in near)
                found[finding_id(one, other, "SAME_HOST_NEAR")] = "COORDINATE" if third else "INFO"
        missions = [(a, b) for a, b in pairs if a.kind == "mission" and a.key == b.key]
        if any(_week_of_three(stays, a, b) for a, b in missions):
            found[finding_id(one, other, "MISSION_OVERLOAD")] = "COORDINATE"
    return found


def _of_nobody_else(a: Stay, b: Stay) -> bool:
    return not any(home in b.localities for home in a.localities)


def _third(stays: Sequence[Stay], a: Stay, b: Stay, within: int) -> bool:
    return any(
        t.kind == a.kind
        and t.key == a.key
        and t.delegation_id not in (a.delegation_id, b.delegation_id)
        and gap(t, a) <= within
        and gap(t, b) <= within
        for t in stays
    )


def _week_of_three(stays: Sequence[Stay], a: Stay, b: Stay) -> bool:
    # Seven days beginning anywhere: who has a day in them?
    for start in range(-10, 60):
        week = {YEAR + timedelta(start + n) for n in range(7)}
        if not (week & days_of(a) and week & days_of(b)):
            continue
        there = {s.delegation_id for s in stays if s.kind == "mission" and s.key == a.key and week & days_of(s)}
        if len(there) >= 3:
            return True
    return False


@st.composite
def delegations(draw: st.DrawFn) -> list[Stay]:
    """A few delegations that share few people, hosts and missions, so that they meet often."""
    stays: list[Stay] = []
    for number in range(1, draw(st.integers(2, 7)) + 1):
        together = tuple(sorted(draw(st.sets(st.sampled_from(LOCALITIES), min_size=1, max_size=2))))
        first = draw(st.integers(0, 40))
        last = first + draw(st.integers(0, 8))
        for person in draw(st.sets(st.sampled_from(("p", "q", "r")), max_size=2)):
            stays.append(stay(number, "person", person, first, last, *together))
        post = draw(st.sampled_from(("party_secretary", "pc_chair", "")))
        if post:
            home = draw(st.sampled_from(together))
            stays.append(stay(number, "leader", f"{home}/{post}", first, last, *together))
        for _ in range(draw(st.integers(0, 2))):
            begin = draw(st.integers(first, last))
            end = draw(st.integers(begin, last))
            stays.append(stay(number, "host", draw(st.sampled_from(("h", "i"))), begin, end, *together))
            stays.append(stay(number, "mission", draw(st.sampled_from(("KR", "JP"))), begin, end, *together))
    return stays


@given(delegations())
@settings(max_examples=400, deadline=None)
def test_the_search_finds_what_a_scan_of_all_pairs_finds_and_nothing_else(stays: list[Stay]) -> None:
    assert {id: found.severity for id, found in all_conflicts(stays).items()} == naive(stays)


@given(delegations())
@settings(max_examples=150, deadline=None)
def test_both_sides_find_the_same(stays: list[Stay]) -> None:
    for one, other in permutations({each.delegation_id for each in stays}, 2):
        mine = {id: f for id, f in conflicts_of(one, stays).items() if other in f.pair}
        theirs = {id: f for id, f in conflicts_of(other, stays).items() if one in f.pair}
        assert mine == theirs


def kinds(*stays: Stay) -> dict[str, str]:
    return {found.conflict: found.severity for found in all_conflicts(stays).values()}


def test_one_person_is_not_in_two_delegations_of_any_locality_on_one_day() -> None:
    one = stay(1, "person", "p", 0, 5)
    assert kinds(one, stay(2, "person", "p", 5, 9, CAO_BANG)) == {"SAME_PERSON": "BLOCK"}
    assert kinds(one, stay(2, "person", "p", 6, 9, CAO_BANG)) == {}
    assert kinds(one, stay(2, "person", "q", 5, 9, CAO_BANG)) == {}


def test_a_host_of_two_localities_is_told_by_how_far_apart_they_come() -> None:
    one = stay(1, "host", "h", 0, 2)
    assert kinds(one, stay(2, "host", "h", 2, 4, CAO_BANG)) == {"SAME_HOST_SAME_DAYS": "COORDINATE"}
    assert kinds(one, stay(2, "host", "h", 16, 18, CAO_BANG)) == {"SAME_HOST_NEAR": "INFO"}
    assert kinds(one, stay(2, "host", "h", 17, 18, CAO_BANG)) == {}
    assert kinds(one, stay(2, "host", "h", 2, 4)) == {}, "one locality agrees with itself"


def test_with_a_third_delegation_near_a_host_they_have_to_be_coordinated() -> None:
    three = [stay(1, "host", "h", 0, 2), stay(2, "host", "h", 8, 9, CAO_BANG), stay(3, "host", "h", 15, 16, HA_NOI)]
    assert set(kinds(*three).values()) == {"COORDINATE"}
    assert len(all_conflicts(three)) == 3


def test_three_delegations_at_one_mission_within_seven_days_are_too_many_and_two_are_not() -> None:
    two = [stay(1, "mission", "KR", 0, 1), stay(2, "mission", "KR", 3, 3, CAO_BANG)]
    assert kinds(*two) == {}
    assert len(all_conflicts([*two, stay(3, "mission", "KR", 7, 8, HA_NOI)])) == 3
    assert kinds(*two, stay(3, "mission", "KR", 8, 8, HA_NOI)) == {}
    assert kinds(*two, stay(3, "mission", "JP", 7, 8, HA_NOI)) == {}


def test_secretary_and_chair_of_one_locality_are_not_abroad_together() -> None:
    secretary = stay(1, "leader", f"{HUNG_YEN}/party_secretary", 0, 4)
    assert kinds(secretary, stay(2, "leader", f"{HUNG_YEN}/pc_chair", 4, 8)) == {"TWO_LEADERS_AWAY": "WARN"}
    assert kinds(secretary, stay(2, "leader", f"{HUNG_YEN}/pc_chair", 5, 8)) == {}
    assert kinds(secretary, stay(2, "leader", f"{CAO_BANG}/pc_chair", 4, 8, CAO_BANG)) == {}
    assert kinds(secretary, stay(2, "leader", f"{HUNG_YEN}/party_secretary", 4, 8)) == {}


def found_in(*trips: Delegation) -> dict[str, tuple[date, date]]:
    stays = [each for trip in trips for each in trip.stays()]
    return {found.conflict: (found.first_day, found.last_day) for found in all_conflicts(stays).values()}


def leader(post: str, locality: str | None = None) -> tuple[Member, ...]:
    return (Member(number=1, role="head", post=post, locality=locality), Member(number=2))


def test_a_leader_in_a_joint_delegation_is_the_leader_of_the_own_locality() -> None:
    together = a_draft(also=(CAO_BANG,), members=leader("party_secretary", CAO_BANG))
    assert set(found_in(together, a_draft(locality=CAO_BANG))) == {"TWO_LEADERS_AWAY"}
    assert found_in(together, a_draft()) == {}
    first = a_draft(also=(CAO_BANG,), members=leader("party_secretary"))
    assert set(found_in(first, a_draft())) == {"TWO_LEADERS_AWAY"}
    both = (*leader("party_secretary", CAO_BANG)[:1], Member(number=2, post="pc_chair", locality=CAO_BANG))
    assert "TWO_LEADERS_AWAY" in {each.code for each in a_draft(also=(CAO_BANG,), members=both).policy()}
    with pytest.raises(Invalid, match="does not send"):
        a_draft(members=leader("party_secretary", CAO_BANG))


def test_localities_that_travel_together_agree_about_their_host() -> None:
    host = known()
    together = a_draft(host, also=(CAO_BANG,), members=leader("other"))
    assert found_in(together, a_draft(host, locality=CAO_BANG)) == {}
    assert set(found_in(together, a_draft(host, locality=HA_NOI))) == {"SAME_HOST_SAME_DAYS"}


def test_a_trip_over_the_merger_of_2025_is_of_the_old_province_until_then_and_of_the_new_one_after() -> None:
    host = known()
    june: dict[str, Any] = {"at": datetime(2025, 6, 2, tzinfo=UTC), "first": date(2025, 6, 28)}
    old = a_draft(host, locality=THAI_BINH, last=date(2025, 7, 5), members=leader("party_secretary"), **june)
    new = a_draft(host, first=date(2025, 7, 2), last=date(2025, 7, 9), at=datetime(2025, 7, 1, 3, tzinfo=UTC))
    assert found_in(old, new) == {"TWO_LEADERS_AWAY": (date(2025, 7, 2), date(2025, 7, 5))}, "and they share the host"
    neighbour = a_draft(host, locality=OLD_HUNG_YEN, last=date(2025, 6, 30), **june)
    assert found_in(old, neighbour) == {"SAME_HOST_SAME_DAYS": (date(2025, 6, 28), date(2025, 6, 30))}


def test_the_id_of_a_finding_is_the_same_from_both_sides_and_another_for_another_kind() -> None:
    one, other = id_of(1), id_of(2)
    assert finding_id(one, other, "SAME_PERSON") == finding_id(other, one, "SAME_PERSON")
    assert finding_id(one, other, "SAME_PERSON") != finding_id(one, other, "SAME_HOST_NEAR")


def test_a_stop_that_names_the_mission_meets_one_that_names_the_country_only() -> None:
    def key(country: str, mission: str | None) -> str:
        return looked_after(Stop(country=country, mission=mission))

    assert key("KR", "EMBASSY-KR") == key("KR", None) != key("KR", "PHONG-KHONG-CO")
    assert len({key("JP", None), key("JP", "CONSULATE-JP"), key("KR", None)}) == 3
    assert key("ME", "EMBASSY-IT") == "EMBASSY-IT", "an embassy looks after more than one country"
