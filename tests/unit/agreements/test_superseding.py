"""A later version of its procedure: an open case is told of it once, nothing switches by itself, and a draft may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import yaml

from caytre.agreements.model import Agreement
from caytre.agreements.model.case import NotInThisStatus
from caytre.agreements.model.proposing import NoGroundForReducedProcedure
from caytre.agreements.model.superseding import ConsultedUnderItsVersion
from caytre.contracts.agreements import LaterProcedure
from caytre.contracts.message import Settlement
from caytre.core.later_versions import AnotherVersionAwaits, NoLaterVersion, VersionAlreadyDecided
from caytre.reference import packaged
from tests.builders.agreements import (
    AT,
    HUNG_YEN,
    MOFA,
    TODAY,
    Life,
    a_document,
    a_draft,
    a_register_entry,
    sign,
    with_papers,
)
from tests.builders.procedures import a_later_version

CODE = "AGREEMENT_PROVINCE"
LATER = TODAY + timedelta(days=1)
CLOCK = Settlement(code="AGR_PROCEDURE", discriminator="2")


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> None:
    a_later_version(monkeypatch, CODE, LATER)


def _told(agreement: Agreement, day: date = LATER) -> Agreement:
    assert agreement.procedure_passed(day) is not None
    return agreement


def _decide(agreement: Agreement, **changes: Any) -> Any:
    decision = {"version": 2, "adopt": False, "reason": "the text is agreed", "document": None, "at": AT}
    return agreement.decide_procedure(**{**decision, **changes})


def _pinned(agreement: Agreement) -> int:
    assert agreement.procedure is not None
    return agreement.procedure.version


@pytest.mark.usefixtures("second")
def test_an_open_case_is_told_of_a_later_version_once_and_has_ten_working_days_from_then() -> None:
    agreement = a_draft()
    assert agreement.procedure_passed(TODAY) is None
    said = agreement.procedure_passed(LATER + timedelta(days=7))
    assert said is not None
    assert (said.procedure.version, said.version, said.valid_from) == (1, 2, LATER)
    (clock,) = said.deadlines
    assert (clock.code, clock.discriminator, clock.n, clock.unit) == ("AGR_PROCEDURE", "2", 10, "WORKING")
    assert (clock.anchor, clock.answerable) == (LATER + timedelta(days=7), HUNG_YEN)
    assert (clock.verified, clock.citation) == (False, None), "policy of the operator"
    assert agreement.procedure_superseded == LaterProcedure(version=2, since=LATER)
    assert _pinned(agreement) == 1, "nothing switches by itself"
    assert agreement.procedure_passed(LATER + timedelta(days=8)) is None


@pytest.mark.usefixtures("second")
def test_what_is_signed_or_given_up_and_what_has_no_procedure_is_not_told() -> None:
    given_up = a_draft()
    given_up.cancel(reason="x", document=None, at=AT)
    recorded, _ = a_register_entry()
    for agreement in (Life().signed(), given_up, recorded):
        assert agreement.procedure_passed(LATER) is None
        assert agreement.procedure_superseded is None


def test_a_version_that_is_not_for_this_signatory_is_none_for_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    document = _document("agreement_province.yaml")
    council = [each for each in document["deciding"] if each["signatory_type"] == "PROVINCE_PCOUNCIL"]
    a_later_version(monkeypatch, CODE, LATER, signatory_types=["PROVINCE_PCOUNCIL"], deciding=council)
    assert a_draft().procedure_passed(LATER) is None
    assert a_draft(signatory_type="PROVINCE_PCOUNCIL").procedure_passed(LATER) is not None


@pytest.mark.usefixtures("second")
def test_a_version_still_later_takes_the_place_of_the_one_that_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    third = LATER + timedelta(days=30)
    a_later_version(monkeypatch, CODE, third)
    agreement = _told(a_draft())
    said = agreement.procedure_passed(third)
    assert said is not None
    assert (said.version, said.settles) == (3, (CLOCK,))
    with pytest.raises(AnotherVersionAwaits):
        _decide(agreement, version=2)
    assert _decide(agreement, version=3).settles[0].discriminator == "3"


@pytest.mark.usefixtures("second")
def test_a_case_goes_on_as_it_began_for_a_reason_whenever_it_is_open() -> None:
    for agreement in (a_draft(), Life().consulting(), Life().escalated(), Life().approved()):
        papers = _told(agreement).dossier
        said = _decide(agreement, document=a_document())
        assert (said.decided, said.settles) == ("KEPT", (CLOCK,))
        assert (_pinned(agreement), agreement.dossier) == (1, papers)
        later = agreement.procedure_superseded
        assert later is not None
        assert (later.decided, later.reason, later.document) == ("KEPT", "the text is agreed", a_document())
        assert agreement.procedure_passed(LATER) is None
        with pytest.raises(VersionAlreadyDecided):
            _decide(agreement, adopt=True)


def test_a_draft_adopts_the_later_version_with_its_papers_and_keeps_those_handed_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dossiers = _document("agreement_province.yaml")["dossiers"]
    opinion = dossiers[0]["items"]
    data = {"code": "DATA", "name_vi": "Dữ liệu", "name_en": "Data", "required": True, "verified": False}
    dossiers[0]["items"] = [*(item for item in opinion if item["code"] != "IMPACT"), data]
    a_later_version(monkeypatch, CODE, LATER, dossiers=dossiers)
    agreement = _told(with_papers(a_draft(), "OPINION"))
    said = _decide(agreement, adopt=True)
    assert (said.decided, said.settles, _pinned(agreement)) == ("ADOPTED", (CLOCK,), 2)
    handed_in = {item.code for item in agreement.dossier if item.document == a_document()}
    assert agreement.missing_items("OPINION") == ("DATA",)
    assert handed_in == {"LETTER", "TERMS", "COMPATIBILITY", "FOREIGN_PARTY", "DRAFT_VI"}
    assert agreement.procedure_passed(LATER) is None


@pytest.mark.usefixtures("second")
def test_a_case_that_agencies_were_asked_about_does_not_change_its_version_any_more() -> None:
    asked = Life().consulting()
    returned = Life().consulting()
    returned.return_incomplete(agency=MOFA, reason="x", at=AT)
    for agreement in (asked, returned, Life().approved()):
        before = _told(agreement).open_text()
        with pytest.raises(ConsultedUnderItsVersion):
            _decide(agreement, adopt=True)
        assert agreement.open_text() == before


def test_a_ground_that_the_later_version_does_not_know_is_none_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    grounds = _document("agreement_province_reduced.yaml")["grounds"]
    left = [ground for ground in grounds if ground["code"] != "EMERGENCY_RELIEF"]
    a_later_version(monkeypatch, "AGREEMENT_PROVINCE_REDUCED", LATER, grounds=left)
    agreement = _told(Life(reduced=True).agreement)
    with pytest.raises(NoGroundForReducedProcedure):
        _decide(agreement, adopt=True)
    assert _decide(agreement).decided == "KEPT"


@pytest.mark.usefixtures("second")
def test_only_what_waits_is_decided() -> None:
    agreement = a_draft()
    with pytest.raises(NoLaterVersion):
        _decide(agreement)
    with pytest.raises(AnotherVersionAwaits):
        _decide(_told(agreement), version=1)
    agreement.cancel(reason="x", document=None, at=AT)
    with pytest.raises(NotInThisStatus):
        _decide(agreement)


@pytest.mark.usefixtures("second")
def test_signature_refusal_and_giving_up_end_the_clock_and_the_consultation_does_not() -> None:
    life = Life()
    signed = sign(_told(life.approved()), life.partners)
    refused = _told(Life().cleared()).refuse(authority="PC_CHAIR", document=a_document(), reason="x", at=AT)
    denied = _told(Life().escalated()).record_pm_opinion(consent=False, document=a_document(), at=AT)
    given_up = _told(Life().consulting()).cancel(reason="x", document=None, at=AT)
    for said in (signed, refused, denied, given_up):
        assert said.settles == (CLOCK,), said.TYPE
    agreed = _told(Life().escalated()).record_pm_opinion(consent=True, document=a_document(), at=AT)
    closed = _told(Life().answered()).close_consultation()
    decided = Life()
    _decide(_told(decided.approved()))
    for said in (agreed, closed, sign(decided.agreement, decided.partners)):
        assert said.settles == (), said.TYPE


@pytest.mark.usefixtures("second")
def test_what_is_signed_while_a_later_version_waits_was_kept_under_its_own() -> None:
    life = Life()
    agreement = _told(life.approved())
    sign(agreement, life.partners)
    assert agreement.procedure_superseded == LaterProcedure(version=2, since=LATER, decided="KEPT")
    assert (_pinned(agreement), agreement.procedure_clock()) == (1, ())


def _document(name: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(packaged.yaml_texts("procedures")[name])
    return document
