"""One trial of every fault on real engines, and the oracle's own proof: it reports bugs that are planted.

Longer runs: `caytre bench faults`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from caytre.bench.faults.mutations import Mutation
from caytre.bench.faults.nemeses import NEMESES, cut_tail
from caytre.bench.faults.run import Plan, trials
from caytre.bench.faults.world import World, world

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="module")
def everything() -> Iterator[World]:
    """All processes and engines; the tests of this file break them one after the other."""
    with world() as made:
        yield made


def _run(made: World, plan: Plan) -> list[str]:
    outcome = asyncio.run(trials(made, plan))
    assert all(trial.landed for trial in outcome.trials)
    return outcome.violations


def test_no_fault_loses_repeats_or_reorders_anything(everything: World) -> None:
    assert _run(everything, Plan(trials=1, settle=0.3, rate=15, together=10, hasty=True)) == []


def test_the_oracle_reports_what_is_planted(everything: World) -> None:
    planted: tuple[Mutation, ...] = ("position-filter", "drop-row", "drop-notification", "unstable-message-id")
    plan = Plan(kinds=("mail-slow", "workers-killed"), trials=1, rate=15, together=2, hasty=True, mutations=planted)
    violations = _run(everything, plan)
    for promise in (
        "a message is applied once",
        "LOST: a message is applied",
        "LOST: whom a rule means is told",
        "the mail server has no Message-ID that no notification has",
    ):
        assert any(promise in violation for violation in violations), promise


def test_every_fault_is_described_and_has_a_name_of_its_own() -> None:
    assert all(nemesis.__doc__ for nemesis in NEMESES.values())
    assert len(set(NEMESES.values())) == len(NEMESES) == 20


@pytest.mark.parametrize("most", [1, 10_000])
def test_a_cut_takes_the_end_and_what_was_made_from_it(tmp_path: Path, most: int) -> None:
    (tmp_path / "00.log").write_bytes(bytes(100))
    (tmp_path / "40.log").write_bytes(bytes(200))
    for name in ("00.index", "40.index", "40.timeindex", "40.snapshot"):
        (tmp_path / name).write_bytes(b"x")
    cut_tail(tmp_path, most)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00.index", "00.log", "40.log"]
    assert (tmp_path / "40.log").stat().st_size == (199 if most == 1 else 100)
