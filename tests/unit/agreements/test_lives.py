"""Any sequence of acts: no illegal state is reachable, refusals have names, the two texts hold the whole record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from caytre.agreements.model import Agreement, Partner
from caytre.agreements.model.partner import Contact
from caytre.contracts.agreements import MESSAGES, AgreementState, Names, read_state
from caytre.contracts.message import INTERNAL, PUBLIC, RESTRICTED, Message, State, is_restricted
from caytre.core.refusals import Refusal
from tests.builders.agreements import (
    AT,
    MOFA,
    MPS,
    TODAY,
    Life,
    a_document,
    a_partner,
    a_register_entry,
    opine,
    sign,
    verify,
    with_papers,
)
from tests.builders.procedures import a_later_version

#: The table of domain rules: from which status an act may lead to which. What is not here must not happen.
ALLOWED = {
    ("DRAFT", "CONSULTING"),
    ("CONSULTING", "DRAFT"),
    ("CONSULTING", "CLEARED"),
    ("CONSULTING", "ESCALATED"),
    ("ESCALATED", "CLEARED"),
    ("ESCALATED", "CONSULTING"),
    ("ESCALATED", "REFUSED"),
    ("CLEARED", "CONSULTING"),
    ("CLEARED", "APPROVED"),
    ("CLEARED", "REFUSED"),
    ("APPROVED", "SIGNED"),
    ("SIGNED", "IN_FORCE"),
    ("SIGNED", "EXPIRED"),
    ("IN_FORCE", "EXPIRED"),
    *((status, "CANCELLED") for status in ("DRAFT", "CONSULTING", "CLEARED", "ESCALATED", "APPROVED")),
}
agencies = st.sampled_from((MOFA, MPS, "MOD"))


@pytest.fixture(autouse=True, scope="module")
def later_version() -> Iterator[None]:
    """A version of the procedure that comes into force while cases are open."""
    with pytest.MonkeyPatch.context() as patch:
        a_later_version(patch, "AGREEMENT_PROVINCE", TODAY + timedelta(days=1))
        yield


class Lives(RuleBasedStateMachine):
    """Officers, agencies, the chair, the Prime Minister and time, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life(sensitive=True)
        self.agreement: Agreement = self.life.agreement

    def act(self, move: Callable[[], Message | None]) -> None:
        before, text = self.agreement.status, self.agreement.open_text()
        pinned, seen = self.agreement.procedure, before != "DRAFT" or self.agreement.opinions
        said, refused = None, None
        try:
            said = move()
        except Refusal as refusal:
            refused = refusal
        if refused is not None:
            assert type(refused) is not Refusal
            assert "{" not in refused.sentence("vi") + refused.sentence("en")
            assert self.agreement.open_text() == text, "a refusal changes nothing"
            return
        after = self.agreement.status
        assert before == after or (before, after) in ALLOWED
        assert self.agreement.procedure == pinned or not seen, "what an agency saw keeps its version"
        assert said is None or MESSAGES[said.TYPE] is type(said)
        assert said is not None or self.agreement.open_text() == text, "a change is said"

    @rule()
    def hand_in_papers(self) -> None:
        if self.agreement.status == "DRAFT":
            with_papers(self.agreement, "OPINION")

    @rule(answer=st.sampled_from(("agree", "agree", "disagree")))
    def everybody_answers(self, answer: str) -> None:
        for agency in (MOFA, MPS):
            self.complete(agency)
            self.give_opinion(agency, answer)

    @rule(steps=st.integers(1, 5))
    def go_the_straight_way(self, steps: int) -> None:
        """Random acts alone would hardly ever come as far as a signature."""
        for _ in range(steps):
            self.hand_in_papers()
            self.hand_in_papers_for_the_prime_minister()
            match self.agreement.status:
                case "DRAFT":
                    self.send()
                case "CONSULTING":
                    self.everybody_answers("agree")
                    self.close()
                    self.escalate()
                case "ESCALATED":
                    self.pm_decides(True)
                case "CLEARED":
                    self.approve("PC_CHAIR")
                case "APPROVED":
                    self.sign(0, False)
                case "SIGNED":
                    self.take_effect()

    @rule()
    def hand_in_papers_for_the_prime_minister(self) -> None:
        if self.agreement.status in {"CONSULTING", "ESCALATED"}:
            with_papers(self.agreement, "PM")

    @rule(title=st.sampled_from(("A", "B")))
    def amend(self, title: str) -> None:
        self.act(lambda: self.agreement.amend({"title_vi": title}))

    @rule(others=st.sampled_from(((), ("MOD",))))
    def send(self, others: tuple[str, ...] = ()) -> None:
        self.act(
            lambda: self.agreement.send_for_opinion(
                related=(MPS,), voluntary=others, partners=self.life.partners, at=AT
            )
        )

    @rule(agency=agencies)
    def complete(self, agency: str) -> None:
        self.act(lambda: self.agreement.complete_dossier(agency=agency, at=AT))

    @rule(agency=agencies)
    def give_back(self, agency: str) -> None:
        self.act(lambda: self.agreement.return_incomplete(agency=agency, reason="x", missing=("LETTER",), at=AT))

    @rule(agency=agencies)
    def give_back_on_paper(self, agency: str) -> None:
        self.act(
            lambda: self.agreement.return_incomplete(agency=agency, reason="x", document=a_document("5/CV"), at=AT)
        )

    @rule(agency=agencies)
    def ask_no_more(self, agency: str) -> None:
        self.act(lambda: self.agreement.withdraw_request(agency=agency, reason="x", document=None, at=AT))

    @rule(agency=agencies, answer=st.sampled_from(("agree", "agree_with_comments", "disagree")))
    def give_opinion(self, agency: str, answer: str) -> None:
        self.act(lambda: opine(self.agreement, agency, answer))

    @rule(agency=agencies)
    def answer_comment(self, agency: str) -> None:
        self.act(lambda: self.agreement.answer_comment(agency=agency, comment=0, resolution="done"))

    @rule(agency=agencies, round=st.integers(1, 3))
    def run_over(self, agency: str, round: int) -> None:
        self.act(lambda: self.agreement.opinion_ran_over(agency=agency, round=round, at=AT))

    @rule(agency=agencies)
    def record_silence(self, agency: str) -> None:
        self.act(lambda: self.agreement.record_no_reply(agency=agency, reason="x", document=None, at=AT))

    @rule()
    def close(self) -> None:
        self.act(self.agreement.close_consultation)

    @rule()
    def escalate(self) -> None:
        self.act(lambda: self.agreement.escalate(document=a_document(), at=AT))

    @rule(consent=st.booleans())
    def pm_decides(self, consent: bool) -> None:
        self.act(lambda: self.agreement.record_pm_opinion(consent=consent, document=a_document(), at=AT))

    @rule(authority=st.sampled_from(("PC_CHAIR", "PCOUNCIL_PRESIDENT")))
    def approve(self, authority: str) -> None:
        self.act(
            lambda: self.agreement.approve(
                authority=authority, document=a_document(), partners=self.life.partners, at=AT
            )
        )

    @rule()
    def refuse(self) -> None:
        self.act(lambda: self.agreement.refuse(authority="PC_CHAIR", document=a_document(), reason="x", at=AT))

    @rule(late=st.integers(-1, 1), authorised=st.booleans())
    def sign(self, late: int, authorised: bool) -> None:
        day = TODAY + timedelta(days=late)
        self.act(lambda: sign(self.agreement, self.life.partners, signed_on=day, by_authorised=authorised))

    @rule()
    def revoke_the_partner(self) -> None:
        if self.life.partner.verified_until:
            self.life.partner.revoke(reason="fraud", document=None, at=AT)

    @rule()
    def verify_the_partner(self) -> None:
        if not self.life.partner.verified_until:
            verify(self.life.partner)

    @rule()
    def take_effect(self) -> None:
        self.act(lambda: self.agreement.enter_into_force(on=TODAY, today=TODAY))

    @rule(kind=st.sampled_from(("PM_REPORT", "MOFA_COPY")))
    def report(self, kind: str) -> None:
        self.act(lambda: self.agreement.file_report(kind=kind, filed_on=TODAY, document=a_document(), at=AT))

    @rule(year=st.sampled_from((TODAY.year, TODAY.year + 1)))
    def begin_a_year(self, year: int) -> None:
        self.act(lambda: self.agreement.year_began(date(year, 1, 1)))

    @rule(year=st.sampled_from((TODAY.year, TODAY.year + 1)), late=st.booleans())
    def report_on_a_year(self, year: int, late: bool) -> None:
        if late:
            self.act(lambda: self.agreement.annual_report_ran_over(year, AT))
        self.act(
            lambda: self.agreement.file_report(
                kind="ANNUAL_REPORT", year=year, filed_on=TODAY, document=a_document(), at=AT
            )
        )

    @rule(days=st.integers(0, 1))
    def begin_a_day(self, days: int) -> None:
        self.act(lambda: self.agreement.procedure_passed(TODAY + timedelta(days=days)))

    @rule(adopt=st.booleans())
    def decide_on_the_later_version(self, adopt: bool) -> None:
        self.act(lambda: self.agreement.decide_procedure(version=2, adopt=adopt, reason="x", document=None, at=AT))

    @rule(sensitivity=st.sampled_from((PUBLIC, INTERNAL, RESTRICTED)))
    def classify(self, sensitivity: str) -> None:
        self.act(lambda: self.agreement.classify(sensitivity, confirmed=True))

    @rule(chance=st.integers(0, 9))
    def cancel(self, chance: int) -> None:
        if chance == 0:
            self.act(lambda: self.agreement.cancel(reason="x", document=None, at=AT))

    @invariant()
    def what_is_signed_was_approved_and_what_was_approved_was_cleared(self) -> None:
        agreement = self.agreement
        if agreement.status in {"SIGNED", "IN_FORCE"}:
            assert agreement.decision is not None
            assert agreement.decision.outcome == "approved"
            assert agreement.signing is not None
        if agreement.status in {"CLEARED", "APPROVED", "SIGNED", "IN_FORCE"}:
            assert not agreement.open_disagreements(), "a disagreement is overcome by the Prime Minister alone"
            assert agreement.escalation or not agreement.disagreeing()
            assert all(o.answer or o.no_reply for o in agreement.opinions if o.mandatory), "silence is no consent"

    @invariant()
    def an_approved_sensitive_matter_has_the_ministry_s_opinion(self) -> None:
        if self.agreement.status in {"APPROVED", "SIGNED", "IN_FORCE"}:
            assert self.agreement.opinion_of(MOFA).answer

    @invariant()
    def no_round_is_forgotten(self) -> None:
        for opinion in self.agreement.opinions:
            gone = {w.opinion.round for w in self.agreement.withdrawn_requests if w.opinion.agency == opinion.agency}
            gone |= {
                each.round
                for withdrawn in self.agreement.withdrawn_requests
                if withdrawn.opinion.agency == opinion.agency
                for each in withdrawn.opinion.earlier
            }
            kept = [*sorted(gone), *(each.round for each in opinion.earlier), opinion.round]
            assert kept == list(range(1, opinion.round + 1))
        rounds = [each.round for each in (*self.agreement.earlier_escalations, self.agreement.escalation) if each]
        assert rounds == list(range(1, len(rounds) + 1))

    @invariant()
    def the_state_after_each_message_is_the_record(self) -> None:
        assert restored(self.agreement) == self.agreement
        state = read_state("caytre.agreement.amended.v1", json.loads(self.agreement.open_text()))
        assert type(state) is (State if is_restricted(self.agreement.sensitivity) else AgreementState)


