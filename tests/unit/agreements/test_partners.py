"""The rules about foreign partners, one sentence each."""

from __future__ import annotations

from datetime import date

import pytest

from caytre.agreements.model import Partner
from caytre.agreements.model.partner import (
    Contact,
    CountryMissing,
    HistoryStaysPublished,
    MergeImpossible,
    NameUnreadable,
    NotForeign,
    NothingChanges,
    PossibleDuplicate,
)
from caytre.agreements.model.verifying import (
    EvidenceFromTheFuture,
    EvidenceMissing,
    NotAVerifier,
    NotTheVerifier,
    NotVerified,
    NoVerificationPending,
    PartnerIsMerged,
    VerificationPending,
)
from caytre.agreements.tables import AGREEMENTS, PARTNERS
from caytre.contracts.agreements import Evidence, Names, PartnerMerged, PartnerWithdrawn, read_state
from caytre.contracts.message import RESTRICTED, State
from caytre.core.ids import new_id
from caytre.core.papers import DocumentFromTheFuture
from caytre.core.refusals import Invalid, Refusal
from tests.builders.agreements import AT, MOFA, MPS, a_document, a_draft, a_partner, days, verify

EVIDENCE = (Evidence(kind="mission_check", summary="checked on site"),)


def test_a_name_that_looks_like_a_registered_one_is_refused_and_the_candidates_are_named() -> None:
    known = a_partner("Công ty TNHH Tre Xanh", type="company")
    with pytest.raises(PossibleDuplicate) as refused:
        Partner.register(
            id=new_id(), type="company", names=Names(en="Tre Xanh Co., Ltd."), country="KR", similar=(known,)
        )
    assert str(known.id) in refused.value.sentence("vi")
    assert "Tre Xanh" in refused.value.sentence("en")


def test_a_namesake_is_registered_with_a_reason_that_tells_them_apart() -> None:
    known = a_partner()
    twin, _ = Partner.register(
        id=new_id(),
        type="company",
        names=Names(vi="Thành phố Minh Họa"),
        country="KR",
        similar=(known,),
        distinct_reason="a company of the same name",
    )
    assert (twin.distinct_from, twin.distinct_reason) == ((known.id,), "a company of the same name")


def test_names_that_look_the_same_meet_under_one_key_within_a_country() -> None:
    one, other = a_partner("Công ty TNHH Tre Xanh"), a_partner("TRE XANH Co., Ltd.")
    assert one.name_keys() == other.name_keys()
    assert one.name_keys() != a_partner("Tre Xanh", country="JP").name_keys()


def test_an_unknown_country_and_a_nameless_partner_are_refused() -> None:
    with pytest.raises(Invalid):
        a_partner(country="XX", verified=False)
    with pytest.raises(Invalid):
        a_partner(names=Names(), verified=False)


def test_a_partner_of_viet_nam_is_no_foreign_partner() -> None:
    with pytest.raises(NotForeign):
        a_partner(country="VN", verified=False)


def test_a_name_of_invisible_characters_is_no_name() -> None:
    with pytest.raises(NameUnreadable):
        a_partner("\u200b\u2060", verified=False)
    partner = a_partner()
    with pytest.raises(NameUnreadable):
        partner.add_alias("\u200b")
    with pytest.raises(NameUnreadable):
        partner.amend({"names": Names(vi="\u200b")})


@pytest.mark.parametrize("verifier", [MOFA, "EMBASSY-KR", "MISSION-KR", "CONSULATE-KR", "MINH-HOA-XM"])
def test_the_ministry_and_missions_are_asked_to_verify(verifier: str) -> None:
    partner = a_partner(verified=False)
    partner.request_verification(verifier=verifier, requested_by=None, reason=None, at=AT)
    assert partner.consultees == (verifier,)


@pytest.mark.parametrize("verifier", [MPS, "MOFAX", "UBND-HY"])
def test_nobody_else_is_asked_to_verify(verifier: str) -> None:
    with pytest.raises(NotAVerifier):
        a_partner(verified=False).request_verification(verifier=verifier, requested_by=None, reason=None, at=AT)


