"""A later version of its procedure: a trip that is not approved is told once, nothing switches, and a draft may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import yaml

from caytre.contracts.agreements import LaterProcedure
from caytre.contracts.message import Settlement
from caytre.core.later_versions import AnotherVersionAwaits, NoLaterVersion, VersionAlreadyDecided
from caytre.core.refusals import Refusal
from caytre.delegations.model import Delegation
from caytre.delegations.model.life import NotAtThisStage
from caytre.delegations.model.preparing import PapersMissing
from caytre.delegations.model.superseding import SubmittedUnderItsVersion
from caytre.reference import packaged
from tests.builders.delegations import (
    AT,
    HUNG_YEN,
    TODAY,
    a_draft,
    a_past_trip,
    approved,
    back,
    on,
    paper,
    referred,
    scanned,
    submitted,
    with_papers,
)
from tests.builders.procedures import a_later_version
from tests.builders.wording import codes_in

CODE = "DELEGATION_OUTGOING"
LATER = TODAY + timedelta(days=1)
CLOCK = Settlement(code="DEL_PROCEDURE", discriminator="2")


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> None:
    a_later_version(monkeypatch, CODE, LATER)


def told(trip: Delegation, day: date = LATER) -> Delegation:
    assert trip.procedure_passed(day) is not None
    return trip


def decide(trip: Delegation, **changes: Any) -> Any:
    decision = {"version": 2, "adopt": False, "reason": "hồ sơ đã hoàn chỉnh", "document": None, "at": AT}
    return trip.decide_procedure(**{**decision, **changes})


def pinned(trip: Delegation) -> int:
    assert trip.procedure is not None
    return trip.procedure.version


def put_off(trip: Delegation) -> Delegation:
    trip.postpone(reason="đối tác bận", document=None, at=AT)
    return trip


@pytest.mark.usefixtures("second")
def test_a_trip_is_told_of_a_later_version_once_and_has_ten_working_days_from_then() -> None:
    trip = a_draft()
    assert trip.procedure_passed(TODAY) is None
    said = trip.procedure_passed(LATER + timedelta(days=7))
    assert said is not None
    assert (said.procedure.version, said.version, said.valid_from) == (1, 2, LATER)
    (clock,) = said.deadlines
    assert (clock.code, clock.discriminator, clock.n, clock.unit) == ("DEL_PROCEDURE", "2", 10, "WORKING")
    assert (clock.anchor, clock.answerable) == (LATER + timedelta(days=7), HUNG_YEN)
    assert (clock.verified, clock.citation) == (False, None), "policy of the operator"
    assert trip.procedure_superseded == LaterProcedure(version=2, since=LATER)
    assert pinned(trip) == 1, "nothing switches by itself"
    assert trip.procedure_passed(LATER + timedelta(days=8)) is None


@pytest.mark.usefixtures("second")
def test_what_is_approved_over_or_given_up_and_what_a_register_brought_is_not_told() -> None:
    given_up = a_draft()
    given_up.cancel(reason="x", document=None, at=AT)
    for trip in (approved(a_draft()), back(a_draft()), given_up, a_past_trip()):
        assert trip.procedure_passed(LATER) is None
        assert trip.procedure_superseded is None


@pytest.mark.usefixtures("second")
def test_a_version_still_later_takes_the_place_of_the_one_that_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    third = LATER + timedelta(days=30)
    a_later_version(monkeypatch, CODE, third)
    trip = told(a_draft())
    said = trip.procedure_passed(third)
    assert said is not None
    assert (said.version, said.settles) == (3, (CLOCK,))
    with pytest.raises(AnotherVersionAwaits):
        decide(trip, version=2)
    assert decide(trip, version=3).settles[0].discriminator == "3"


@pytest.mark.usefixtures("second")
def test_a_trip_goes_on_as_it_began_for_a_reason_until_it_is_approved() -> None:
    for trip in (a_draft(), submitted(a_draft()), referred(a_draft()), put_off(scanned(a_draft()))):
        papers = told(trip).dossier
        said = decide(trip, document=paper())
        assert (said.decided, said.settles) == ("KEPT", (CLOCK,))
        assert (pinned(trip), trip.dossier) == (1, papers)
        later = trip.procedure_superseded
        assert later is not None
        assert (later.decided, later.reason, later.document) == ("KEPT", "hồ sơ đã hoàn chỉnh", paper())
        assert trip.procedure_passed(LATER) is None
        with pytest.raises(VersionAlreadyDecided):
            decide(trip, adopt=True)


def test_a_draft_adopts_the_later_version_with_its_papers_and_keeps_those_handed_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dossiers = yaml.safe_load(packaged.yaml_texts("procedures")["delegation_outgoing.yaml"])["dossiers"]
    programme = {"code": "PROGRAMME", "name_vi": "Chương trình", "name_en": "Programme"}
    items = [item for item in dossiers[0]["items"] if item["code"] != "TRANSLATION"]
    dossiers[0]["items"] = [*items, {**programme, "required": True, "verified": False}]
    a_later_version(monkeypatch, CODE, LATER, dossiers=dossiers)
    trip = told(with_papers(a_draft()))
    said = decide(trip, adopt=True)
    assert (said.decided, said.settles, pinned(trip)) == ("ADOPTED", (CLOCK,), 2)
    assert {item.code for item in trip.dossier if item.document == paper()} == {"LETTER", "INVITATION"}
    assert trip.procedure_passed(LATER) is None
    with pytest.raises(PapersMissing, match="PROGRAMME"):
        trip.submit(plan=None, at=AT)
    trip.receive_paper(item="PROGRAMME", document=paper(), at=AT)
    assert approved(trip).status == "APPROVED"


@pytest.mark.usefixtures("second")
def test_what_was_handed_in_adopts_a_later_version_only_when_it_is_given_back_or_put_off() -> None:
    for trip in (submitted(a_draft()), referred(a_draft())):
        before = told(trip).open_text()
        with pytest.raises(SubmittedUnderItsVersion):
            decide(trip, adopt=True)
        assert trip.open_text() == before
    returned = told(referred(a_draft()))
    assert CLOCK not in returned.send_back(reason="x", document=None, at=AT).settles
    for trip in (returned, told(put_off(scanned(a_draft()))), put_off(told(referred(a_draft())))):
        said = decide(trip, adopt=True)
        assert (said.decided, said.settles, pinned(trip)) == ("ADOPTED", (CLOCK,), 2)
        assert approved(trip).status == "APPROVED"


@pytest.mark.usefixtures("second")
def test_only_what_waits_is_decided_and_each_refusal_is_words() -> None:
    refused: list[Refusal] = []

    def no(trip: Delegation, refusal: type[Refusal], **changes: Any) -> None:
        with pytest.raises(refusal) as raised:
            decide(trip, **changes)
        refused.append(raised.value)

    no(a_draft(), NoLaterVersion)
    no(told(a_draft()), AnotherVersionAwaits, version=1)
    no(told(submitted(a_draft())), SubmittedUnderItsVersion, adopt=True)
    kept = told(a_draft())
    decide(kept)
    no(kept, VersionAlreadyDecided)
    for refusal in refused:
        vietnamese, english = refusal.sentence("vi"), refusal.sentence("en")
        assert vietnamese != english
        assert codes_in(vietnamese) == codes_in(english) == []
    for trip in (approved(told(a_draft())), back(a_draft())):
        with pytest.raises(NotAtThisStage):
            decide(trip)


@pytest.mark.usefixtures("second")
def test_approval_rejection_and_giving_up_end_the_clock_once_and_nothing_else_does() -> None:
    ruling: dict[str, Any] = {"authority": "PC_CHAIR", "document": paper(), "at": AT}
    trip = told(referred(a_draft()))
    given = trip.approve(**ruling, findings=(), partners={})
    rejected = told(referred(a_draft())).reject(**ruling, reason="x")
    cancelled = told(submitted(a_draft())).cancel(reason="x", document=None, at=AT)
    for said in (given, rejected, cancelled):
        assert CLOCK in said.settles, said.TYPE
    assert CLOCK not in trip.cancel(reason="x", document=None, at=AT).settles, "the approval has ended it"
    late = told(with_papers(a_draft()))
    others = (
        late.submit(plan=None, at=AT),
        late.postpone(reason="x", document=None, at=AT),
        told(submitted(a_draft())).send_back(reason="x", document=None, at=AT),
    )
    decided = told(a_draft())
    decide(decided)
    for silent in (*others, decided.cancel(reason="x", document=None, at=AT)):
        assert CLOCK not in silent.settles, silent.TYPE


@pytest.mark.usefixtures("second")
def test_approval_under_its_own_version_decides_on_the_later_one_which_is_not_asked_about_again() -> None:
    for again in (False, True):
        trip = told(referred(a_draft()))
        trip.approve(authority="PC_CHAIR", document=paper(), findings=(), partners={}, at=AT)
        if again:
            trip.amend({"returns_on": on(date(2026, 5, 11))}, at=AT)
        later = trip.procedure_superseded
        assert later is not None
        assert (later.version, later.decided, later.reason) == (2, "KEPT", None)
        assert put_off(trip).procedure_clock() == ()
        assert trip.procedure_passed(LATER) is None
        with pytest.raises(VersionAlreadyDecided):
            decide(trip)
        assert CLOCK not in trip.cancel(reason="x", document=None, at=AT).settles


@pytest.mark.usefixtures("second")
def test_what_is_rejected_or_given_up_has_no_clock_left_to_be_settled_again() -> None:
    rejected, cancelled = told(referred(a_draft())), told(put_off(submitted(a_draft())))
    rejected.reject(authority="PC_CHAIR", document=paper(), reason="x", at=AT)
    cancelled.cancel(reason="x", document=None, at=AT)
    for trip in (rejected, cancelled):
        assert trip.procedure_clock() == ()
        with pytest.raises(NotAtThisStage):
            decide(trip)
