"""What needs only databases and topics works while no service runs, as after a restore."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from caytre.local import control
from caytre.local.platform import Platform
from caytre.local.progress import State
from tests.e2e.conftest import Caytre
from tests.e2e.test_import import register, row

#: All tests on the platform run in one worker, which starts it once (`--dist loadgroup`).
pytestmark = pytest.mark.xdist_group("whole-platform")


def _quiet(_: State) -> None:
    """Watches without showing."""


@pytest.fixture(scope="module")
def engines_only(platform: Platform, caytre: Caytre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caytre]:
    """The platform with records, its services stopped; they run again afterwards."""
    file: Path = register(tmp_path_factory.mktemp("registers") / "so.csv", row("E-1"))
    assert caytre("import", "agreements", file, "--source", "Sổ E").code == 0
    control.down(platform, _quiet)
    control.up(Platform(platform.folder, replace(platform.settings, services=()), platform.cache), _quiet)
    yield caytre
    control.down(control.known(platform.folder), _quiet)
    control.up(platform, _quiet)


def test_journals_are_verified(engines_only: Caytre) -> None:
    of_all = {each["service"]: each for each in engines_only("verify", "--json").json}
    assert of_all.keys() == {"agreements", "delegations", "events", "notifications"}
    assert all(each["holds"] for each in of_all.values())
    assert of_all["agreements"]["positions"] > 0
    of_one = engines_only("verify", "agreements", "--json")
    assert (of_one.code, of_one.json[0]["positions"]) == (0, of_all["agreements"]["positions"])


def test_a_journal_is_recovered_and_republished(engines_only: Caytre) -> None:
    before = engines_only("recover", "agreements", "--dry-run", "--json").json["before"]
    recovered = engines_only("recover", "agreements", "--json")
    assert (recovered.code, recovered.json["epoch"]) == (0, before["epoch"] + 1), recovered.err
    republished = engines_only("republish", "agreements", "--json")
    assert (republished.code, republished.json["messages"]) == (0, before["position"]), republished.err


@pytest.mark.parametrize("command", [("lag",), ("parked",), ("resume", "gateway"), ("rebuild", "gateway")])
def test_what_needs_a_service_says_that_none_runs(engines_only: Caytre, command: tuple[str, ...]) -> None:
    said = engines_only(*command)
    assert (said.code, "only engines are up" in said.err, "Traceback" in said.err) == (1, True, False), said


def test_a_service_that_does_not_exist_is_none(engines_only: Caytre) -> None:
    said = engines_only("recover", "nobody")
    there = "agreements, delegations, events, notifications, gateway"
    assert (said.code, f"There is no service nobody here; there are {there}." in said.err) == (1, True), said
