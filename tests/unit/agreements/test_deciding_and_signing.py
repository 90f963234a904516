"""The rules about the Prime Minister, the competent authority, the signature and what follows from it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from caytre.agreements.model.case import (
    NotInThisStatus,
    PartnerNotVerified,
    TooFewParties,
    VietnameseTextMissing,
)
from caytre.agreements.model.consulting import DossierIncomplete
from caytre.agreements.model.deciding import (
    MinistryOpinionRequired,
    NothingToEscalate,
    PMDossierAlreadyComplete,
    WrongAuthority,
    office_of,
)
from caytre.agreements.model.lasting import NotYetInForce
from caytre.agreements.model.proposing import NotAParty, foreign_parties
from caytre.agreements.model.signing import (
    AlreadyFiled,
    FiledBeforeWritten,
    ForeignSignerMissing,
    SignedTextMissing,
    SignerNotAuthorised,
    SigningBeforeApproval,
    SigningBeforeConsent,
    SigningInTheFuture,
)
from caytre.contracts.agreements import SignedText, Signer
from caytre.core.ids import new_id
from caytre.core.papers import DocumentFromTheFuture, DocumentTooOld, DocumentUndated
from caytre.core.refusals import Invalid
from tests.builders.agreements import (
    AT,
    HUNG_YEN,
    MOFA,
    MPS,
    TEXT,
    TODAY,
    Life,
    a_document,
    a_partner,
    days,
    opine,
    sign,
    standing,
    with_papers,
)

MAYOR = Signer(side="foreign", office="Mayor")


def test_a_disagreement_goes_to_the_prime_minister_with_a_complete_dossier() -> None:
    agreement = Life().answered(MPS="disagree")
    with pytest.raises(DossierIncomplete):
        agreement.escalate(document=a_document(), at=AT)
    assert Life().escalated().status == "ESCALATED"


def test_without_disagreement_there_is_nothing_to_escalate() -> None:
    with pytest.raises(NothingToEscalate):
        Life().answered().escalate(document=a_document(), at=AT)


def test_the_prime_minister_s_clock_starts_with_the_complete_dossier() -> None:
    agreement = Life().escalated()
    (clock,) = agreement.complete_pm_dossier(document=a_document("345/VPCP"), at=AT).deadlines
    assert (clock.code, clock.n, clock.unit, clock.anchor) == ("AGR_PM_OPINION", 7, "WORKING", TODAY)
    with pytest.raises(PMDossierAlreadyComplete):
        agreement.complete_pm_dossier(document=a_document(), at=AT)
    said = agreement.record_pm_opinion(consent=True, document=a_document("400/TTg"), at=AT)
    assert ([s.code for s in said.settles], agreement.status) == (["AGR_PM_OPINION"], "CLEARED")


def test_the_prime_minister_s_answer_has_a_number_and_a_date() -> None:
    agreement = Life().escalated()
    with pytest.raises(DocumentUndated):
        agreement.record_pm_opinion(consent=True, document=a_document(issued_on=None), at=AT)
    with pytest.raises(DocumentFromTheFuture):
        agreement.record_pm_opinion(consent=True, document=a_document(issued_on=date(2030, 1, 1)), at=AT)


def test_without_the_prime_minister_s_consent_the_agreement_is_refused() -> None:
    life = Life()
    agreement = life.escalated()
    agreement.record_pm_opinion(consent=False, document=a_document("401/TTg"), at=AT)
    assert agreement.status == "REFUSED"
    with pytest.raises(NotInThisStatus):
        agreement.approve(authority="PC_CHAIR", document=a_document(), partners=life.partners, at=AT)


def test_an_overdue_answer_of_the_prime_minister_is_said_once() -> None:
    agreement = Life().escalated()
    assert agreement.pm_ran_over(round=1, at=days(12)) is not None
    assert agreement.pm_ran_over(round=1, at=days(13)) is None


@pytest.mark.parametrize(
    ("signatory_type", "right", "wrong"),
    [("PROVINCE_PC", "PC_CHAIR", "PCOUNCIL_PRESIDENT"), ("PROVINCE_PCOUNCIL", "PCOUNCIL_PRESIDENT", "PC_CHAIR")],
)
def test_only_the_competent_authority_approves(signatory_type: str, right: str, wrong: str) -> None:
    life = Life(signatory_type=signatory_type)
    agreement = life.cleared()
    with pytest.raises(WrongAuthority):
        agreement.approve(authority=wrong, document=a_document(), partners=life.partners, at=AT)
    agreement.approve(authority=right, document=a_document(), partners=life.partners, at=AT)
    assert agreement.status == "APPROVED"


def test_the_authority_may_refuse_with_a_reason() -> None:
    agreement = Life().cleared()
    agreement.refuse(authority="PC_CHAIR", document=a_document(), reason="no budget", at=AT)
    assert agreement.status == "REFUSED"


def test_a_sensitive_matter_needs_the_ministry_s_own_opinion() -> None:
    life = Life(sensitive=True)
    agreement = life.consulting()
    for agency in (MOFA, MPS):
        agreement.complete_dossier(agency=agency, at=AT)
    opine(agreement, MPS)
    agreement.opinion_ran_over(agency=MOFA, round=1, at=days(10))
    agreement.record_no_reply(agency=MOFA, reason="silent", document=None, at=days(11))
    agreement.close_consultation()
    with pytest.raises(MinistryOpinionRequired):
        agreement.approve(authority="PC_CHAIR", document=a_document(), partners=life.partners, at=days(11))


def test_a_waiver_carries_no_approval() -> None:
    life = Life()
    life.partner.verified_until = None
    life.agreement.waive_verification(partner_id=life.partner.id, reason="urgent", document=None, at=AT)
    agreement = life.cleared()
    with pytest.raises(PartnerNotVerified):
        agreement.approve(authority="PC_CHAIR", document=a_document(), partners=life.partners, at=AT)


def test_a_partner_revoked_after_the_approval_is_not_signed_with() -> None:
    life = Life()
    agreement = life.approved()
    life.partner.revoke(reason="fraud", document=None, at=AT)
    with pytest.raises(PartnerNotVerified):
        sign(agreement, life.partners)


def test_a_signature_starts_the_clocks_of_what_follows() -> None:
    life = Life()
    agreement = life.approved()
    said = sign(agreement, life.partners, effective_from=date(2026, 4, 1), expires_on=date(2031, 3, 31))
    clocks = {(d.code, d.discriminator): (d.anchor, d.n, d.unit, d.answerable) for d in said.deadlines}
    assert clocks == {
        ("AGR_PM_REPORT", ""): (TODAY, 15, "CALENDAR", HUNG_YEN),
        ("AGR_MOFA_COPY", ""): (TODAY, 15, "CALENDAR", HUNG_YEN),
        ("AGR_PLAN", ""): (TODAY, 30, "CALENDAR", HUNG_YEN),
        ("AGR_IN_FORCE", ""): (date(2026, 4, 1), 0, "CALENDAR", HUNG_YEN),
        ("AGR_EXPIRY_NOTICE", "180"): (date(2031, 3, 31), 180, "LEAD", HUNG_YEN),
        ("AGR_EXPIRY_NOTICE", "90"): (date(2031, 3, 31), 90, "LEAD", HUNG_YEN),
        ("AGR_EXPIRY_NOTICE", "30"): (date(2031, 3, 31), 30, "LEAD", HUNG_YEN),
        ("AGR_EXPIRY", ""): (date(2031, 4, 1), 0, "CALENDAR", HUNG_YEN),
    }


def test_a_short_agreement_has_no_notice_that_was_due_before_it_was_signed() -> None:
    life = Life()
    said = sign(life.approved(), life.partners, expires_on=TODAY + timedelta(days=60))
    assert [d.discriminator for d in said.deadlines if d.code == "AGR_EXPIRY_NOTICE"] == ["30"]


def test_nobody_signs_tomorrow_or_before_the_approval() -> None:
    life = Life()
    agreement = life.approved()
    with pytest.raises(SigningInTheFuture):
        sign(agreement, life.partners, signed_on=TODAY + timedelta(days=1))
    with pytest.raises(SigningBeforeApproval):
        sign(agreement, life.partners, signed_on=TODAY - timedelta(days=1))


def test_no_act_is_older_than_the_one_it_answers() -> None:
    early = a_document("1/CV", issued_on=TODAY - timedelta(days=1))
    consulting = Life().consulting()
    consulting.complete_dossier(agency=MOFA, at=AT)
    with pytest.raises(DocumentTooOld):
        consulting.give_opinion(agency=MOFA, answer="agree", text=None, comments=(), document=early, at=AT)
    disputed = with_papers(Life().answered(MPS="disagree"), "PM")
    with pytest.raises(DocumentTooOld):
        disputed.escalate(document=early, at=AT)
    disputed.escalate(document=a_document(), at=AT)
    with pytest.raises(DocumentTooOld):
        disputed.complete_pm_dossier(document=early, at=AT)
    with pytest.raises(DocumentTooOld):
        disputed.record_pm_opinion(consent=True, document=early, at=AT)
    life = Life()
    cleared = life.cleared()
    with pytest.raises(DocumentTooOld):
        cleared.approve(authority="PC_CHAIR", document=early, partners=life.partners, at=AT)
    with pytest.raises(DocumentTooOld):
        cleared.refuse(authority="PC_CHAIR", document=early, reason="x", at=AT)
    with pytest.raises(DocumentTooOld):
        Life().signed().file_report(kind="PM_REPORT", filed_on=TODAY, document=early, at=AT)


def test_nobody_approves_before_the_prime_minister_s_consent() -> None:
    life = Life()
    agreement = life.escalated()
    agreement.record_pm_opinion(consent=True, document=a_document("400/TTg", issued_on=date(2026, 3, 4)), at=days(2))
    early = a_document("77/QD", issued_on=date(2026, 3, 3))
    with pytest.raises(DocumentTooOld):
        agreement.approve(authority="PC_CHAIR", document=early, partners=life.partners, at=days(3))
    approval = a_document("77/QD", issued_on=date(2026, 3, 4))
    agreement.approve(authority="PC_CHAIR", document=approval, partners=life.partners, at=days(3))
    with pytest.raises(SigningBeforeConsent):
        sign(agreement, life.partners, signed_on=date(2026, 3, 3), at=days(3))
    sign(agreement, life.partners, signed_on=date(2026, 3, 4), at=days(3))
    assert agreement.status == "SIGNED"


def test_an_undated_approval_or_authorisation_counts_as_of_its_recording() -> None:
    life = Life()
    agreement = life.cleared()
    undated = a_document("77/QD", issued_on=None)
    agreement.approve(authority="PC_CHAIR", document=undated, partners=life.partners, at=days(2))
    with pytest.raises(SigningBeforeApproval):
        sign(agreement, life.partners, signed_on=date(2026, 3, 3), at=days(4))
    agreement.authorise_signing(authority="PC_CHAIR", office="Director", document=undated, at=days(3))
    with pytest.raises(SignerNotAuthorised):
        sign(agreement, life.partners, by_authorised=True, signed_on=date(2026, 3, 4), at=days(4))
    sign(agreement, life.partners, by_authorised=True, signed_on=date(2026, 3, 5), at=days(4))
    assert agreement.status == "SIGNED"


def test_somebody_signs_for_a_foreign_party_of_the_agreement() -> None:
    life = Life()
    agreement = life.approved()
    with pytest.raises(ForeignSignerMissing):
        sign(agreement, life.partners, foreign_signers=())
    with pytest.raises(NotAParty):
        sign(agreement, life.partners, foreign_signers=(MAYOR.model_copy(update={"partner_id": new_id()}),))
    sign(agreement, life.partners, foreign_signers=(MAYOR,))
    assert agreement.signing is not None
    assert agreement.signing.signers[1].partner_id == life.partner.id


def test_of_several_foreign_parties_a_signer_names_its_own() -> None:
    first, second = a_partner(), a_partner("Thành phố Minh Họa Hai")
    life = Life()
    agreement = life.approved()
    agreement.foreign_parties = foreign_parties((first, second), {})
    with pytest.raises(ForeignSignerMissing):
        sign(agreement, standing(first, second), foreign_signers=(MAYOR,))


def test_a_report_is_not_filed_before_its_paper_was_written() -> None:
    life = Life()
    agreement = life.signed()
    later = a_document("90/BC", issued_on=date(2026, 3, 4))
    with pytest.raises(FiledBeforeWritten):
        agreement.file_report(kind="PM_REPORT", filed_on=date(2026, 3, 3), document=later, at=days(3))


def test_the_office_of_a_chair_comes_from_the_token() -> None:
    assert [office_of(organisation) for organisation in (None, "UBND-HY", "PCOUNCILLOR")] == ["PC_CHAIR"] * 3
    assert [office_of(organisation) for organisation in ("PCOUNCIL", "PCOUNCIL-HY")] == ["PCOUNCIL_PRESIDENT"] * 2
    for signatory_type in ("PROVINCE_PC", "PROVINCE_PCOUNCIL"):
        agreement = Life(signatory_type=signatory_type).cleared()
        for authority, office in (("PC_CHAIR", "PCOUNCIL_PRESIDENT"), ("PCOUNCIL_PRESIDENT", "PC_CHAIR")):
            with pytest.raises(WrongAuthority):
                agreement.ensure_office(authority, office)


def test_an_authorisation_counts_from_its_date() -> None:
    life = Life()
    agreement = life.approved()
    later = a_document("80/UQ", issued_on=date(2026, 3, 4))
    agreement.authorise_signing(authority="PC_CHAIR", office="Director", document=later, at=days(3))
    with pytest.raises(SignerNotAuthorised):
        sign(agreement, life.partners, by_authorised=True, signed_on=TODAY, at=days(3))


def test_another_person_signs_only_with_a_written_authorisation() -> None:
    life = Life()
    agreement = life.approved()
    with pytest.raises(SignerNotAuthorised):
        sign(agreement, life.partners, by_authorised=True)
    with pytest.raises(WrongAuthority):
        agreement.authorise_signing(authority="PCOUNCIL_PRESIDENT", office="Director", document=a_document(), at=AT)
    agreement.authorise_signing(authority="PC_CHAIR", office="Director", document=a_document(), at=AT)
    sign(agreement, life.partners, by_authorised=True, signer_names=("Người Ký",))
    assert agreement.signing is not None
    assert agreement.signing.signers[0].office == "Director"
    assert "Người Ký" not in agreement.open_text()


def test_the_signed_text_is_there_and_one_is_vietnamese() -> None:
    life = Life()
    agreement = life.approved()
    korean = SignedText(sha256="cd" * 32, size=9, media_type="application/pdf", language="ko")
    with pytest.raises(SignedTextMissing):
        sign(agreement, life.partners, texts=())
    with pytest.raises(SignedTextMissing):
        sign(agreement, life.partners, texts=(TEXT.model_copy(update={"translation": True}),))
    with pytest.raises(VietnameseTextMissing):
        sign(agreement, life.partners, texts=(korean,))
    sign(agreement, life.partners, texts=(korean, TEXT.model_copy(update={"translation": True})))
    assert agreement.status == "SIGNED"


def test_an_agreement_with_one_party_is_not_signed() -> None:
    life = Life()
    agreement = life.approved()
    agreement.vietnamese_parties = ()
    with pytest.raises(TooFewParties):
        sign(agreement, life.partners)


def test_an_agreement_takes_no_effect_before_it_is_signed_and_ends_after_it_begins() -> None:
    life = Life()
    agreement = life.approved()
    with pytest.raises(Invalid):
        sign(agreement, life.partners, effective_from=TODAY - timedelta(days=1))
    with pytest.raises(Invalid):
        sign(agreement, life.partners, expires_on=TODAY - timedelta(days=1))


def test_it_enters_into_force_on_its_day_by_an_act_or_by_time() -> None:
    agreement = Life().signed(effective_from=date(2026, 4, 1))
    with pytest.raises(NotYetInForce):
        agreement.enter_into_force(on=date(2026, 3, 15), today=date(2026, 3, 15))
    assert agreement.effect_began(date(2026, 3, 31)) is None
    said = agreement.effect_began(date(2026, 4, 3))
    assert said is not None
    assert (said.effective_from, agreement.status) == (date(2026, 4, 1), "IN_FORCE")
    assert agreement.effect_began(date(2026, 4, 3)) is None


def test_it_expires_the_day_after_its_last_day() -> None:
    agreement = Life().signed(expires_on=date(2027, 3, 1))
    assert agreement.ran_out(date(2027, 3, 1)) is None
    assert agreement.ran_out(date(2027, 3, 2)) is not None
    assert agreement.status == "EXPIRED"
    assert agreement.ran_out(date(2027, 3, 2)) is None


def test_a_report_is_filed_once_and_settles_its_clock() -> None:
    agreement = Life().signed()
    said = agreement.file_report(kind="PM_REPORT", filed_on=TODAY, document=a_document("90/BC"), at=AT)
    assert [s.code for s in said.settles] == ["AGR_PM_REPORT"]
    with pytest.raises(AlreadyFiled):
        agreement.file_report(kind="PM_REPORT", filed_on=TODAY, document=a_document(), at=AT)
    with pytest.raises(Invalid):
        agreement.file_report(kind="MOFA_COPY", filed_on=TODAY + timedelta(days=1), document=a_document(), at=AT)


def test_an_overdue_report_is_said_once_and_not_when_filed() -> None:
    agreement = Life().signed()
    agreement.file_report(kind="PM_REPORT", filed_on=TODAY, document=a_document(), at=AT)
    assert agreement.report_ran_over("AGR_PM_REPORT", days(16)) is None
    assert agreement.report_ran_over("AGR_MOFA_COPY", days(16)) is not None
    assert agreement.report_ran_over("AGR_MOFA_COPY", days(17)) is None


@pytest.mark.parametrize("stage", ["consulting", "answered", "escalated", "cleared"])
def test_there_is_no_short_cut_to_a_signature(stage: str) -> None:
    life = Life()
    agreement = getattr(life, stage)()
    with pytest.raises(NotInThisStatus):
        sign(agreement, life.partners)


@pytest.mark.parametrize("stage", ["consulting", "answered", "escalated", "approved"])
def test_there_is_no_short_cut_to_an_approval(stage: str) -> None:
    life = Life()
    agreement = getattr(life, stage)()
    with pytest.raises(NotInThisStatus):
        agreement.approve(authority="PC_CHAIR", document=a_document(), partners=life.partners, at=AT)