def restored(record: Any) -> Any:
    """The record as it comes back from its open and its confidential text."""
    hidden = record.confidential_text()
    return type(record).from_parts(json.loads(record.open_text()), json.loads(hidden) if hidden else None)


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)
sensitivities = st.sampled_from((PUBLIC, INTERNAL, RESTRICTED))


@given(name=texts, alias=texts, type=st.sampled_from(("company", "individual")), sensitivity=sensitivities)
@settings(deadline=None)
def test_a_partner_comes_back_whole_from_its_two_texts(name: str, alias: str, type: str, sensitivity: str) -> None:
    partner = Partner(
        id=a_partner(verified=False).id,
        type=type,
        names=Names(native=name),
        aliases=(alias,),
        country="KR",
        sensitivity=sensitivity,
        contacts=(Contact(name=name),),
    )
    assert restored(partner) == partner


@given(title=texts, note=texts, sensitivity=sensitivities)
@settings(deadline=None, max_examples=40)
def test_an_agreement_comes_back_whole_from_its_two_texts(title: str, note: str, sensitivity: str) -> None:
    agreement = Life().approved()
    agreement.title_vi, agreement.confidential_note, agreement.sensitivity = title, note, sensitivity
    assert restored(agreement) == agreement
    recorded, _ = a_register_entry()
    recorded.sensitivity = sensitivity
    assert restored(recorded) == recorded
