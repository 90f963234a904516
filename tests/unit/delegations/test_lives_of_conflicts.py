"""Conflicts under any sequence of searches and answers: no illegal state is reachable."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from caytre.delegations.model import Finding
from caytre.delegations.model.conflicts import Found
from caytre.delegations.model.finding import MINISTRY
from tests.builders.delegations import (
    AT,
    CAO_BANG,
    HA_NOI,
    HUNG_YEN,
    a_draft,
    a_finding,
    sides_of,
)
from tests.builders.living import Lives


class Conflicts(Lives):
    """A conflict between searches, answers of both sides, the ministry and time."""

    ALLOWED: ClassVar = {
        ("OPEN", "RESOLVED"),
        ("OPEN", "CLOSED"),
        ("RESOLVED", "CLOSED"),
        ("RESOLVED", "OPEN"),
        ("CLOSED", "OPEN"),
    }

    def __init__(self) -> None:
        super().__init__()
        self.record: Finding = a_finding(a_draft(), "SAME_HOST_NEAR", "INFO")

    @rule(
        severity=st.sampled_from(("INFO", "COORDINATE", "BLOCK")),
        day=st.integers(5, 7),
        also=st.sampled_from(((), (HA_NOI,), (HA_NOI, CAO_BANG))),
    )
    def search_again(self, severity: str, day: int, also: tuple[str, ...]) -> None:
        found = Found(self.record.delegation_ids, "SAME_HOST_NEAR", severity, date(2026, 5, 4), date(2026, 5, day), ())
        self.act(lambda f: f.see_again(found, sides=sides_of(found, also), at=AT))

    @rule(
        by=st.sampled_from((HUNG_YEN, CAO_BANG, HA_NOI, MINISTRY, "VN-P-2008-22")),
        how=st.sampled_from(("proceed_with_reason", "reschedule")),
    )
    def answer(self, by: str, how: str) -> None:
        self.act(lambda f: f.answer(by=by, how=how, reason="x", at=AT))

    @rule()
    def the_cause_goes(self) -> None:
        self.act(lambda f: f.close(AT))

    @rule(locality=st.sampled_from((HUNG_YEN, CAO_BANG)), round=st.integers(1, 3))
    def run_over(self, locality: str, round: int) -> None:
        self.act(lambda f: f.ran_over(locality, round))

    @invariant()
    def a_resolved_conflict_was_answered_for_both_or_by_the_ministry(self) -> None:
        sides = [reply.on_behalf_of or reply.by for reply in self.record.replies]
        assert len(set(sides)) == len(sides), "one answer for each"
        if self.record.status == "RESOLVED":
            assert set(sides) >= {HUNG_YEN, CAO_BANG} or MINISTRY in sides

    @invariant()
    def a_block_hinders_until_its_cause_is_gone(self) -> None:
        if self.record.severity == "BLOCK" and self.record.status != "CLOSED":
            assert self.record.hinders


TestConflicts = Conflicts.TestCase
TestConflicts.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
