"""Where acts on a record come from: an invention may stand on a true record, and what follows from it is one too."""

from __future__ import annotations

from datetime import date

from caytre.contracts.delegations import DelegationReportFiled
from caytre.contracts.lineage import Ref
from caytre.contracts.message import Provenance
from caytre.core.ids import new_id
from caytre.delegations.model import Delegation, FollowUp, Invitation
from tests.builders.delegations import (
    AT,
    EXTENDED,
    SOURCED,
    TODAY,
    a_channelled_invitation,
    a_past_trip,
    a_visit,
    paper,
)

ILLUSTRATED = Provenance(origin="illustration")


def reported(trip: Delegation, provenance: Provenance | None) -> DelegationReportFiled:
    """A report on it."""
    return trip.file_report(
        results=(),
        contacts=0,
        diaspora_contacts=0,
        commitments=(),
        invitations=(EXTENDED,),
        invitee_names=(),
        document=None,
        provenance=provenance,
        at=AT,
    )


def test_a_report_says_its_own_origin_beside_the_trips() -> None:
    trip = a_past_trip()
    assert reported(trip, ILLUSTRATED).origin == "illustration"
    assert (trip.provenance, trip.reported) == (SOURCED, ILLUSTRATED)


def test_what_an_illustrated_report_tells_of_is_an_illustration() -> None:
    trip = a_past_trip()
    reported(trip, ILLUSTRATED)
    invitation, said = Invitation.from_report(trip, EXTENDED, None, AT)
    assert (invitation.provenance, said.origin) == (ILLUSTRATED, "illustration")
    assert [link.provenance for link in invitation.links] == [ILLUSTRATED]


def test_what_an_officers_report_on_a_sourced_trip_tells_of_is_sourced() -> None:
    trip = a_past_trip()
    assert reported(trip, None).origin == "act"
    invitation, said = Invitation.from_report(trip, EXTENDED, None, AT)
    assert (invitation.provenance, said.origin) == (SOURCED, "sourced")


def test_an_answer_and_the_visit_it_leads_to_say_the_answers_origin() -> None:
    invitation = a_channelled_invitation()
    on = date(2023, 6, 1)
    accepted = invitation.take_reply(
        answer="accepted", on=on, through=None, document=None, provenance=ILLUSTRATED, at=AT
    )
    scheduled = invitation.schedule(new_id())
    assert scheduled is not None
    assert (accepted.origin, scheduled.origin) == ("illustration", "illustration")
    assert "origin" in accepted.ENVELOPE, "of a restricted invitation too"


def test_a_follow_up_from_history_says_so() -> None:
    source = Ref(service="delegations", kind="visit", id=new_id())
    for provenance, origin in ((SOURCED, "sourced"), (None, "act")):
        _, created = FollowUp.create(
            id=new_id(), text="x", owner="x", due_on=None, source=source, localities=(), provenance=provenance
        )
        assert created.origin == origin


def test_what_an_illustrated_report_on_a_visit_promises_is_an_illustration() -> None:
    for provenance, origin in ((ILLUSTRATED, "illustration"), (None, "act")):
        visit = a_visit()
        visit.approve(authority="PC_CHAIR", document=paper(), partner=None, at=AT)
        visit.arrive(on=TODAY, at=AT)
        visit.leave(on=TODAY, at=AT)
        said = visit.file_report(
            text="x", expected=None, achieved="more", commitments=(), document=None, provenance=provenance, at=AT
        )
        assert (said.origin, visit.reported.origin, visit.provenance.origin) == (origin, origin, "act")
        assert "origin" in said.ENVELOPE, "of a restricted visit too"
