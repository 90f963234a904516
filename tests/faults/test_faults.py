"""One trial of every fault on real engines, and the oracle's own proof: it reports bugs that are planted.

Longer runs: `caytre bench faults`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from caytre.bench.faults.nemeses import NEMESES, cut_tail
from caytre.bench.faults.run import Plan, run


def _run(plan: Plan) -> list[str]:
    outcome = run(plan)
    assert all(trial.landed for trial in outcome.trials)
    assert len(outcome.trials) == len(plan.kinds) or outcome.violations
    return outcome.violations


def test_no_fault_loses_repeats_or_reorders_anything() -> None:
    assert _run(Plan(trials=1, settle=0.3)) == []


def test_the_oracle_reports_what_a_consumer_without_the_position_filter_does() -> None:
    violations = _run(Plan(kinds=("relays-killed",), trials=1, mutation="position-filter"))
    assert any("a message is applied once" in violation for violation in violations)


def test_the_oracle_reports_an_effect_that_is_gone() -> None:
    violations = _run(Plan(kinds=("api-killed",), trials=1, settle=0.3, mutation="drop-row"))
    assert any("LOST: a message is applied" in violation for violation in violations)


def test_every_fault_is_described_and_has_a_name_of_its_own() -> None:
    assert all(nemesis.__doc__ for nemesis in NEMESES.values())
    assert len(set(NEMESES.values())) == len(NEMESES) == 16


@pytest.mark.parametrize("most", [1, 10_000])
def test_a_cut_takes_the_end_and_what_was_made_from_it(tmp_path: Path, most: int) -> None:
    (tmp_path / "00.log").write_bytes(bytes(100))
    (tmp_path / "40.log").write_bytes(bytes(200))
    for name in ("00.index", "40.index", "40.timeindex", "40.snapshot"):
        (tmp_path / name).write_bytes(b"x")
    cut_tail(tmp_path, most)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00.index", "00.log", "40.log"]
    assert (tmp_path / "40.log").stat().st_size == (199 if most == 1 else 100)
