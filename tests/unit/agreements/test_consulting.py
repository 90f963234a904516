"""The rules about opinions: an own clock per agency, comments answered, silence never consent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from caytre.agreements.model import Agreement
from caytre.agreements.model.answering import (
    DisagreementUnexplained,
    DossierAlreadyAccepted,
    DossierNotAccepted,
    NoSuchComment,
)
from caytre.agreements.model.case import NotInThisStatus, PartnerNotVerified, VietnameseTextMissing
from caytre.agreements.model.consulting import (
    AlreadyAnswered,
    CommentsUnanswered,
    DisagreementGoesToPM,
    DossierIncomplete,
    NotConsulted,
    OpinionsMissing,
)
from caytre.agreements.model.proposing import NoSuchItem
from caytre.agreements.model.silence import ClockNotStarted, NotYetOverdue
from caytre.core.papers import DocumentFromTheFuture, DocumentUndated
from caytre.core.refusals import Invalid
from tests.builders.agreements import AT, MOFA, MPS, TODAY, Life, a_document, days, opine, with_papers


def test_the_ministry_is_always_asked() -> None:
    assert Life().consulting(MPS).consultees == (MOFA, MPS)


def test_nothing_is_sent_before_the_dossier_is_there() -> None:
    life = Life()
    with pytest.raises(DossierIncomplete) as refused:
        life.agreement.send_for_opinion(related=(), partners=life.partners, at=AT)
    assert '"Draft in Vietnamese or Vietnamese translation"' in refused.value.sentence("en")
    assert "Hồ sơ lấy ý kiến còn thiếu" in refused.value.sentence("vi")


def test_a_foreign_text_alone_must_be_translated_first() -> None:
    with pytest.raises(VietnameseTextMissing):
        Life(languages=("ko",)).consulting()
    assert Life(languages=("ko",), translated=True).consulting().status == "CONSULTING"


def test_an_unverified_partner_is_consulted_on_only_with_a_waiver() -> None:
    life = Life()
    life.partner.verified_until = None
    with pytest.raises(PartnerNotVerified):
        life.consulting()
    life.agreement.waive_verification(
        partner_id=life.partner.id, reason="a state visit next week", document=None, at=AT
    )
    assert life.consulting().status == "CONSULTING"


def test_no_waiver_helps_a_revoked_partner() -> None:
    life = Life()
    life.agreement.waive_verification(partner_id=life.partner.id, reason="urgent", document=None, at=AT)
    life.partner.revoke(reason="fraud", document=None, at=AT)
    with pytest.raises(PartnerNotVerified):
        life.consulting()


def test_an_agency_starts_its_own_clock_by_declaring_the_dossier_complete() -> None:
    agreement = Life().consulting()
    assert agreement.running_deadlines() == ()
    said = agreement.complete_dossier(agency=MPS, at=AT)
    (clock,) = said.deadlines
    assert (clock.code, clock.discriminator, clock.round, clock.n, clock.unit) == ("AGR_OPINION", MPS, 1, 7, "WORKING")
    assert (clock.anchor, clock.answerable, clock.verified) == (TODAY, MPS, True)
    assert (clock.citation, clock.citation_vi) == ("Law 70/2020/QH14, Art. 19(2)", "khoản 2 Điều 19 Luật 70/2020/QH14")
    assert [s.discriminator for s in agreement.running_deadlines()] == [MPS]
    with pytest.raises(DossierAlreadyAccepted):
        agreement.complete_dossier(agency=MPS, at=AT)


def test_the_reduced_procedure_gives_three_working_days_and_says_that_this_is_unverified() -> None:
    (clock,) = Life(reduced=True).consulting().complete_dossier(agency=MOFA, at=AT).deadlines
    assert (clock.code, clock.n, clock.verified) == ("AGR_OPINION_REDUCED", 3, False)


def test_an_opinion_settles_the_agency_s_own_clock() -> None:
    agreement = Life().consulting()
    agreement.complete_dossier(agency=MOFA, at=AT)
    agreement.complete_dossier(agency=MPS, at=AT)
    said = opine(agreement, MPS)
    assert [(s.code, s.discriminator, s.round) for s in said.settles] == [("AGR_OPINION", MPS, 1)]
    assert [s.discriminator for s in agreement.running_deadlines()] == [MOFA]


def test_an_agency_answers_once_after_declaring_the_dossier_complete_and_only_when_asked() -> None:
    agreement = Life().consulting()
    with pytest.raises(NotConsulted):
        opine(agreement, "MOD")
    with pytest.raises(DossierNotAccepted):
        opine(agreement, MPS)
    agreement.complete_dossier(agency=MPS, at=AT)
    opine(agreement, MPS)
    with pytest.raises(AlreadyAnswered):
        opine(agreement, MPS)


def test_comments_go_with_the_answer_that_has_them() -> None:
    agreement = Life().consulting()
    agreement.complete_dossier(agency=MPS, at=AT)
    with pytest.raises(Invalid):
        agreement.give_opinion(agency=MPS, answer="agree", text=None, comments=("x",), document=a_document(), at=AT)
    with pytest.raises(Invalid):
        agreement.give_opinion(
            agency=MPS, answer="agree_with_comments", text=None, comments=(), document=a_document(), at=AT
        )


def test_a_returned_dossier_clears_the_clocks_and_the_next_round_has_new_ones() -> None:
    life = Life()
    agreement = life.consulting()
    agreement.complete_dossier(agency=MOFA, at=AT)
    said = agreement.return_incomplete(agency=MPS, reason="no translation", missing=("DRAFT_VI",), at=AT)
    assert [(s.discriminator, s.round) for s in said.settles] == [(MOFA, 1)]
    assert (agreement.status, agreement.missing_items("OPINION")) == ("DRAFT", ("DRAFT_VI",))
    with_papers(agreement, "OPINION")
    agreement.send_for_opinion(related=(), partners=life.partners, at=days(2))
    (clock,) = agreement.complete_dossier(agency=MPS, at=days(3)).deadlines
    assert (clock.round, agreement.consultees) == (2, (MOFA, MPS))


def test_an_answer_counts_as_long_as_the_draft_it_was_given_on() -> None:
    life = Life()
    agreement = life.consulting()
    agreement.complete_dossier(agency=MOFA, at=AT)
    opine(agreement, MOFA)
    agreement.return_incomplete(agency=MPS, reason="no translation", at=AT)
    agreement.send_for_opinion(related=(), partners=life.partners, at=AT)
    assert agreement.opinion_of(MOFA).answer == "agree"
    agreement.return_incomplete(agency=MPS, reason="still none", at=AT)
    agreement.amend({"rationale": "a new paragraph"})
    agreement.send_for_opinion(related=(), partners=life.partners, at=AT)
    assert (agreement.opinion_of(MOFA).answer, agreement.opinion_of(MOFA).round) == (None, 2)


def test_a_returned_dossier_names_papers_that_exist_and_is_not_returned_after_an_answer() -> None:
    agreement = Life().consulting()
    with pytest.raises(NoSuchItem):
        agreement.return_incomplete(agency=MPS, reason="x", missing=("POEM",), at=AT)
    agreement.complete_dossier(agency=MPS, at=AT)
    opine(agreement, MPS)
    with pytest.raises(AlreadyAnswered):
        agreement.return_incomplete(agency=MPS, reason="x", at=AT)


def test_silence_is_never_consent() -> None:
    agreement = Life().consulting()
    agreement.complete_dossier(agency=MPS, at=AT)
    agreement.complete_dossier(agency=MOFA, at=AT)
    opine(agreement, MOFA)
    agreement.opinion_ran_over(agency=MPS, round=1, at=days(10))
    with pytest.raises(OpinionsMissing):
        agreement.close_consultation()


def test_the_chair_records_silence_only_of_an_overdue_agency() -> None:
    agreement = Life().consulting()
    agreement.complete_dossier(agency=MPS, at=AT)
    agreement.complete_dossier(agency=MOFA, at=AT)
    with pytest.raises(NotYetOverdue):
        agreement.record_no_reply(agency=MPS, reason="reminded twice", document=None, at=days(3))
    assert agreement.opinion_ran_over(agency=MPS, round=1, at=days(10)) is not None
    assert agreement.opinion_ran_over(agency=MPS, round=1, at=days(10)) is None
    agreement.record_no_reply(agency=MPS, reason="reminded twice", document=None, at=days(11))
    opine(agreement, MOFA)
    assert agreement.close_consultation().no_reply == (MPS,)


def test_a_late_opinion_replaces_the_recorded_silence() -> None:
    agreement = Life().consulting()
    agreement.complete_dossier(agency=MPS, at=AT)
    agreement.opinion_ran_over(agency=MPS, round=1, at=days(10))
    agreement.record_no_reply(agency=MPS, reason="silent", document=None, at=days(11))
    opine(agreement, MPS, "disagree")
    assert (agreement.opinion_of(MPS).no_reply, agreement.disagreeing()) == (None, (MPS,))


def test_an_overdue_clock_of_an_earlier_round_says_nothing() -> None:
    life = Life()
    agreement = life.consulting()
    agreement.complete_dossier(agency=MPS, at=AT)
    agreement.return_incomplete(agency=MPS, reason="x", at=AT)
    agreement.send_for_opinion(related=(), partners=life.partners, at=AT)
    agreement.complete_dossier(agency=MPS, at=AT)
    assert agreement.opinion_ran_over(agency=MPS, round=1, at=days(10)) is None


def test_every_comment_is_answered_before_the_consultation_closes() -> None:
    agreement = Life().answered(MOFA="agree_with_comments")
    with pytest.raises(CommentsUnanswered):
        agreement.close_consultation()
    with pytest.raises(NoSuchComment):
        agreement.answer_comment(agency=MOFA, comment=1, resolution="x")
    agreement.answer_comment(agency=MOFA, comment=0, resolution="taken up in Article 3")
    agreement.close_consultation()
    assert agreement.status == "CLEARED"


def test_one_disagreement_is_enough_to_close_the_direct_way() -> None:
    agreement = Life().answered(MPS="disagree")
    with pytest.raises(DisagreementGoesToPM):
        agreement.close_consultation()


def test_a_voluntarily_asked_agency_need_not_reply_but_its_disagreement_counts() -> None:
    life = Life()
    agreement = with_papers(life.agreement, "OPINION")
    agreement.send_for_opinion(related=(), voluntary=("VUFO",), partners=life.partners, at=AT)
    agreement.complete_dossier(agency=MOFA, at=AT)
    opine(agreement, MOFA)
    agreement.complete_dossier(agency="VUFO", at=AT)
    said = agreement.close_consultation()
    assert [s.discriminator for s in said.settles] == ["VUFO"]


def test_the_dated_receipt_of_an_agency_that_works_on_paper_starts_its_clock() -> None:
    agreement = Life().consulting()
    with pytest.raises(DocumentUndated):
        agreement.complete_dossier(agency=MPS, receipt=a_document(issued_on=None), at=days(3))
    with pytest.raises(Invalid):
        agreement.complete_dossier(agency=MPS, receipt=a_document(issued_on=date(2026, 3, 1)), at=days(3))
    said = agreement.complete_dossier(agency=MPS, receipt=a_document(issued_on=date(2026, 3, 4)), at=days(3))
    assert (said.on_paper, said.deadlines[0].anchor) == (True, date(2026, 3, 4))


def test_a_reply_on_paper_is_recorded_with_its_date() -> None:
    agreement = Life().consulting()
    reply: dict[str, Any] = {"agency": MPS, "answer": "agree", "text": None, "comments": (), "on_paper": True, "at": AT}
    with pytest.raises(DocumentUndated):
        agreement.give_opinion(document=a_document(issued_on=None), **reply)
    assert agreement.give_opinion(document=a_document(), **reply).on_paper
    assert agreement.opinion_of(MPS).on_paper


def _cleared_in_silence(life: Life, silent: str) -> Agreement:
    agreement = life.consulting()
    for agency in agreement.consultees:
        agreement.complete_dossier(agency=agency, at=AT)
        if agency != silent:
            opine(agreement, agency)
    agreement.opinion_ran_over(agency=silent, round=1, at=days(10))
    agreement.record_no_reply(agency=silent, reason="silent", document=None, at=days(11))
    agreement.close_consultation()
    return agreement


@pytest.mark.parametrize(("silent", "sensitive"), [(MPS, False), (MOFA, False), (MOFA, True)])
def test_a_disagreement_after_the_closure_still_goes_to_the_prime_minister(silent: str, sensitive: bool) -> None:
    life = Life(sensitive=sensitive)
    agreement = _cleared_in_silence(life, silent)
    opine(agreement, silent, "disagree")
    assert agreement.status == "CONSULTING"
    with pytest.raises(NotInThisStatus):
        agreement.approve(authority="PC_CHAIR", document=a_document(), partners=life.partners, at=days(12))
    with pytest.raises(DisagreementGoesToPM):
        agreement.close_consultation()
    with_papers(agreement, "PM").escalate(document=a_document("12/TTr"), at=days(12))
    assert agreement.status == "ESCALATED"


def test_comments_after_the_closure_are_answered_before_it_closes_again() -> None:
    agreement = _cleared_in_silence(Life(), MPS)
    opine(agreement, MPS, "agree_with_comments")
    with pytest.raises(CommentsUnanswered):
        agreement.close_consultation()
    agreement.answer_comment(agency=MPS, comment=0, resolution="taken up")
    agreement.close_consultation()
    assert agreement.status == "CLEARED"


def test_a_late_consent_lets_the_closure_stand_and_nothing_is_said_after_the_approval() -> None:
    life = Life(sensitive=True)
    agreement = _cleared_in_silence(life, MOFA)
    opine(agreement, MOFA)
    assert agreement.status == "CLEARED"
    agreement = Life().approved()
    with pytest.raises(NotInThisStatus):
        opine(agreement, MPS, "disagree")


def test_a_disagreement_gives_its_text() -> None:
    agreement = Life().consulting()
    agreement.complete_dossier(agency=MPS, at=AT)
    with pytest.raises(DisagreementUnexplained):
        agreement.give_opinion(agency=MPS, answer="disagree", text=None, comments=(), document=a_document(), at=AT)


def test_silence_before_the_clock_began_is_no_silence_and_the_receipt_is_the_way_on() -> None:
    agreement = Life().consulting()
    with pytest.raises(ClockNotStarted) as refused:
        agreement.record_no_reply(agency=MPS, reason="silent", document=None, at=days(30))
    assert "/receipt" in refused.value.sentence("vi")


def test_a_paper_on_silence_is_not_from_the_future() -> None:
    agreement = Life().consulting()
    agreement.complete_dossier(agency=MPS, at=AT)
    agreement.opinion_ran_over(agency=MPS, round=1, at=days(10))
    with pytest.raises(DocumentFromTheFuture):
        agreement.record_no_reply(agency=MPS, reason="x", document=a_document(issued_on=date(2027, 1, 1)), at=days(11))


def test_a_draft_is_not_answered() -> None:
    with pytest.raises(NotInThisStatus):
        opine(Life().agreement, MOFA)
