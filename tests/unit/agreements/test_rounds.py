"""Rounds: what an agency said in an earlier one stays known, and the Prime Minister decides on what he knew."""

from __future__ import annotations

from datetime import date

import pytest

from caytre.agreements.model import Agreement
from caytre.agreements.model.case import NotInThisStatus
from caytre.agreements.model.consulting import (
    AgencyNotKnown,
    AlreadyAnswered,
    CommentsUnanswered,
    DisagreementGoesToPM,
    DossierIncomplete,
    MustBeAsked,
    NotConsulted,
)
from caytre.agreements.model.deciding import NothingToEscalate
from caytre.contracts.agreements import Disagreement
from caytre.core.papers import DocumentFromTheFuture, DocumentTooOld, DocumentUndated
from tests.builders.agreements import AT, MOFA, MPS, TODAY, Life, a_document, days, opine, with_papers


def _consented(life: Life, *, silent: str = MOFA) -> Agreement:
    """The Prime Minister has consented over one disagreement; another agency's silence is on record."""
    agreement = with_papers(life.consulting(), "PM")
    for agency in (MOFA, MPS):
        agreement.complete_dossier(agency=agency, at=AT)
    opine(agreement, MPS if silent == MOFA else MOFA, "disagree")
    agreement.opinion_ran_over(agency=silent, round=1, at=days(10))
    agreement.record_no_reply(agency=silent, reason="silent", document=None, at=days(11))
    agreement.escalate(document=a_document(issued_on=None), at=days(11))
    agreement.complete_pm_dossier(document=a_document("3/VPCP", issued_on=None), at=days(11))
    agreement.record_pm_opinion(consent=True, document=a_document("4/TTg", issued_on=days(12).date()), at=days(12))
    return agreement


def test_a_disagreement_after_the_prime_minister_s_consent_is_submitted_in_a_round_of_its_own() -> None:
    life = Life()
    agreement = _consented(life)
    assert agreement.status == "CLEARED"
    opine(agreement, MOFA, "disagree")
    assert agreement.status == "CONSULTING"
    with pytest.raises(NotInThisStatus):
        agreement.approve(authority="PC_CHAIR", document=a_document(), partners=life.partners, at=days(13))
    with pytest.raises(DisagreementGoesToPM) as refused:
        agreement.close_consultation()
    assert "Bộ Công an" not in refused.value.sentence("vi"), "that one is overcome"
    with pytest.raises(DossierIncomplete):
        agreement.escalate(document=a_document(issued_on=None), at=days(13))
    said = with_papers(agreement, "PM").escalate(document=a_document(issued_on=None), at=days(13))
    assert (said.round, said.disagreeing) == (2, (MOFA, MPS))
    (clock,) = agreement.complete_pm_dossier(document=a_document(issued_on=None), at=days(13)).deadlines
    assert (clock.code, clock.round) == ("AGR_PM_OPINION", 2)
    assert agreement.pm_ran_over(round=1, at=days(30)) is None
    overdue = agreement.pm_ran_over(round=2, at=days(30))
    assert overdue is not None
    assert overdue.round == 2
    answer = a_document("9/TTg", issued_on=days(31).date())
    decided = agreement.record_pm_opinion(consent=True, document=answer, at=days(31))
    assert [(s.code, s.round) for s in decided.settles] == [("AGR_PM_OPINION", 2)]
    assert (agreement.status, agreement.open_disagreements()) == ("CLEARED", ())


def test_every_submission_to_the_prime_minister_stays_known() -> None:
    agreement = _consented(Life())
    opine(agreement, MOFA, "disagree")
    with_papers(agreement, "PM").escalate(document=a_document(issued_on=None), at=days(13))
    (first,) = agreement.earlier_escalations
    assert (first.consent, first.disagreements) == (True, (Disagreement(agency=MPS, round=1),))
    assert agreement.escalation is not None
    assert agreement.escalation.disagreements == (Disagreement(agency=MOFA, round=1),)


