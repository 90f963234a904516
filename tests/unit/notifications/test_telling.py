"""Whom a notice means and what it is worth, without a directory."""

from __future__ import annotations

from typing import Any

import pytest

from caytre.contracts.message import INTERNAL
from caytre.contracts.notifications import Audience
from caytre.core.clock import business_today
from caytre.core.ids import new_id
from caytre.notifications.model.telling import Heard, audiences
from caytre.reference.notices import notices_of
from tests.builders.deadlines import HUNG_YEN, THAI_BINH

SOURCED, ILLUSTRATED = {"origin": "sourced", "publication": "S1", "statement": "8"}, {"origin": "illustration"}


def heard(data: dict[str, Any], state: dict[str, Any], *localities: str) -> Heard:
    """An acceptance."""
    places = localities or (HUNG_YEN,)
    return Heard("caytre.invitation.accepted.v1", new_id(), data, INTERNAL, places, state)


@pytest.mark.parametrize(
    ("data", "state", "origin"),
    [
        ({}, {}, "act"),
        ({}, {"provenance": SOURCED}, "sourced"),
        ({"origin": "act"}, {"provenance": SOURCED, "reply": {"provenance": {}}}, "sourced"),
        ({}, {"provenance": SOURCED, "reply": {"provenance": ILLUSTRATED}}, "illustration"),
        ({}, {"provenance": SOURCED, "report": {"provenance": ILLUSTRATED}}, "illustration"),
        ({"origin": "illustration"}, {"provenance": {"origin": "sourced"}}, "illustration"),
        ({"origin": "act"}, {"provenance": ILLUSTRATED}, "illustration"),
    ],
)
def test_a_notice_is_worth_the_weakest_of_its_record_its_parts_and_its_act(
    data: dict[str, Any], state: dict[str, Any], origin: str
) -> None:
    assert heard(data, state).provenance.origin == origin


def test_a_notice_keeps_the_publication_of_its_record() -> None:
    assert heard({"origin": "sourced"}, {"provenance": SOURCED}).provenance.publication == "S1"


@pytest.mark.parametrize("rung", ["ANSWERABLE", "HEAD"])
def test_officers_and_approver_of_the_locality_are_told_for_a_body_named_in_words(rung: str) -> None:
    [notice] = notices_of("caytre.deadline.overdue.v1")
    places = (THAI_BINH, HUNG_YEN)
    for answerable, told in (
        (
            "Sở Ngoại vụ",
            (
                Audience(role="locality_officer", locality=HUNG_YEN),
                Audience(role="locality_approver", locality=HUNG_YEN),
            ),
        ),
        ("MPS", (Audience(organisation="MPS"),)),
    ):
        due = heard({"to": [rung]}, {"answerable": answerable}, *places)
        assert audiences(notice, due, business_today()) == told


@pytest.mark.parametrize("type", ["invitation.extended", "follow_up.created", "outcome.recorded"])
def test_what_comes_in_from_history_is_no_news(type: str) -> None:
    [notice] = notices_of(f"caytre.{type}.v1")
    assert notice.applies({"origin": "act"})
    assert notice.applies({}), "an earlier release did not say it"
    assert not any(notice.applies({"origin": origin}) for origin in ("sourced", "imported", "illustration"))
