"""`caytre demo`: the story goes through once, and once only."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Caytre, Said

#: All tests on the platform run in one worker, which starts it once (`--dist loadgroup`).
pytestmark = pytest.mark.xdist_group("whole-platform")


@pytest.fixture(scope="module")
def first(caytre: Caytre) -> Said:
    said = caytre("demo", "--json")
    assert said.code == 0, said.err
    return said


def test_it_says_beforehand_what_is_illustration(first: Said) -> None:
    assert "Everything else is illustration" in first.err
    assert first.err.index("illustration") < first.err.index("Examples")


def test_every_partner_of_the_publications_comes_in(first: Said) -> None:
    assert "partners.csv: 3 created" in first.err


def test_the_agreement_goes_through_every_step_of_the_law(first: Said) -> None:
    assert first.json["status"] == "SIGNED"
    said = [act["type"].split(".")[2] for act in first.json["acts"] if act["type"].startswith("caytre.agreement")]
    for step in ("proposed", "consultation_opened", "dossier_completed", "opinion_given", "escalated_to_pm",
                 "pm_decided", "approved", "signed", "statutory_report_filed"):  # fmt: skip
        assert step in said
    assert said.index("escalated_to_pm") < said.index("pm_decided") < said.index("approved") < said.index("signed")


def test_it_shows_that_a_disagreement_cannot_be_passed_over(first: Said) -> None:
    assert "tries to close the consultation and is refused" in first.err


def test_every_act_is_followed_to_the_view(first: Said) -> None:
    for act in first.json["acts"]:
        assert act["position"].startswith("1.")
        assert act["partition"].startswith("caytre.agreements.events.v1/")
        assert act["milliseconds"] > 0
        assert act["trace_id"]


def test_a_second_run_changes_nothing(first: Said, caytre: Caytre) -> None:
    before = caytre("tail", "agreements", "--from-beginning", "--no-follow", "--json").lines
    second = caytre("demo", "--json")
    assert (second.code, second.json["acts"], second.json["agreement"]) == (0, [], first.json["agreement"])
    after = caytre("tail", "agreements", "--from-beginning", "--no-follow", "--json").lines
    assert len(after) == len(before)
