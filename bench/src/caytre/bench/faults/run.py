"""A fault run: trials one after another on one world, each judged over the whole history."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

import asyncpg

from caytre.bench.faults.clients import Clients
from caytre.bench.faults.drain import drained
from caytre.bench.faults.nemeses import NEMESES
from caytre.bench.faults.oracle import Judgement, judge
from caytre.bench.faults.world import World, world
from caytre.bench.results import Goal, Result, Table, middle

Mutation = Literal["none", "position-filter", "drop-row"]

#: Commands that must be in flight or begun while a fault lasts; otherwise the trial proves nothing.
_LEAST_UNDER_FAULT = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """Which faults, how often each, from which seed; `settle` are the seconds of load before each fault."""

    kinds: Sequence[str] = tuple(NEMESES)
    trials: int = 6
    seed: int = 1
    settle: float = 1.0
    mutation: Mutation = "none"


@dataclass(slots=True)
class Trial:
    """What one trial was and how it ended."""

    kind: str
    acknowledged: int
    retries: int
    landed: bool
    seconds: float
    violations: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """All trials, and what the last judgement saw."""

    plan: Plan
    trials: list[Trial] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def violations(self) -> list[str]:
        """All, with the kind of fault after which each was found."""
        return [f"{trial.kind}: {violation}" for trial in self.trials for violation in trial.violations]

    def result(self) -> Result:
        """As tables, goals and JSON."""
        rows = []
        for kind in self.plan.kinds:
            of_kind = [trial for trial in self.trials if trial.kind == kind]
            seconds = [trial.seconds for trial in of_kind]
            rows.append(
                (
                    kind,
                    len(of_kind),
                    sum(trial.landed for trial in of_kind),
                    sum(trial.acknowledged for trial in of_kind),
                    sum(trial.retries for trial in of_kind),
                    middle(seconds),
                    max(seconds, default=0.0),
                    sum(len(trial.violations) for trial in of_kind),
                )
            )
        columns = (
            "fault", "trials", "landed under load", "acknowledged", "sent again", "drained p50 s", "drained max s",
            "violations",
        )  # fmt: skip
        total = sum(trial.acknowledged for trial in self.trials)
        landed = sum(trial.landed for trial in self.trials)
        goals = [
            Goal("violations", "0", str(len(self.violations)), not self.violations),
            Goal("faults landed under load", "all", f"{landed} of {len(self.trials)}", landed == len(self.trials)),
        ]
        seen = Table("Seen by the oracle at the end", tuple(self.seen), [tuple(self.seen.values())])
        return Result(
            "faults",
            f"Faults: {len(self.trials)} trials, {total:,} acknowledged commands",
            {"seed": self.plan.seed, "trials of each": self.plan.trials, "clients": 16, "commands per second": 200,
             "amendments of the 20 newest": "50 %", "mutation": self.plan.mutation},
            [Table("", columns, rows), seen],
            goals,
            self.violations,
        )  # fmt: skip


def run(plan: Plan) -> Outcome:
    """Build a world, break it again and again, judge it after every trial."""
    with world(position_filter=plan.mutation != "position-filter") as made:
        return asyncio.run(_trials(made, plan))


async def _trials(made: World, plan: Plan) -> Outcome:
    clients = Clients(made.api.port or 0, made.token, made.partner, plan.seed)
    outcome = Outcome(plan)
    for round_ in range(plan.trials):
        for kind in plan.kinds:
            trial, judgement = await _trial(made, plan, clients, kind, random.Random(f"{plan.seed}-{round_}-{kind}"))
            outcome.trials.append(trial)
            outcome.seen = judgement.seen
            if trial.violations:
                return outcome
    return outcome


async def _trial(
    made: World, plan: Plan, clients: Clients, kind: str, chance: random.Random
) -> tuple[Trial, Judgement]:
    acknowledged, retries, begun = len(clients.acknowledged), clients.retries, len(clients.commands)
    clients.start()
    await asyncio.sleep(plan.settle + chance.uniform(0, 0.5))
    under_fault = len(clients.commands) - clients.in_flight
    await NEMESES[kind](made, chance)
    healed = monotonic()
    under_fault = len(clients.commands) - under_fault
    answered = await clients.stop()
    end = await drained(made.databases, healed)
    if plan.mutation == "drop-row":
        await _drop_a_row(made)
    judgement = await judge(made.databases, made.running.kafka.address, clients, end)
    violations = list(judgement.violations)
    if not answered:
        violations.append("INCONCLUSIVE: commands were not answered within the time")
    landed = under_fault >= _LEAST_UNDER_FAULT and len(clients.commands) > begun
    trial = Trial(
        kind, len(clients.acknowledged) - acknowledged, clients.retries - retries, landed, end.seconds, violations
    )
    return trial, judgement


async def _drop_a_row(made: World) -> None:
    connection = await asyncpg.connect(made.databases["oracle"])
    await connection.execute("DELETE FROM applied WHERE n = (SELECT max(n) / 2 FROM applied)")
    await connection.close()
