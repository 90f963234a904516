"""A fault run: trials one after another on one world, each judged over the whole history."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from caytre.bench.faults.drain import drained
from caytre.bench.faults.judgement import Judgement
from caytre.bench.faults.load import WORK, Load
from caytre.bench.faults.mutations import Mutation, lose, plant
from caytre.bench.faults.nemeses import NEMESES
from caytre.bench.faults.oracle import judge
from caytre.bench.faults.world import World, world
from caytre.bench.results import Goal, Result, Table, middle

#: Commands that must be in flight or begun while a fault lasts; otherwise the trial proves nothing.
_LEAST_UNDER_FAULT = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """Which faults, how often each, from which seed; `settle` are the seconds of load before each fault.

    Each trial of a kind hits another service, and every sixth all of them. `together` faults follow one another in one
    trial, which is judged once; `hasty` ones last no longer than they must.
    """

    kinds: Sequence[str] = tuple(NEMESES)
    trials: int = 6
    seed: int = 1
    settle: float = 1.0
    rate: float = 30.0
    together: int = 1
    hasty: bool = False
    mutations: Sequence[Mutation] = ()


@dataclass(slots=True)
class Trial:
    """What one trial was and how it ended."""

    kinds: tuple[str, ...]
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
        return [f"{', '.join(trial.kinds)}: {violation}" for trial in self.trials for violation in trial.violations]

    def result(self) -> Result:
        """As tables, goals and JSON."""
        rows = []
        for kind in self.plan.kinds:
            of_kind = [trial for trial in self.trials if kind in trial.kinds]
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
            {"seed": self.plan.seed, "trials of each": self.plan.trials, "clients": len(WORK),
             "commands per second": self.plan.rate, "mutation": ", ".join(self.plan.mutations) or "none"},
            [Table("", columns, rows), seen],
            goals,
            self.violations,
        )  # fmt: skip


class _Hasty(random.Random):
    """Takes the least of every range."""

    def uniform(self, a: float, b: float) -> float:
        """The lower end."""
        return min(a, b)


def run(plan: Plan) -> Outcome:
    """Build a world, break it again and again, judge it after every trial."""
    with world() as made:
        return asyncio.run(trials(made, plan))


async def trials(made: World, plan: Plan) -> Outcome:
    """All trials of a plan in a world that there is already; the first that finds something is the last."""
    await plant(made, plan.mutations)
    load, outcome = Load(made, plan.seed, plan.rate), Outcome(plan)
    targets: list[tuple[str, ...]] = [*((service,) for service in made.cells), ()]
    for round_ in range(plan.trials):
        for first in range(0, len(plan.kinds), plan.together):
            kinds = tuple(plan.kinds[first : first + plan.together])
            chance = (_Hasty if plan.hasty else random.Random)(f"{plan.seed}-{round_}-{'-'.join(kinds)}")
            # Neighbouring kinds hit different services, and so do the trials of one kind.
            hit = {kind: targets[(round_ + first + n) % len(targets)] for n, kind in enumerate(kinds)}
            trial, judgement = await _trial(made, plan, load, hit, chance)
            outcome.trials.append(trial)
            outcome.seen = judgement.seen
            if trial.violations:
                return outcome
    return outcome


async def _trial(
    made: World, plan: Plan, load: Load, hit: dict[str, tuple[str, ...]], chance: random.Random
) -> tuple[Trial, Judgement]:
    ledger = load.ledger
    acknowledged, retries, landed = len(ledger.acknowledged), ledger.retries, True
    load.start()
    await asyncio.sleep(plan.settle + chance.uniform(0, 0.5))
    for kind, struck in hit.items():
        before = len(ledger.commands) - ledger.in_flight
        made.struck = struck
        await NEMESES[kind](made, chance)
        landed = landed and len(ledger.commands) - before >= _LEAST_UNDER_FAULT
    healed = monotonic()
    answered = await load.stop()
    end = await drained(made.databases, healed)
    await lose(made, plan.mutations)
    judgement = await judge(made.databases, made.running.kafka.address, ledger, lambda: made.mail.taken, made.cuts, end)
    violations = list(judgement.violations)
    if not answered:
        violations.append("INCONCLUSIVE: commands were not answered within the time")
    trial = Trial(
        tuple(hit), len(ledger.acknowledged) - acknowledged, ledger.retries - retries, landed, end.seconds, violations
    )
    return trial, judgement
