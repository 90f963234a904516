"""Refusals name states, agencies, offices and papers by their words, never by a code."""

from __future__ import annotations

import pytest

from caytre.agreements.model.case import NotInThisStatus
from caytre.agreements.model.consulting import NotConsulted
from caytre.agreements.model.deciding import WrongAuthority
from caytre.agreements.model.natures import NotAnAgreement
from caytre.agreements.model.verifying import NotTheVerifier
from caytre.core.refusals import Refusal
from tests.builders.agreements import AT, Life, a_document, a_draft, a_partner, opine, sign
from tests.builders.wording import codes_in


@pytest.mark.parametrize("code", ["APPROVED", "PC_CHAIR", "VN-P-2025-33", "DRAFT_VI", "agree_with_comments", "MPS"])
def test_a_bare_code_is_found_in_a_sentence(code: str) -> None:
    assert codes_in(f"The agreement is {code}.") == [code]
    assert codes_in(f'It says "{code}" (Law 70/2020/QH14, Art. 19), UBND/{code}.') == []


def test_a_status_is_said_in_words(refused: list[Refusal]) -> None:
    life = Life()
    with pytest.raises(NotInThisStatus):
        sign(life.agreement, life.partners)
    assert refused[-1].sentence("vi").startswith('Thỏa thuận đang ở trạng thái "Dự thảo"')
    assert "Approved for signature" in refused[-1].sentence("en")


def test_an_agency_and_an_office_are_said_in_words() -> None:
    life = Life()
    agreement = life.consulting()
    with pytest.raises(NotConsulted) as unasked:
        opine(agreement, "MOD")
    assert unasked.value.sentence("vi") == "Bộ Quốc phòng không được lấy ý kiến về thỏa thuận này."
    cleared = Life()
    with pytest.raises(WrongAuthority) as wrong:
        cleared.cleared().approve(
            authority="PCOUNCIL_PRESIDENT", document=a_document(), partners=cleared.partners, at=AT
        )
    assert "Chủ tịch Ủy ban nhân dân cấp tỉnh" in wrong.value.sentence("vi")
    assert "President of the provincial People's Council" in wrong.value.sentence("en")


def test_what_a_caller_made_up_is_quoted() -> None:
    partner = a_partner(verified=False)
    partner.request_verification(verifier="EMBASSY-KR", requested_by=None, reason=None, at=AT)
    with pytest.raises(NotTheVerifier) as other:
        partner.start_verification(verifier="MOFA")
    assert "Embassy of Viet Nam in" in other.value.sentence("en")
    with pytest.raises(NotAnAgreement) as poem:
        a_draft(nature="POEM")
    assert '"POEM"' in poem.value.sentence("vi")


def test_the_guidance_on_another_nature_is_in_the_reader_s_language() -> None:
    with pytest.raises(NotAnAgreement) as treaty:
        a_draft(nature="treaty")
    assert "Luật 108/2016/QH13" in treaty.value.sentence("vi")
    assert "treaties" not in treaty.value.sentence("vi")
