"""The rules on international conferences, as data."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from caytre.reference import conferences
from caytre.reference.conferences import NONE, PC_CHAIR, PRIME_MINISTER, Finding, NoConferenceRules

ON = date(2023, 10, 1)
RULES = conferences.rules_on(ON)


def found(**changed: Any) -> Finding:
    particulars: dict[str, Any] = {
        "kind": "conference",
        "foreign_element": True,
        "in_vietnam": True,
        "rank": None,
        "former_rank": None,
        "topics": (),
        "on": ON,
        **changed,
    }
    return RULES.resolve(**particulars)


@pytest.mark.parametrize("rank", [rank.code for rank in RULES.ranks])
def test_ministers_and_above_are_the_prime_minister_s_and_everybody_else_the_chair_s(rank: str) -> None:
    ministerial = RULES.rank(rank).ministerial
    assert found(rank=rank).competence == (PRIME_MINISTER if ministerial else PC_CHAIR)
    former = found(former_rank=rank)
    assert former.certain is not ministerial
    assert {reading.competence for reading in former.readings} == ({PRIME_MINISTER, PC_CHAIR} if ministerial else set())


@pytest.mark.parametrize("topic", [topic.code for topic in RULES.sensitive_topics])
def test_a_sensitive_subject_is_the_prime_minister_s_and_says_why(topic: str) -> None:
    finding = found(topics=("EDUCATION", topic))
    assert (finding.competence, finding.certain, len(finding.reasons)) == (PRIME_MINISTER, True, 1)
    assert finding.reasons[0].citation.law == "Quyết định 06/2020/QĐ-TTg"


@pytest.mark.parametrize(
    "kind", ["festival", "fair", "exhibition", "training", "ceremony", "business_matching", "other"]
)
def test_what_is_no_conference_leaves_the_law_open_and_the_cautious_reading_stands(kind: str) -> None:
    finding = found(kind=kind, rank="MINISTER")
    assert (finding.competence, finding.certain) == (PRIME_MINISTER, False)
    assert {reading.competence for reading in finding.readings} == {PRIME_MINISTER, NONE}


def test_outside_its_scope_nobody_permits() -> None:
    for changed in ({"foreign_element": False}, {"in_vietnam": False}, {"kind": "press_conference"}):
        finding = found(rank="MINISTER", **changed)
        assert (finding.competence, finding.certain) == (NONE, True)
        assert finding.reasons[0].text_vi


def test_time_limits_are_those_that_were_read() -> None:
    read = {
        (limit.code, limit.competence, limit.discriminator): (limit.n, limit.unit.value, limit.verified)
        for limit in RULES.deadlines
    }
    assert read["EVT_APPLY", PRIME_MINISTER, ""] == (40, "LEAD", True)
    assert read["EVT_APPLY", PC_CHAIR, ""] == (30, "LEAD", True)
    assert read["EVT_OPINION", None, ""] == (15, "CALENDAR", True)
    assert read["EVT_REPORT", None, ""] == (15, "CALENDAR", False)
    assert RULES.competence(PRIME_MINISTER).asks == ("MOFA", "MPS")


def test_what_the_rules_do_not_know_is_said() -> None:
    with pytest.raises(NoConferenceRules):
        conferences.rules_on(date(2019, 1, 1))
    with pytest.raises(NoConferenceRules):
        conferences.by_version(99)
    with pytest.raises(NoConferenceRules):
        RULES.rank("EMPEROR")
    with pytest.raises(NoConferenceRules):
        RULES.competence("NOBODY")
    with pytest.raises(NoConferenceRules):
        RULES.time_limit("EVT_NOTHING")
