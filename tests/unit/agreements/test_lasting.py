"""How long an agreement lasts: what its text says about its own renewal and notice counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from caytre.contracts.agreements import Renewal
from caytre.core.papers import DocumentTooOld
from tests.builders.agreements import AT, MOFA, MPS, TODAY, Life, a_document, days, opine, sign

ENDS = date(2031, 3, 31)


def _signed(renewal: Renewal) -> tuple[Life, dict[tuple[str, str], int]]:
    life = Life(renewal=renewal)
    said = sign(life.approved(), life.partners, expires_on=ENDS)
    return life, {(clock.code, clock.discriminator): clock.n for clock in said.deadlines}


def test_a_text_that_renews_itself_does_not_expire() -> None:
    life, clocks = _signed(Renewal(kind="automatic"))
    assert ("AGR_EXPIRY", "") not in clocks
    assert clocks["AGR_EXPIRY_NOTICE", "180"] == 180, "whoever wants it to end must say so before"
    assert life.agreement.ran_out(ENDS + timedelta(days=1)) is None


def test_the_notice_that_the_text_gives_has_a_clock_of_its_own_and_ends_with_the_agreement() -> None:
    life, clocks = _signed(Renewal(kind="notice", notice_days=120))
    assert clocks["AGR_EXPIRY_NOTICE", "120"] == 120
    expired = life.agreement.ran_out(ENDS + timedelta(days=1))
    assert expired is not None
    assert {clock.discriminator for clock in expired.settles if clock.code == "AGR_EXPIRY_NOTICE"} == {
        "180",
        "120",
        "90",
        "30",
    }


def test_a_notice_that_policy_gives_already_is_not_given_twice() -> None:
    _, clocks = _signed(Renewal(kind="notice", notice_days=90))
    assert sorted(days for code, days in clocks if code == "AGR_EXPIRY_NOTICE") == ["180", "30", "90"]


def test_nobody_is_authorised_to_sign_before_the_decision() -> None:
    agreement = Life().approved()
    with pytest.raises(DocumentTooOld):
        agreement.authorise_signing(
            authority="PC_CHAIR", office="Director", document=a_document(issued_on=TODAY - timedelta(days=1)), at=AT
        )


def test_a_reply_that_comes_after_the_closure_says_itself_that_the_dossier_was_complete() -> None:
    life = Life()
    agreement = life.consulting()
    agreement.withdraw_request(agency=MPS, reason="in error", document=None, at=AT)
    agreement.return_incomplete(agency=MOFA, reason="an annex", at=AT)
    agreement.send_for_opinion(related=(), voluntary=(MPS,), partners=life.partners, at=AT)
    agreement.complete_dossier(agency=MOFA, at=AT)
    opine(agreement, MOFA)
    agreement.close_consultation()
    said = agreement.give_opinion(
        agency=MPS, answer="disagree", text="x", comments=(), document=a_document(issued_on=None), at=days(1)
    )
    assert (said.settles, agreement.status) == ((), "CONSULTING")
