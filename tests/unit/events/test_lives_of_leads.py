"""Leads and outcomes in any order of acts: clocks end with the lead, shares never exceed the whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from caytre.contracts.events import OutcomeEvidence, Winning
from caytre.contracts.message import INTERNAL, PUBLIC, RESTRICTED, Message
from caytre.events.model import Lead, Outcome
from tests.builders.events import AT, FIRST_DAY, TODAY, a_lead, a_paper, an_outcome, dollars, link_to
from tests.builders.events_acting import acted

LEAD = {
    ("OPEN", "QUALIFIED"),
    ("QUALIFIED", "NEGOTIATING"),
    ("NEGOTIATING", "QUALIFIED"),
    *((alive, "DORMANT") for alive in ("OPEN", "QUALIFIED", "NEGOTIATING")),
    ("DORMANT", "OPEN"),
    ("DORMANT", "QUALIFIED"),
    ("QUALIFIED", "WON"),
    ("NEGOTIATING", "WON"),
    *((alive, "LOST") for alive in ("OPEN", "QUALIFIED", "NEGOTIATING", "DORMANT")),
}
OUTCOME = {("CLAIMED", "CONFIRMED"), ("CLAIMED", "WITHDRAWN"), ("CONFIRMED", "WITHDRAWN")}
sensitivities = st.sampled_from((PUBLIC, INTERNAL, RESTRICTED))


class LeadLives(RuleBasedStateMachine):
    """A lead in any order of acts; its clocks are those it was given and has not answered."""

    def __init__(self) -> None:
        super().__init__()
        self.lead: Lead = a_lead()
        self.running: set[str] = set()

    def act(self, move: Callable[[], Any]) -> None:
        result = acted(self.lead, LEAD, move)
        if isinstance(result, Message):
            self.running -= {each.discriminator for each in result.settles}
            self.running |= {each.discriminator for each in result.deadlines}

    @rule(status=st.sampled_from(("OPEN", "QUALIFIED", "NEGOTIATING", "DORMANT")))
    def advance(self, status: str) -> None:
        self.act(lambda: self.lead.advance(status))

    @rule(note=st.sampled_from(("a", "b")), later=st.integers(-1, 3))
    def amend(self, note: str, later: int) -> None:
        self.act(lambda: self.lead.amend({"note": note, "next_action_on": TODAY + timedelta(days=later)}, AT))

    @rule()
    def event_ends(self) -> None:
        self.act(lambda: self.lead.schedule_follow_ups(FIRST_DAY, AT))

    @rule(n=st.sampled_from((30, 90, 180)), late=st.booleans())
    def follow_up(self, n: int, late: bool) -> None:
        if late:
            self.act(lambda: self.lead.follow_up_ran_over(n, AT))
        else:
            self.act(lambda: self.lead.follow_up(days=n, note="x", at=AT))

    @rule(amount=st.sampled_from(("1", "0", "0.001")), chance=st.integers(0, 2))
    def win(self, amount: str, chance: int) -> None:
        if chance == 0:
            won = Winning(kind="FDI", title="x", money=dollars(amount), realised_on=TODAY)
            self.act(lambda: self.lead.win(won, AT))

    @rule(chance=st.integers(0, 2))
    def lose(self, chance: int) -> None:
        if chance == 0:
            self.act(lambda: self.lead.lose(reason="x", at=AT))

    @rule(sensitivity=sensitivities)
    def classify(self, sensitivity: str) -> None:
        self.act(lambda: self.lead.classify(sensitivity, confirmed=True))

    @invariant()
    def an_ended_lead_has_no_clock_and_a_won_one_says_what_came_of_it(self) -> None:
        if self.lead.status in {"WON", "LOST"}:
            assert self.running == set()
        else:
            assert self.running == {each.discriminator for each in self.lead.running_deadlines()}
        assert (self.lead.status == "WON") == (self.lead.won is not None)


class OutcomeLives(RuleBasedStateMachine):
    """An outcome in any order of acts; its shares never exceed the whole."""

    def __init__(self) -> None:
        super().__init__()
        self.outcome: Outcome = an_outcome(claimed_by="officer")
        self.upstream = [link_to("agreement", relation="implements").upstream for _ in range(4)]

    def act(self, move: Callable[[], Any]) -> None:
        acted(self.outcome, OUTCOME, move)

    @rule(n=st.integers(0, 3), share=st.decimals("0.01", "100", places=2))
    def link(self, n: int, share: Decimal) -> None:
        link = link_to("agreement", str(share), relation="implements")
        self.act(lambda: self.outcome.link(link.model_copy(update={"upstream": self.upstream[n]})))

    @rule(n=st.integers(0, 3))
    def unlink(self, n: int) -> None:
        self.act(lambda: self.outcome.unlink(self.upstream[n], "x"))

    @rule(title=st.sampled_from(("a", "b")), amount=st.sampled_from(("1.00", "0.001")))
    def amend(self, title: str, amount: str) -> None:
        self.act(lambda: self.outcome.amend({"title": title, "money": dollars(amount)}, AT))

    @rule()
    def add_evidence(self) -> None:
        self.act(lambda: self.outcome.add_evidence(OutcomeEvidence(summary="x"), AT))

    @rule(by=st.sampled_from(("officer", "lead")))
    def confirm(self, by: str) -> None:
        self.act(lambda: self.outcome.confirm(document=a_paper(), by=by, at=AT))

    @rule(chance=st.integers(0, 9))
    def withdraw(self, chance: int) -> None:
        if chance == 0:
            self.act(lambda: self.outcome.withdraw(reason="x", at=AT))

    @rule(sensitivity=sensitivities)
    def classify(self, sensitivity: str) -> None:
        self.act(lambda: self.outcome.classify(sensitivity, confirmed=True))

    @invariant()
    def shares_never_exceed_the_whole_and_what_is_confirmed_has_evidence(self) -> None:
        assert sum(link.share or 0 for link in self.outcome.links) <= 100
        assert self.outcome.status != "CONFIRMED" or self.outcome.evidence


_SETTINGS = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLeadLives = LeadLives.TestCase
TestLeadLives.settings = _SETTINGS
TestOutcomeLives = OutcomeLives.TestCase
TestOutcomeLives.settings = _SETTINGS