def test_a_disagreement_that_comes_while_the_prime_minister_decides_is_not_overcome_by_his_consent() -> None:
    life = Life()
    agreement = with_papers(life.consulting(), "PM")
    for agency in (MOFA, MPS):
        agreement.complete_dossier(agency=agency, at=AT)
    opine(agreement, MPS, "disagree")
    agreement.opinion_ran_over(agency=MOFA, round=1, at=days(10))
    agreement.record_no_reply(agency=MOFA, reason="silent", document=None, at=days(11))
    agreement.escalate(document=a_document(issued_on=None), at=days(11))
    opine(agreement, MOFA, "disagree")
    answer = a_document("4/TTg", issued_on=days(12).date())
    agreement.record_pm_opinion(consent=True, document=answer, at=days(12))
    assert (agreement.status, agreement.missing_items("PM")[0]) == ("CONSULTING", "SUBMISSION")
    assert agreement.open_disagreements() == (Disagreement(agency=MOFA, round=1),)


def test_comments_after_the_consent_are_answered_and_need_no_submission() -> None:
    agreement = _consented(Life())
    opine(agreement, MOFA, "agree_with_comments")
    with pytest.raises(CommentsUnanswered):
        agreement.close_consultation()
    with pytest.raises(NothingToEscalate):
        agreement.escalate(document=a_document(), at=days(13))
    agreement.answer_comment(agency=MOFA, comment=0, resolution="taken up")
    agreement.close_consultation()
    assert agreement.status == "CLEARED"


def test_the_consent_to_one_draft_is_none_to_the_next() -> None:
    life = Life()
    agreement = with_papers(life.consulting(MPS, "MOD"), "PM")
    for agency in (MOFA, MPS, "MOD"):
        agreement.complete_dossier(agency=agency, at=AT)
    opine(agreement, MPS, "disagree")
    for agency in (MOFA, "MOD"):
        agreement.opinion_ran_over(agency=agency, round=1, at=days(10))
        agreement.record_no_reply(agency=agency, reason="silent", document=None, at=days(11))
    agreement.escalate(document=a_document(issued_on=None), at=days(11))
    agreement.record_pm_opinion(consent=True, document=a_document("4/TTg", issued_on=days(12).date()), at=days(12))
    opine(agreement, "MOD", "disagree")
    agreement.return_incomplete(agency=MOFA, reason="an annex is missing", at=days(13))
    agreement.amend({"rationale": "another draft"})
    agreement.send_for_opinion(related=(), partners=life.partners, at=days(14))
    assert agreement.missing_items("PM"), "the Prime Minister is sent the new draft"
    for agency in (MPS, "MOD"):
        agreement.complete_dossier(agency=agency, at=days(14))
    agreement.give_opinion(
        agency=MPS, answer="disagree", text="still", comments=(), document=a_document(issued_on=None), at=days(15)
    )
    assert agreement.open_disagreements() == (Disagreement(agency=MPS, round=2),)


def test_what_an_agency_said_in_an_earlier_round_stays_known() -> None:
    life = Life()
    agreement = life.consulting()
    agreement.complete_dossier(agency=MPS, at=AT)
    opine(agreement, MPS, "disagree")
    agreement.return_incomplete(agency=MOFA, reason="an annex is missing", at=AT)
    agreement.amend({"rationale": "another draft"})
    agreement.send_for_opinion(related=(), partners=life.partners, at=days(2))
    police, ministry = agreement.opinion_of(MPS), agreement.opinion_of(MOFA)
    assert (police.answer, police.round, [(o.round, o.draft, o.answer) for o in police.earlier]) == (
        None,
        2,
        [(1, 1, "disagree")],
    )
    assert [(o.returned_at, o.text) for o in ministry.earlier] == [(AT, "an annex is missing")]