def test_a_verification_rests_on_nothing_from_the_future() -> None:
    partner = a_partner()
    ahead = a_document(issued_on=date(2026, 3, 3))
    with pytest.raises(DocumentFromTheFuture):
        partner.revoke(reason="x", document=ahead, at=AT)
    partner.request_verification(verifier=MOFA, requested_by=None, reason=None, at=AT)
    late = Evidence(kind="document", summary="x", obtained_on=date(2026, 3, 3))
    with pytest.raises(EvidenceFromTheFuture):
        partner.verify(verifier=MOFA, evidence=(late,), document=None, at=AT)
    paper = Evidence(kind="document", summary="x", document=ahead)
    with pytest.raises(DocumentFromTheFuture):
        partner.reject(verifier=MOFA, reason="x", evidence=(paper,), document=None, at=AT)


def test_only_an_international_organisation_can_be_without_a_country() -> None:
    organisation = a_partner("Tổ chức Minh Họa", type="international_organisation", country=None)
    assert (organisation.country, organisation.countries) == (None, ())
    with pytest.raises(CountryMissing) as refused:
        a_partner(country=None, verified=False)
    assert refused.value.pointer == "/country"
    with pytest.raises(CountryMissing) as amended:
        organisation.amend({"type": "ngo"})
    assert (amended.value.pointer, organisation.type) == ("/type", "international_organisation")
    seated = a_partner(type="international_organisation", country="FR")
    assert seated.amend({"type": "ngo"}).fields == ("type",)


def test_a_name_without_a_country_meets_only_names_without_one() -> None:
    one, other = (
        a_partner(name, type="international_organisation", country=None)
        for name in ("Tổ chức Minh Họa", "TO CHUC MINH HOA")
    )
    assert one.name_keys() == other.name_keys()
    assert one.name_keys() != a_partner("Tổ chức Minh Họa", country="FR").name_keys()


def test_an_agreement_with_an_organisation_of_many_countries_concerns_those_of_the_others() -> None:
    organisation = a_partner("Tổ chức Minh Họa", type="international_organisation", country=None)
    agreement = a_draft(organisation, a_partner())
    assert [party.country for party in agreement.foreign_parties] == [None, "KR"]
    assert agreement.countries == ("KR",)


def test_a_verification_starts_a_clock_and_ends_after_24_months() -> None:
    partner = a_partner(verified=False)
    asked = partner.request_verification(verifier=MOFA, requested_by="SNV", reason=None, at=AT)
    assert [(d.code, d.n, d.unit, d.anchor) for d in asked.deadlines] == [
        ("PARTNER_VERIFY", 10, "WORKING", date(2026, 3, 2))
    ]
    partner.start_verification(verifier=MOFA)
    done = partner.verify(verifier=MOFA, evidence=EVIDENCE, document=None, at=days(3))
    assert done.valid_until == date(2028, 3, 5)
    assert [(d.code, d.anchor, d.n) for d in done.deadlines] == [
        ("PARTNER_REVIEW", date(2028, 3, 5), 60),
        ("PARTNER_EXPIRY", date(2028, 3, 6), 0),
    ]
    assert [s.code for s in done.settles] == ["PARTNER_VERIFY"]
    assert partner.verified_on(date(2028, 3, 5))
    assert not partner.verified_on(date(2028, 3, 6))


def test_only_one_verification_is_under_way_and_only_the_asked_organisation_acts_on_it() -> None:
    partner = a_partner(verified=False)
    with pytest.raises(NoVerificationPending):
        partner.start_verification(verifier=MOFA)
    partner.request_verification(verifier=MOFA, requested_by=None, reason=None, at=AT)
    with pytest.raises(VerificationPending):
        partner.request_verification(verifier=MOFA, requested_by=None, reason=None, at=AT)
    with pytest.raises(NotTheVerifier):
        partner.verify(verifier="EMBASSY-KR", evidence=EVIDENCE, document=None, at=AT)
    with pytest.raises(EvidenceMissing):
        partner.verify(verifier=MOFA, evidence=(), document=None, at=AT)


def test_a_partner_stays_verified_while_its_renewal_is_under_way() -> None:
    partner = a_partner()
    partner.request_verification(verifier=MOFA, requested_by=None, reason="renewal", at=days(600))
    assert partner.verified_on(date(2028, 1, 1))
    renewed = partner.verify(verifier=MOFA, evidence=EVIDENCE, document=None, at=days(605))
    assert {(s.code, s.round) for s in renewed.settles} == {
        ("PARTNER_VERIFY", 2),
        ("PARTNER_REVIEW", 1),
        ("PARTNER_EXPIRY", 1),
    }


