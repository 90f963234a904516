"""Delegations under any sequence of acts: no illegal state is reachable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from caytre.contracts.agreements import StatedDate
from caytre.contracts.delegations import (
    Commitment,
    InvitationExtended,
    Result,
)
from caytre.delegations.model import Delegation, Finding
from caytre.delegations.model.superseding import NOT_APPROVED
from caytre.delegations.model.travelling import follow_up_id
from tests.builders.delegations import (
    AT,
    HUNG_YEN,
    TODAY,
    a_draft,
    a_finding,
    by_id,
    known,
    paper,
    with_papers,
)
from tests.builders.living import LATE, Lives, days
from tests.builders.procedures import a_later_version

LATER = date(2026, 3, 3)


@pytest.fixture(autouse=True, scope="module")
def later_version() -> Iterator[None]:
    """A version of the procedure that comes into force while trips are not approved."""
    with pytest.MonkeyPatch.context() as patch:
        a_later_version(patch, "DELEGATION_OUTGOING", LATER)
        yield


class Trips(Lives):
    """A delegation in the hands of officers, reviewers, the authority, other delegations and time."""

    ALLOWED: ClassVar = {
        ("DRAFT", "SUBMITTED"),
        ("POSTPONED", "SUBMITTED"),
        ("SUBMITTED", "UNDER_REVIEW"),
        ("SUBMITTED", "DRAFT"),
        ("UNDER_REVIEW", "DRAFT"),
        ("COORDINATING", "DRAFT"),
        ("UNDER_REVIEW", "COORDINATING"),
        ("COORDINATING", "UNDER_REVIEW"),
        ("UNDER_REVIEW", "APPROVED"),
        ("UNDER_REVIEW", "REJECTED"),
        ("APPROVED", "AMENDING"),
        ("AMENDING", "APPROVED"),
        ("AMENDING", "REJECTED"),
        ("APPROVED", "DEPARTED"),
        ("DEPARTED", "RETURNED"),
        ("RETURNED", "REPORTED"),
        ("REPORTED", "CLOSED"),
        *((s, "POSTPONED") for s in ("SUBMITTED", "UNDER_REVIEW", "COORDINATING", "APPROVED", "AMENDING")),
        *(
            (s, "CANCELLED")
            for s in ("DRAFT", "SUBMITTED", "UNDER_REVIEW", "COORDINATING", "APPROVED", "AMENDING", "POSTPONED")
        ),
    }

    def __init__(self) -> None:
        super().__init__()
        self.host = known("company", verified_until=date(2027, 1, 1))
        self.barred = False
        self.findings: list[Finding] = []
        self.record: Delegation = with_papers(a_draft(self.host))

    @rule()
    def submit(self) -> None:
        self.act(lambda d: d.submit(plan=None, at=AT))

    @rule()
    def search(self) -> None:
        self.act(lambda d: d.note_scan(found=0, blocking=0, coordinate=0, at=AT))

    @rule()
    def review(self) -> None:
        self.act(lambda d: d.start_review(AT))

    @rule()
    def refer(self) -> None:
        self.act(lambda d: d.refer(recommendation="x", findings=self.findings, at=AT))

    @rule(steps=st.integers(1, 7), told=st.booleans())
    def go_the_straight_way(self, steps: int, told: bool) -> None:
        """Random acts alone would hardly ever come as far as a report."""
        if told:
            self.begin_a_day(LATER)
        for _ in range(steps):
            self.search()
            match self.record.status:
                case "DRAFT" | "POSTPONED":
                    self.submit()
                case "SUBMITTED":
                    self.review()
                case "UNDER_REVIEW" | "AMENDING":
                    self.refer()
                    self.approve()
                case "APPROVED":
                    self.depart(date(2026, 5, 4))
                case "DEPARTED":
                    self.come_back(date(2026, 5, 10))
                case "RETURNED":
                    self.report(True)
                case "REPORTED":
                    self.accept(False)
                    self.close(True)

    @rule()
    def a_conflict_appears(self) -> None:
        self.findings = [a_finding(self.record, "SAME_HOST_SAME_DAYS", "COORDINATE")]

    @rule()
    def the_conflict_is_gone(self) -> None:
        self.findings = []

    @rule()
    def heed(self) -> None:
        self.act(lambda d: d.heed(self.findings))

    @rule()
    def approve(self) -> None:
        self.act(
            lambda d: d.approve(
                authority="PC_CHAIR",
                document=paper(),
                findings=self.findings,
                partners=by_id(
                    known("company", id=self.host.id, verified_until=self.host.verified_until, barred=self.barred)
                ),
                at=AT,
            )
        )

    @rule()
    def the_host_is_barred(self) -> None:
        self.barred = True
        self.act(lambda d: d.flag_host(self.host.id, "REVOKED"))

    @rule()
    def the_host_is_verified_again(self) -> None:
        self.barred = False

    @rule()
    def reject(self) -> None:
        self.act(lambda d: d.reject(authority="PC_CHAIR", document=paper(), reason="x", at=AT))

    @rule(last=st.sampled_from((date(2026, 5, 11), date(2026, 5, 12))))
    def amend(self, last: date) -> None:
        self.act(lambda d: d.amend({"returns_on": StatedDate.on_day(last)}, at=AT))

    @rule(title=st.sampled_from(("A", "B")))
    def revise(self, title: str) -> None:
        self.act(lambda d: d.revise({"title": title}))

    @rule()
    def send_back(self) -> None:
        self.act(lambda d: d.send_back(reason="x", document=None, at=AT))

    @rule()
    def deliver(self) -> None:
        self.act(lambda d: d.deliver_decision())

    @rule(day=days)
    def time_passes(self, day: date) -> None:
        self.act(lambda d: d.expect(day))

    @rule(day=st.sampled_from((TODAY, LATER)))
    def begin_a_day(self, day: date) -> None:
        self.act(lambda d: d.procedure_passed(day))

    @rule(version=st.integers(2, 3), adopt=st.booleans())
    def decide_on_the_later_version(self, version: int, adopt: bool) -> None:
        before, in_hand = self.record.procedure, self.record.status in {"DRAFT", "POSTPONED"}
        self.act(lambda d: d.decide_procedure(version=version, adopt=adopt, reason="x", document=None, at=AT))
        assert self.record.procedure == before or (adopt and in_hand), "nothing that was handed in switches"

    @rule(day=days)
    def depart(self, day: date) -> None:
        self.act(lambda d: d.depart(on=day, at=LATE))

    @rule(day=days)
    def come_back(self, day: date) -> None:
        self.act(lambda d: d.come_back(on=day, at=LATE))

    @rule()
    def report_runs_over(self) -> None:
        self.act(lambda d: d.report_ran_over(date(2026, 5, 26)))

    @rule(whole=st.booleans())
    def report(self, whole: bool) -> None:
        results = [Result(objective=1, achieved="yes", text="x")] if whole else []
        invited = InvitationExtended(number=1, invitee="x", country="KR", form="oral", purpose="x")
        self.act(
            lambda d: d.file_report(
                results=results,
                contacts=1,
                diaspora_contacts=0,
                commitments=[Commitment(number=1, text="x", owner=HUNG_YEN)],
                invitations=[invited],
                invitee_names=["Người Được Mời"],
                document=None,
                at=LATE,
            )
        )

    @rule(decline=st.booleans())
    def accept(self, decline: bool) -> None:
        self.act(lambda d: d.accept_report(declined={1: "x"} if decline else {}, at=LATE))

    @rule(followed=st.booleans())
    def close(self, followed: bool) -> None:
        self.act(lambda d: d.close([follow_up_id(d.id, 1)] if followed else []))

    @rule(chance=st.integers(0, 7), forever=st.booleans())
    def give_up(self, chance: int, forever: bool) -> None:
        if chance == 0:
            act = Delegation.cancel if forever else Delegation.postpone
            self.act(lambda d: act(d, reason="x", document=None, at=AT))

    @invariant()
    def what_travels_was_approved_as_it_was_searched(self) -> None:
        trip: Delegation = self.record
        if trip.status in {"APPROVED", "DEPARTED", "RETURNED", "REPORTED", "CLOSED"}:
            assert trip.ruling is not None
            assert trip.scan is not None
            assert trip.ruling.outcome == "approved"
            assert trip.ruling.revision == trip.revision == trip.scan.revision

    @invariant()
    def a_trip_is_under_the_later_version_only_by_decision(self) -> None:
        trip: Delegation = self.record
        later = trip.procedure_superseded
        adopted = later is not None and later.decided == "ADOPTED"
        assert trip.procedure is not None
        assert trip.procedure.version == (2 if adopted else 1)
        assert not trip.procedure_clock() or (later is not None and later.decided is None)

    @invariant()
    def the_clock_of_the_decision_runs_as_long_as_it_is_awaited(self) -> None:
        trip: Delegation = self.record
        later = trip.procedure_superseded
        undecided = later is not None and later.decided is None
        running = {clock for clock in self.running if clock[0] == "DEL_PROCEDURE"}
        awaited = undecided and trip.status in NOT_APPROVED
        assert running == ({("DEL_PROCEDURE", str(later.version), 1)} if later and awaited else set())
        assert not undecided or trip.status in {*NOT_APPROVED, "REJECTED", "CANCELLED"}, "approval is the decision"

    @invariant()
    def what_is_closed_was_reported_and_followed_up(self) -> None:
        report = self.record.report
        assert (report is not None) == (self.record.status in {"REPORTED", "CLOSED"})
        if self.record.status == "CLOSED" and report is not None:
            assert report.accepted_at is not None

    @invariant()
    def only_what_moves_takes_people_and_hosts(self) -> None:
        assert self.record.step == "" or self.record.status in {
            "SUBMITTED",
            "UNDER_REVIEW",
            "COORDINATING",
            "APPROVED",
            "REJECTED",
            "AMENDING",
        }


_SETTINGS = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestTrips = Trips.TestCase
TestTrips.settings = _SETTINGS
