"""An import: every row validated or applied, a bounded number at a time; good rows go in, bad ones are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from caytre.cli.importing.outcome import Outcome
from caytre.cli.importing.rows import Row
from caytre.cli.importing.sending import Entry, Sender, Unanswered

#: Told each outcome as it comes.
Seen = Callable[[Outcome], None]


@dataclass(frozen=True)
class Plan:
    """How an import is done. `apply` off only says what would be done; `update` follows differences."""

    apply: bool = True
    update: bool = False
    all_or_nothing: bool = False
    concurrency: int = 8


@dataclass
class Done:
    """The outcomes in the order of the file; `stopped` says why not all rows were tried."""

    outcomes: list[Outcome]
    stopped: str | None = None


class Run:
    """One import of some rows."""

    def __init__(self, sender: Sender, plan: Plan, seen: Seen) -> None:
        self._sender = sender
        self._plan = plan
        self._seen = seen
        self._shared: dict[tuple[str, str], asyncio.Lock] = {}
        self._known: set[tuple[str, str]] = set()

    async def run(self, rows: Sequence[Row[Any]]) -> Done:
        """Do it. Rows with problems are refused without being sent."""
        plan = self._plan
        if plan.apply and plan.all_or_nothing:
            checked = await self._each(rows, apply=False)
            if checked.stopped or any(one.outcome == "refused" for one in checked.outcomes):
                for one in checked.outcomes:
                    one.outcome = one.outcome if one.outcome in {"refused", "not tried"} else "left out"
                return checked
        return await self._each(rows, apply=plan.apply)

    async def _each(self, rows: Sequence[Row[Any]], *, apply: bool) -> Done:
        outcomes: dict[int, Outcome] = {}
        waiting = iter(range(len(rows)))
        stopped: str | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._plan.concurrency, len(rows))):
                    group.create_task(self._work(rows, waiting, outcomes, apply))
        except* Unanswered as several:
            stopped = str(several.exceptions[0])
        done = [outcomes.get(at) or Outcome.of(row, "not tried") for at, row in enumerate(rows)]
        return Done(done, stopped)

    async def _work(
        self, rows: Sequence[Row[Any]], waiting: Iterator[int], outcomes: dict[int, Outcome], apply: bool
    ) -> None:
        for at in waiting:
            row = rows[at]
            entry: Entry | None = row.entry
            outcomes[at] = Outcome.of(row, "refused") if entry is None else await self._send(row, entry, apply)
            self._seen(outcomes[at])

    async def _send(self, row: Row[Any], entry: Entry, apply: bool) -> Outcome:
        shared = entry.shared
        if apply and shared not in self._known:
            # The first row with a new partner goes alone: the others find the partner that it brings.
            async with self._shared.setdefault(shared, asyncio.Lock()):
                if shared not in self._known:
                    outcome = await self._sender.send(row, entry, apply=apply, update=self._plan.update)
                    if outcome.outcome != "refused":
                        self._known.add(shared)
                    return outcome
        return await self._sender.send(row, entry, apply=apply, update=self._plan.update)
