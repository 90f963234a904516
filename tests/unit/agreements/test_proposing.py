"""The rules about proposals, dossiers and what may be entered at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from caytre.agreements.model.case import NoProcedureFits, NotInThisStatus, TooFewParties
from caytre.agreements.model.natures import NotAnAgreement
from caytre.agreements.model.partner import HistoryStaysPublished, NothingChanges
from caytre.agreements.model.proposing import (
    AlreadyEnded,
    NoGroundForReducedProcedure,
    NoSuchItem,
    NotAParty,
)
from caytre.agreements.model.verifying import PartnerIsMerged
from caytre.contracts.agreements import AgreementWithdrawn, Reduced, StatedDate
from caytre.contracts.message import RESTRICTED
from caytre.core.admission import StateSecretNotAdmitted, admit
from caytre.core.ids import new_id
from caytre.core.papers import DocumentFromTheFuture
from caytre.core.places import LocalityNotInBeing, LocalityNotKnown
from caytre.core.refusals import Invalid
from tests.builders.agreements import AT, HUNG_YEN, OLD_THAI_BINH, TODAY, Life, a_document, a_draft, a_partner


def test_a_proposal_pins_its_procedure_and_names_the_papers_it_needs() -> None:
    agreement = a_draft()
    assert agreement.procedure is not None
    assert (agreement.procedure.code, agreement.procedure.version) == ("AGREEMENT_PROVINCE", 1)
    assert "DRAFT_VI" in agreement.missing_items("OPINION")


def test_a_bare_code_is_refused_because_codes_were_carried_on() -> None:
    with pytest.raises(LocalityNotKnown):
        a_draft(locality="33")


def test_a_province_that_has_ended_proposes_nothing_and_its_successor_is_named() -> None:
    with pytest.raises(LocalityNotInBeing) as refused:
        a_draft(locality=OLD_THAI_BINH)
    assert "Hưng Yên" in refused.value.sentence("vi")


def test_a_name_means_the_unit_of_today() -> None:
    assert a_draft(locality="hung yen").responsible_locality == HUNG_YEN


@pytest.mark.parametrize("nature", ["treaty", "ngo_aid", "enterprise_mou", "contract", "something"])
def test_what_is_no_agreement_is_sent_to_its_own_law(nature: str) -> None:
    with pytest.raises(NotAnAgreement):
        a_draft(nature=nature)


def test_a_type_of_signatory_without_a_configured_procedure_is_refused() -> None:
    with pytest.raises(NoProcedureFits):
        a_draft(signatory_type="BORDER_COMMUNE")
    with pytest.raises(NoProcedureFits):
        a_draft(signatory_type="EMPEROR")


def test_the_reduced_procedure_needs_one_of_its_grounds() -> None:
    with pytest.raises(NoGroundForReducedProcedure):
        a_draft(reduced=Reduced(ground="HURRY", evidence=a_document()))
    assert Life(reduced=True).agreement.procedure is not None


def test_an_agreement_has_a_foreign_party_that_still_stands() -> None:
    merged = a_partner()
    merged.merge_into(a_partner(), "two spellings")
    with pytest.raises(PartnerIsMerged):
        a_draft(merged)
    draft = a_draft()
    draft.foreign_parties = ()
    with pytest.raises(TooFewParties):
        draft.ensure_parties()


def test_a_partner_named_twice_is_one_party() -> None:
    partner = a_partner()
    assert len(a_draft(partner, partner).foreign_parties) == 1


def test_a_person_is_a_party_without_a_name_in_the_open_text() -> None:
    agreement = a_draft(a_partner("Người Minh Họa", type="individual"))
    assert agreement.foreign_parties[0].name is None
    assert "Người Minh Họa" not in agreement.open_text()


def test_an_unknown_field_and_an_end_before_the_beginning_are_refused() -> None:
    with pytest.raises(Invalid):
        a_draft(fields=("ASTROLOGY",))


@pytest.mark.parametrize(
    "text",
    [
        "TỐI MẬT",
        "Tài liệu (Mật)",
        "MẬT\nThỏa thuận",
        "Độ mật: Tuyệt mật",
        "TOP SECRET",
        "[Secret]",
        "TUYỆT  MẬT",
        "tài liệu tuyệt mật",
        "Tối mật",
        "MẬT: kế hoạch",
        "Kế hoạch\nMẬT - số 3",
    ],
)
def test_a_text_marked_as_a_state_secret_is_not_admitted(text: str) -> None:
    with pytest.raises(StateSecretNotAdmitted):
        a_draft(title_vi=text)


def test_a_million_empty_lines_are_read_once() -> None:
    text = "the Secret Garden\n" + "\n" * 1_000_000 + "MẬT"
    with pytest.raises(StateSecretNotAdmitted):
        admit(text)
    admit(text.removesuffix("MẬT"))


def test_two_texts_that_stand_side_by_side_make_no_marking() -> None:
    assert a_draft(title_vi="Thỏa thuận TỐI", title_foreign="MẬT ONG").title_foreign == "MẬT ONG"


@pytest.mark.parametrize(
    "text",
    [
        "XUẤT KHẨU MẬT ONG",
        "giữ bí mật kinh doanh",
        "Mật: vị ngọt của ong",
        "bảo mật - an toàn",
        "the Secret Garden festival",
    ],
)
def test_ordinary_words_are_no_marking(text: str) -> None:
    assert a_draft(title_vi=text).title_vi == text


def test_markings_are_found_inside_documents_and_lists_too() -> None:
    with pytest.raises(StateSecretNotAdmitted):
        admit(["open", a_document("12-BC/TU (Tối mật)")])


def test_a_draft_is_edited_and_counted() -> None:
    agreement = a_draft()
    said = agreement.amend({"title_vi": "Thỏa thuận hợp tác giáo dục", "languages": ("vi", "ko")})
    assert (said.fields, agreement.draft) == (("title_vi",), 2)
    with pytest.raises(NothingChanges):
        agreement.amend({"title_vi": "Thỏa thuận hợp tác giáo dục"})


def test_an_agreement_that_has_already_ended_is_not_proposed() -> None:
    with pytest.raises(AlreadyEnded):
        a_draft(expires_on=StatedDate.on_day(TODAY - timedelta(days=1)))
    draft = a_draft(expires_on=StatedDate.on_day(TODAY))
    with pytest.raises(AlreadyEnded):
        draft.amend({"expires_on": StatedDate.on_day(TODAY - timedelta(days=1))})


def test_no_paper_before_the_signature_is_from_the_future() -> None:
    ahead = a_document(issued_on=TODAY + timedelta(days=1))
    draft = a_draft()
    with pytest.raises(DocumentFromTheFuture):
        a_draft(reduced=Reduced(ground="EMERGENCY_RELIEF", evidence=ahead))
    with pytest.raises(DocumentFromTheFuture):
        draft.waive_verification(partner_id=draft.partner_ids[0], reason="x", document=ahead, at=AT)
    with pytest.raises(DocumentFromTheFuture):
        draft.cancel(reason="x", document=ahead, at=AT)


def test_papers_come_into_dossiers_that_have_them() -> None:
    agreement = a_draft()
    with pytest.raises(NoSuchItem):
        agreement.receive_dossier_item(dossier="OPINION", item="POEM", document=None, at=AT)
    with pytest.raises(NotInThisStatus):
        agreement.receive_dossier_item(dossier="PM", item="SUBMISSION", document=None, at=AT)


def test_a_waiver_names_a_party() -> None:
    with pytest.raises(NotAParty):
        a_draft().waive_verification(partner_id=new_id(), reason="a", document=None, at=AT)


@pytest.mark.parametrize("stage", ["consulting", "answered", "escalated", "cleared", "approved"])
def test_a_proposal_can_be_cancelled_until_it_is_signed_and_its_clocks_end(stage: str) -> None:
    agreement = getattr(Life(), stage)()
    running: Any = agreement.running_deadlines()
    said = agreement.cancel(reason="the partner withdrew", document=None, at=AT)
    assert (agreement.status, said.settles, agreement.running_deadlines() or running) == ("CANCELLED", running, running)
    with pytest.raises(NotInThisStatus):
        agreement.cancel(reason="again", document=None, at=AT)


def test_a_signed_agreement_is_not_cancelled() -> None:
    with pytest.raises(NotInThisStatus):
        Life().signed().cancel(reason="regret", document=None, at=AT)


def test_raising_the_sensitivity_withdraws_what_was_open() -> None:
    agreement = Life().consulting()
    with pytest.raises(HistoryStaysPublished):
        agreement.classify(RESTRICTED, confirmed=False)
    assert isinstance(agreement.classify(RESTRICTED, confirmed=True), AgreementWithdrawn)
    assert agreement.title_vi not in agreement.open_text()
