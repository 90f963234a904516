"""Partners that are vouched for no more: agreements before their signature say so, once, until they are again."""

from __future__ import annotations

import pytest

from caytre.agreements.model.case import PartnerNotVerified
from caytre.core.ids import new_id
from tests.builders.agreements import AT, Life, a_document, sign


def test_an_open_agreement_is_flagged_once_for_each_version_of_a_partner_that_is_vouched_for_no_more() -> None:
    life = Life()
    agreement, party = life.consulting(), {life.partner.id}
    said = agreement.flag_partner(party, why="REVOKED", version=5)
    assert said is not None
    assert (said.partner_id, said.why) == (life.partner.id, "REVOKED")
    assert agreement.flag_partner(party, why="REVOKED", version=5) is None
    assert agreement.flag_partner(party, why="VERIFICATION_EXPIRED", version=3) is None
    assert agreement.flag_partner({new_id()}, why="REVOKED", version=9) is None
    assert agreement.flag_partner(party, why="REJECTED", version=8)
    assert [(flag.why, flag.version) for flag in agreement.partner_flags] == [("REJECTED", 8)]


def test_a_partner_that_is_verified_again_is_flagged_no_more() -> None:
    life = Life()
    agreement = life.consulting()
    assert agreement.clear_partner({life.partner.id}) is None
    agreement.flag_partner({life.partner.id}, why="VERIFICATION_EXPIRED", version=5)
    said = agreement.clear_partner({life.partner.id, new_id()})
    assert said is not None
    assert (said.partner_ids, agreement.partner_flags) == ((life.partner.id,), ())


def test_what_is_signed_or_given_up_is_not_flagged() -> None:
    life = Life()
    assert life.signed().flag_partner({life.partner.id}, why="REVOKED", version=5) is None
    life = Life()
    life.agreement.cancel(reason="x", document=None, at=AT)
    assert life.agreement.flag_partner({life.partner.id}, why="REVOKED", version=5) is None


def test_nothing_is_approved_or_signed_with_a_partner_that_is_vouched_for_no_more() -> None:
    cleared, approved = Life(), Life()
    cleared.cleared()
    approved.approved()
    for life in (cleared, approved):
        life.partner.revoke(reason="x", document=None, at=AT)
    with pytest.raises(PartnerNotVerified):
        cleared.agreement.approve(authority="PC_CHAIR", document=a_document("77/QD"), partners=cleared.partners, at=AT)
    with pytest.raises(PartnerNotVerified):
        sign(approved.agreement, approved.partners)
