"""`caytre demo`: the story goes through once, and once only, on a rehearsal of its own."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from caytre.local import control
from caytre.local.ports import free_port
from caytre.local.progress import State
from caytre.local.services import SERVICES
from tests.e2e.conftest import Said, ran

#: On a platform of its own, in one worker.
pytestmark = pytest.mark.xdist_group("demo")
Run = Callable[..., Said]


def _quiet(_: State) -> None:
    """Watches without showing."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the ordinary platform, which never runs; the rehearsal lies below it."""
    folder = tmp_path_factory.mktemp("demo")
    yield folder
    rehearsal = folder / "rehearsals" / "demo"
    if (rehearsal / "run" / "platform.json").exists():
        platform = control.known(rehearsal)
        control.down(platform, _quiet)
        if platform.postgres is not None:
            shutil.rmtree(platform.postgres.account.home, ignore_errors=True)


@pytest.fixture(scope="module")
def caytre(home: Path) -> Run:
    """Run `caytre` there as a script would, on free ports."""
    names = (*(service.name for service in SERVICES), "kafka", "kafka_controller", "zipkin", "mail")
    passed = {name: value for name, value in os.environ.items() if not name.startswith(("CAYTRE_", "DATABASE_URL"))}
    if "CAYTRE_CACHE" in os.environ:
        passed["CAYTRE_CACHE"] = os.environ["CAYTRE_CACHE"]
    ports = {f"CAYTRE_{name.upper()}_PORT": str(free_port()) for name in names}
    environment = passed | ports | {"CAYTRE_HOME": str(home), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}

    return lambda *arguments: ran(arguments, environment, 900)


@pytest.fixture(scope="module")
def first(caytre: Run) -> Said:
    said = caytre("demo", "--json")
    assert said.code == 0, said.err
    return said


def test_it_says_beforehand_what_is_real(first: Said) -> None:
    assert "Everything else is illustration" in " ".join(first.err.split())
    assert first.err.index("illustration") < first.err.index("Step 1 of 10")
    assert "Step 10 of 10" in first.err


def test_the_examples_come_in(first: Said) -> None:
    assert "partners.csv: 3 created" in first.err


def test_the_investment_leads_back_to_the_trip(first: Said) -> None:
    paths = first.json["lineage"]["paths"]
    kinds = [[step["kind"] for step in path["steps"]] for path in paths]
    for kind in ("Incoming delegation", "Invitation", "Meeting", "Lead", "International agreement"):
        assert any(kind in path for path in kinds), kinds
    assert {path["weakest"] for path in paths} == {"illustration"}
    for path in paths:
        origins = [step["link_origin"] for step in path["steps"]]
        assert (origins[-2:], set(origins[1:-2])) == (["sourced", "sourced"], {"illustration"})
        assert path["steps"][-1]["origin"] == "sourced"


def test_the_permission_is_open_and_its_time_explained(first: Said) -> None:
    permission, dates = first.json["permission"], {each["code"]: each for each in first.json["dates"]}
    assert permission["certain"] is False
    assert {each["authority"] for each in permission["readings"]} >= {"PRIME_MINISTER", "PC_CHAIR"}
    assert dates["EVT_APPLY"]["due_on"] == "2023-10-20"
    assert dates["AGR_PM_REPORT"]["due_on"] == "2023-12-18"
    assert all(each["explanation"]["vi"] and each["explanation"]["en"] for each in dates.values())


def test_the_agreement_stalls_on_its_days_and_is_taken_up_again(first: Said) -> None:
    told = [(each["on"], each["what"]) for each in first.json["standstill"]]
    assert told[:3] == [("2023-12-31", "stalled"), ("2024-02-29", "stall_level_changed"), ("2024-03-05", "unstalled")]
    assert told[-1][1] == "unstalled"


def test_thai_binh_goes_up_into_hung_yen(first: Said) -> None:
    found = first.json["succession"]
    assert all({"VN-P-2008-34", "VN-P-2025-33"} <= set(homes) for homes in found["records"].values())
    assert found["agreement"]["from"] == "VN-X-2008-X01"
    assert (found["agreement"]["to"], found["agreement"]["status"]) == ("VN-X-2025-X02", "CLOSED")


def test_mails_go_out_in_both_languages_and_lead_to_their_traces(first: Said) -> None:
    shown = first.json["mails"]["shown"]
    stalled = {mail["language"]: mail for mail in shown if mail["cause"] == "caytre.agreement.stalled.v1"}
    assert set(stalled) == {"vi", "en"}
    assert all("[Minh họa]" in mail["subject"] or "[Illustration]" in mail["subject"] for mail in stalled.values())
    assert all(mail["trace"].endswith(mail["trace_id"]) for mail in shown)


def test_no_deadline_of_a_real_province_is_ever_overdue(first: Said, caytre: Run) -> None:
    said = caytre("tail", "notifications", "--from-beginning", "--no-follow", "--json")
    late = [
        line for line in said.lines if line["type"] in {"caytre.deadline.overdue.v1", "caytre.deadline.escalated.v1"}
    ]
    assert late
    assert all(map(_localities, late))
    assert not [line for line in late if any(id.startswith("VN-P-") for id in _localities(line))]


def _localities(line: dict[str, Any]) -> list[str]:
    state = line.get("data", {}).get("state") or {}
    return list(state.get("localities", ()))


def test_a_second_run_changes_nothing(first: Said, caytre: Run) -> None:
    services = ("agreements", "delegations", "events")
    before = [_told(caytre, service) for service in services]
    second = caytre("demo", "--json")
    assert (second.code, second.json["acts"]) == (0, []), second.err
    assert [_told(caytre, service) for service in services] == before
    same = ("lineage", "dates", "standstill", "succession", "permission", "mails")
    assert {name: second.json[name] for name in same} == {name: first.json[name] for name in same}


def _told(caytre: Run, service: str) -> int:
    return len(caytre("tail", service, "--from-beginning", "--no-follow", "--json").lines)


def test_the_platform_is_left_running_and_known_as_a_rehearsal(first: Said, caytre: Run) -> None:
    shown = json.loads(caytre("clock", "show", "--json").out)
    assert shown["rehearsal"] == "2023-01-01"
    assert shown["business_time"] >= "2026-01-02"