def test_a_rejected_renewal_ends_the_verification() -> None:
    partner = a_partner()
    partner.request_verification(verifier=MOFA, requested_by=None, reason=None, at=days(1))
    partner.reject(verifier=MOFA, reason="dissolved", evidence=EVIDENCE, document=None, at=days(2))
    assert partner.verified_until is None


def test_a_revocation_takes_effect_at_once_and_once() -> None:
    partner = a_partner()
    said = partner.revoke(reason="licence withdrawn", document=None, at=days(1))
    assert {s.code for s in said.settles} == {"PARTNER_REVIEW", "PARTNER_EXPIRY"}
    assert not partner.verified_on(date(2026, 3, 4))
    with pytest.raises(NotVerified):
        partner.revoke(reason="again", document=None, at=days(2))


def test_an_expiry_counts_only_for_the_round_it_belongs_to() -> None:
    partner = a_partner()
    assert partner.verification_ran_out(1, date(2028, 3, 2)) is None
    verify(partner, days(700))
    assert partner.verification_ran_out(1, date(2028, 3, 3)) is None
    assert partner.verification_ran_out(2, date(2031, 1, 1)) is not None
    assert partner.verification is not None
    assert partner.verification.status == "EXPIRED"


def test_a_merged_partner_keeps_its_id_and_the_survivor_its_names() -> None:
    duplicate, survivor = a_partner("Seoul Minh Họa", aliases=("SMH",)), a_partner()
    assert isinstance(duplicate.merge_into(survivor, "two spellings"), PartnerMerged)
    survivor.take_over(duplicate)
    assert (duplicate.merged_into, survivor.merged) == (survivor.id, (duplicate.id,))
    assert survivor.aliases == ("Seoul Minh Họa", "SMH")
    assert survivor.take_over(duplicate) is None
    with pytest.raises(PartnerIsMerged):
        duplicate.add_alias("anything")
    with pytest.raises(MergeImpossible):
        survivor.merge_into(survivor, "itself")
    with pytest.raises(MergeImpossible):
        survivor.merge_into(a_partner(country="JP"), "another country")


def test_a_country_is_corrected_with_evidence_that_stays_on_record() -> None:
    partner = a_partner(verified=False)
    said = partner.correct_country("JP", reason="the registry says so", evidence=EVIDENCE, at=AT)
    assert (said.before, said.after, said.deadlines, said.settles) == ("KR", "JP", (), ())
    (change,) = partner.country_changes
    assert (change.before, change.after, change.evidence) == ("KR", "JP", EVIDENCE)


@pytest.mark.parametrize(
    ("country", "evidence", "refusal"),
    [
        ("KR", EVIDENCE, NothingChanges),
        ("JP", (), EvidenceMissing),
        ("JP", (Evidence(kind="document", summary="x", obtained_on=date(2030, 1, 1)),), EvidenceFromTheFuture),
        (None, EVIDENCE, CountryMissing),
        ("VN", EVIDENCE, NotForeign),
        ("ZZ", EVIDENCE, Invalid),
    ],
)
def test_a_country_is_not_corrected_to_what_cannot_be(
    country: str | None, evidence: tuple[Evidence, ...], refusal: type[Refusal]
) -> None:
    partner = a_partner()
    with pytest.raises(refusal):
        partner.correct_country(country, reason="x", evidence=evidence, at=AT)
    assert (partner.country, partner.verified_on(date(2026, 3, 3))) == ("KR", True)


def test_a_verified_partner_whose_country_was_wrong_is_verified_anew() -> None:
    partner = a_partner()
    said = partner.correct_country("JP", reason="the registry says so", evidence=EVIDENCE, at=days(5))
    assert not partner.verified_on(date(2026, 3, 8))
    assert {clock.code for clock in said.settles} == {"PARTNER_REVIEW", "PARTNER_EXPIRY"}
    assert [(clock.code, clock.round, clock.answerable) for clock in said.deadlines] == [("PARTNER_VERIFY", 2, MOFA)]
    assert partner.verification is not None
    assert (partner.verification.status, partner.verification.round) == ("REQUESTED", 2)
    partner.verify(verifier=MOFA, evidence=EVIDENCE, document=None, at=days(6))
    assert partner.verified_on(date(2026, 3, 9))


