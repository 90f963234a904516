"""What counts as activity of an agreement among what other services say, and which day it has."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from caytre.agreements.model.activity import concerns_activity, counts, served, took_place_on
from caytre.contracts.delegations.delegation import DelegationStatus
from caytre.contracts.delegations.visit import VisitStatus
from caytre.contracts.events.event import EventStatus
from caytre.contracts.events.lead import LeadStatus
from caytre.contracts.events.meeting import MeetingStatus
from caytre.contracts.message import known_values

TODAY = date(2026, 11, 22)
ONE, OTHER = UUID(int=1), UUID(int=2)
KINDS = ("delegation", "visit", "event", "meeting", "lead")


def _link(kind: str, id: UUID, service: str = "agreements") -> dict[str, Any]:
    return {"upstream": {"service": service, "kind": kind, "id": str(id)}, "relation": "implements"}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("delegation", "approved"),
        ("delegation", "report_accepted"),
        ("visit", "programme_published"),
        ("event", "opened"),
        ("meeting", "accepted"),
        ("lead", "advanced"),
    ],
)
def test_what_is_settled_or_takes_place_counts(kind: str, said: str) -> None:
    assert concerns_activity(kind, said)
    assert counts(kind, said, {})


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("delegation", "drafted"),
        ("delegation", "submitted"),
        ("visit", "invited"),
        ("event", "drafted"),
        ("meeting", "requested"),
        ("lead", "lost"),
        ("registration", "recorded"),
    ],
)
def test_what_is_drafted_or_asked_for_is_not_heard(kind: str, said: str) -> None:
    assert not concerns_activity(kind, said)
    assert not counts(kind, said, {"status": "APPROVED"})


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("delegation", "sent_back"),
        ("delegation", "cancelled"),
        ("visit", "declined"),
        ("event", "postponed"),
        ("meeting", "reoffered"),
        ("meeting", "no_show"),
    ],
)
def test_what_is_given_up_is_heard_and_counts_no_more(kind: str, said: str) -> None:
    assert concerns_activity(kind, said)
    assert not counts(kind, said, {"status": "APPROVED"})


@pytest.mark.parametrize("said", ["recorded", "linked"])
@pytest.mark.parametrize(
    ("kind", "settled", "open"),
    [
        ("delegation", "RETURNED", "SUBMITTED"),
        ("visit", "APPROVED", "INVITED"),
        ("event", "HELD", "PLANNED"),
        ("meeting", "ACCEPTED", "REQUESTED"),
        ("lead", "LOST", "FORGOTTEN"),
    ],
)
def test_what_is_told_in_any_status_counts_of_a_record_that_is_settled_only(
    said: str, kind: str, settled: str, open: str
) -> None:
    assert counts(kind, said, {"status": settled})
    assert not counts(kind, said, {"status": open})
    assert not counts(kind, said, {})


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("delegation", DelegationStatus),
        ("visit", VisitStatus),
        ("event", EventStatus),
        ("meeting", MeetingStatus),
        ("lead", LeadStatus),
    ],
)
def test_a_record_that_is_drafted_asked_for_or_given_up_is_no_activity_when_it_is_linked(
    kind: str, status: object
) -> None:
    standing = {each for each in known_values(status) if counts(kind, "linked", {"status": each})}
    assert standing
    assert standing.isdisjoint({"DRAFT", "REQUESTED", "CANCELLED", "POSTPONED", "REJECTED", "DECLINED", "NO_SHOW"})


def test_a_trip_is_of_the_day_it_returned_and_of_earlier_days_until_then() -> None:
    state = {"departs_on": "2026-01-02", "departed_on": "2026-01-03", "returned_on": "2026-01-09"}
    assert took_place_on("delegation", "returned", state, TODAY) == date(2026, 1, 9)
    del state["returned_on"]
    assert took_place_on("delegation", "departed", state, TODAY) == date(2026, 1, 3)
    del state["departed_on"]
    assert took_place_on("delegation", "approved", state, TODAY) == date(2026, 1, 2)


def test_an_event_is_of_its_last_day_in_viet_nam() -> None:
    schedule = {"vietnam_ends_on": "2026-03-02", "ends_on": {"text": "2026-03-01"}}
    assert took_place_on("event", "held", {"schedule": schedule}, TODAY) == date(2026, 3, 2)


def test_a_moment_is_of_its_day_in_viet_nam() -> None:
    assert took_place_on("meeting", "held", {"starts_at": "2026-03-01T20:00:00+00:00"}, TODAY) == date(2026, 3, 2)


def test_of_a_rough_date_the_latest_day_counts() -> None:
    stated = {"text": "đầu năm 2024", "earliest": "2024-01-01", "latest": "2024-04-30", "precision": "season"}
    assert took_place_on("visit", "recorded", {"leaves_on": stated}, TODAY) == date(2024, 4, 30)


@pytest.mark.parametrize("kind", KINDS)
def test_what_lies_ahead_or_has_no_day_is_activity_of_the_day_it_is_said(kind: str) -> None:
    assert took_place_on(kind, "linked", {}, TODAY) == TODAY
    ahead = {"text": "2027", "earliest": "2027-01-01", "latest": "2027-12-31", "precision": "year"}
    assert took_place_on(kind, "linked", {"ends_on": ahead, "known_since": ahead}, TODAY) == TODAY


def test_a_lead_is_pursued_on_the_day_of_each_act_and_told_of_as_old_as_it_is() -> None:
    state = {"opened_at": "2025-05-14T02:00:00+00:00", "starts_at": "2020-01-01T00:00:00+00:00"}
    assert took_place_on("lead", "advanced", state, TODAY) == TODAY
    assert took_place_on("lead", "linked", state, TODAY) == date(2025, 5, 14)
    since = {"text": "2023", "earliest": "2023-01-01", "latest": "2023-12-31", "precision": "year"}
    assert took_place_on("lead", "recorded", {**state, "known_since": since}, TODAY) == date(2023, 12, 31)


def test_an_outcome_is_of_the_day_it_was_realised() -> None:
    assert took_place_on("outcome", "recorded", {"realised_on": "2026-02-01"}, TODAY) == date(2026, 2, 1)


def test_a_record_serves_the_agreements_it_names_and_those_it_is_linked_to_each_once() -> None:
    links = [_link("agreement", OTHER), _link("agreement", ONE), _link("plan", UUID(int=3))]
    links.append(_link("agreement", UUID(int=4), service="events"))
    assert served({"agreement_ids": [str(ONE)], "links": links}) == [ONE, OTHER]
    assert served({}) == []
