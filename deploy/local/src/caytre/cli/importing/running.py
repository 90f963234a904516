"""An import: every row validated or applied, a bounded number at a time; good rows go in, bad ones are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from caytre.cli.importing.outcome import Outcome
from caytre.cli.importing.rows import Row
from caytre.cli.importing.sending import Sender, Unanswered

#: Told each outcome as it comes.
Seen = Callable[[Outcome], None]
INTERRUPTED = "Interrupted. Rows that are in stay in: run the same command again to go on."


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
        self._first: dict[tuple[str, ...], asyncio.Event] = {}
        self._known: set[tuple[str, ...]] = set()

    async def run(self, rows: Sequence[Row]) -> Done:
        """Do it. Rows with problems are refused without being sent. An interrupt stops it and is no error here."""
        plan = self._plan
        if plan.apply and plan.all_or_nothing:
            checked = await self._each(rows, apply=False)
            if checked.stopped or any(one.outcome == "refused" for one in checked.outcomes):
                for one in checked.outcomes:
                    kept = {"refused", "not tried", "not answered"}
                    one.outcome = one.outcome if one.outcome in kept else "left out"
                return checked
        return await self._each(rows, apply=plan.apply)

    async def _each(self, rows: Sequence[Row], *, apply: bool) -> Done:
        outcomes: dict[int, Outcome] = {}
        for at, row in enumerate(rows):
            if row.entry is None:
                self._told(outcomes, [at], [Outcome.of(row, "refused")])
        under_way: set[int] = set()
        records = _records(rows)
        waiting = iter(records)
        stopped: str | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._plan.concurrency, len(records))):
                    group.create_task(self._work(rows, waiting, outcomes, under_way, apply))
        except* Unanswered as several:
            stopped = str(several.exceptions[0])
        except* asyncio.CancelledError:
            # Ctrl-C, as asyncio passes it on; what came of the rows is still to be told.
            stopped = INTERRUPTED
        for at, row in enumerate(rows):
            if at not in outcomes:
                outcomes[at] = Outcome.of(row, "not answered" if at in under_way and apply else "not tried")
        return Done([outcomes[at] for at in range(len(rows))], stopped)

    async def _work(
        self,
        rows: Sequence[Row],
        waiting: Iterator[list[int]],
        outcomes: dict[int, Outcome],
        under_way: set[int],
        apply: bool,
    ) -> None:
        for record in waiting:
            under_way.update(record)
            self._told(outcomes, record, await self._send([rows[at] for at in record], apply))

    def _told(self, outcomes: dict[int, Outcome], record: Sequence[int], told: Sequence[Outcome]) -> None:
        for at, outcome in zip(record, told, strict=True):
            outcomes[at] = outcome
            self._seen(outcome)

    async def _send(self, rows: Sequence[Row], apply: bool) -> list[Outcome]:
        shared = frozenset().union(*(row.entry.shared for row in rows if row.entry))
        while apply and (fresh := shared - self._known):
            if first := next((self._first[each] for each in fresh if each in self._first), None):
                await first.wait()
                continue
            # The first row with a new partner goes alone: the others find the partner that it brings.
            done = asyncio.Event()
            self._first.update(dict.fromkeys(fresh, done))
            try:
                outcomes = await self._sender.send(rows, apply=apply, update=self._plan.update)
            finally:
                for each in fresh:
                    del self._first[each]
                done.set()
            if any(one.outcome != "refused" for one in outcomes):
                self._known |= fresh
            return outcomes
        return await self._sender.send(rows, apply=apply, update=self._plan.update)


def _records(rows: Sequence[Row]) -> list[list[int]]:
    """The places of the rows that are sent, those of one record together, in the order of their first rows."""
    records: dict[tuple[str, ...], list[int]] = {}
    for at, row in enumerate(rows):
        if row.entry is not None:
            records.setdefault(row.entry.whole or (str(at),), []).append(at)
    return list(records.values())