def test_a_return_on_paper_is_a_dated_act_that_clears_the_clocks() -> None:
    agreement = Life().consulting()
    agreement.complete_dossier(agency=MOFA, at=AT)
    for document, refusal in (
        (a_document(issued_on=None), DocumentUndated),
        (a_document(issued_on=date(2026, 3, 1)), DocumentTooOld),
        (a_document(issued_on=date(2026, 3, 9)), DocumentFromTheFuture),
    ):
        with pytest.raises(refusal):
            agreement.return_incomplete(agency=MPS, reason="no translation", document=document, at=days(1))
    said = agreement.return_incomplete(
        agency=MPS, reason="no translation", missing=("DRAFT_VI",), document=a_document("88/BCA"), at=days(1)
    )
    assert (said.on_paper, said.document_number, [s.discriminator for s in said.settles]) == (True, "88/BCA", [MOFA])
    assert (agreement.status, agreement.missing_items("OPINION")) == ("DRAFT", ("DRAFT_VI",))
    returned = agreement.opinion_of(MPS).return_document
    assert returned is not None
    assert returned.issued_on == TODAY


def test_only_agencies_that_exist_are_asked() -> None:
    life = Life()
    agreement = with_papers(life.agreement, "OPINION")
    for related, voluntary, pointer in ((("XYZ",), (), "/related"), ((), ("MPI",), "/voluntary")):
        with pytest.raises(AgencyNotKnown) as refused:
            agreement.send_for_opinion(related=related, voluntary=voluntary, partners=life.partners, at=AT)
        assert refused.value.pointer == pointer
    assert "Bộ Tài chính" in refused.value.sentence("vi")
    office = "POLICE-VN-P-2025-33"
    agreement.send_for_opinion(related=(office,), partners=life.partners, at=AT)
    assert agreement.consultees == (MOFA, office)


def test_an_agency_asked_in_error_is_asked_no_more_while_it_has_said_nothing() -> None:
    life = Life()
    agreement = life.consulting(MPS, "MOD")
    agreement.complete_dossier(agency="MOD", at=AT)
    said = agreement.withdraw_request(agency="MOD", reason="defence is not touched", document=None, at=AT)
    assert [(s.code, s.discriminator, s.round) for s in said.settles] == [("AGR_OPINION", "MOD", 1)]
    assert agreement.consultees == (MOFA, MPS), "it reads the record no more"
    (kept,) = agreement.withdrawn_requests
    assert (kept.opinion.agency, kept.reason) == ("MOD", "defence is not touched")
    with pytest.raises(NotConsulted):
        opine(agreement, "MOD")


def test_an_agency_that_has_answered_in_any_round_stays_asked() -> None:
    life = Life()
    agreement = life.consulting()
    agreement.complete_dossier(agency=MPS, at=AT)
    opine(agreement, MPS, "disagree")
    with pytest.raises(AlreadyAnswered):
        agreement.withdraw_request(agency=MPS, reason="inconvenient", document=None, at=AT)
    agreement.return_incomplete(agency=MOFA, reason="an annex is missing", at=AT)
    agreement.amend({"rationale": "another draft"})
    agreement.send_for_opinion(related=(), partners=life.partners, at=AT)
    with pytest.raises(AlreadyAnswered):
        agreement.withdraw_request(agency=MPS, reason="inconvenient", document=None, at=AT)


def test_the_ministry_cannot_be_left_out() -> None:
    with pytest.raises(MustBeAsked):
        Life().consulting().withdraw_request(agency=MOFA, reason="in haste", document=None, at=AT)


def test_an_agency_asked_again_after_a_withdrawal_gets_a_clock_of_its_own() -> None:
    life = Life()
    agreement = life.consulting(MPS, "MOD")
    agreement.withdraw_request(agency="MOD", reason="in error", document=None, at=AT)
    agreement.return_incomplete(agency=MPS, reason="an annex is missing", at=AT)
    agreement.send_for_opinion(related=("MOD",), partners=life.partners, at=AT)
    (clock,) = agreement.complete_dossier(agency="MOD", at=AT).deadlines
    assert clock.round == 2