def test_a_mission_of_the_wrong_country_is_asked_no_more() -> None:
    partner = a_partner(verified=False)
    partner.request_verification(verifier="EMBASSY-KR", requested_by=None, reason=None, at=AT)
    said = partner.correct_country("JP", reason="the registry says so", evidence=EVIDENCE, at=days(1))
    assert [(clock.code, clock.round) for clock in said.settles] == [("PARTNER_VERIFY", 1)]
    assert [clock.answerable for clock in said.deadlines] == [MOFA]
    with pytest.raises(NotTheVerifier):
        partner.start_verification(verifier="EMBASSY-KR")


@pytest.mark.parametrize("person", [False, True])
def test_an_agreement_names_a_partner_no_more_that_is_made_restricted_or_is_a_person(person: bool) -> None:
    partner, other = a_partner(), a_partner("Tỉnh khác")
    agreement = a_draft(partner, other)
    assert agreement.follow_party(partner) is None
    if person:
        partner.amend({"type": "individual"})
    else:
        partner.classify(RESTRICTED, confirmed=True)
    said = agreement.follow_party(partner)
    assert said is not None
    assert said.fields == ("foreign_parties",)
    assert [party.name for party in agreement.foreign_parties] == [None, "Tỉnh khác"]
    assert agreement.follow_party(partner) is None


def test_an_agreement_knows_the_corrected_country_of_its_party() -> None:
    partner = a_partner()
    agreement = a_draft(partner)
    partner.correct_country("JP", reason="the registry says so", evidence=EVIDENCE, at=AT)
    assert agreement.follow_party(partner) is not None
    assert agreement.countries == ("JP",)


def test_nobody_verifies_a_merged_partner() -> None:
    duplicate, asked = a_partner(verified=False), a_partner(verified=False)
    asked.request_verification(verifier=MOFA, requested_by=None, reason=None, at=AT)
    for partner in (duplicate, asked):
        partner.merge_into(a_partner(), "two spellings")
    with pytest.raises(PartnerIsMerged):
        duplicate.request_verification(verifier=MOFA, requested_by=None, reason=None, at=AT)
    with pytest.raises(PartnerIsMerged):
        asked.verify(verifier=MOFA, evidence=EVIDENCE, document=None, at=AT)


def test_an_alias_is_added_once() -> None:
    partner = a_partner()
    partner.add_alias("Minh Hoa City")
    with pytest.raises(NothingChanges):
        partner.add_alias("Minh Hoa City")


def test_raising_the_sensitivity_needs_the_confirmation_that_history_stays() -> None:
    partner = a_partner()
    with pytest.raises(HistoryStaysPublished):
        partner.classify(RESTRICTED, confirmed=False)
    assert isinstance(partner.classify(RESTRICTED, confirmed=True), PartnerWithdrawn)


def test_a_person_s_name_and_every_contact_are_in_no_open_text() -> None:
    person = a_partner("Người Minh Họa", type="individual", contacts=(Contact(name="Minh", phone="0900"),))
    assert "Minh" not in person.open_text()
    assert person.public_name is None
    assert "Người Minh Họa" in (person.confidential_text() or "")


@pytest.mark.parametrize("sensitivity", [RESTRICTED, "of a later release"])
def test_the_envelope_of_a_restricted_partner_reads_as_a_plain_state(sensitivity: str) -> None:
    partner = a_partner(sensitivity=sensitivity)
    state = read_state("caytre.partner.registered.v1", partner.model_dump(mode="json", include=set(Partner.ENVELOPE)))
    assert type(state) is State
    assert "Minh Họa" not in partner.open_text()
    assert partner.public_name is None


@pytest.mark.parametrize("sensitivity", [RESTRICTED, "of a later release"])
def test_no_column_shows_what_a_restricted_record_holds(sensitivity: str) -> None:
    partner = a_partner()
    agreement = a_draft(partner, register_no="07/TT")
    assert "07/TT" in str(AGREEMENTS.promote(agreement))
    partner.sensitivity = agreement.sensitivity = sensitivity
    assert not {"07/TT", partner.id, "DRAFT", "FRIENDSHIP"} & {
        value
        for column in AGREEMENTS.promote(agreement).values()
        for value in (column if isinstance(column, tuple | list) else (column,))
    }
    assert agreement.reference() is None
    shown = PARTNERS.promote(partner)
    assert (shown["search"], shown["country"], shown["partner_type"], shown["status"]) == ("", "", "", "")
