"""An import: every row validated or applied, a bounded number at a time; good rows go in, bad ones are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from caytre.cli.importing.outcome import Outcome, Result
from caytre.cli.importing.rows import Entry, Row
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
        under_way: set[int] = set()
        waiting = iter(range(len(rows)))
        stopped: str | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._plan.concurrency, len(rows))):
                    group.create_task(self._work(rows, waiting, outcomes, under_way, apply))
        except* Unanswered as several:
            stopped = str(several.exceptions[0])
        except* asyncio.CancelledError:
            # Ctrl-C, as asyncio passes it on; what came of the rows is still to be told.
            stopped = INTERRUPTED
        for at, row in enumerate(rows):
            if at not in outcomes:
                result: Result = "not answered" if at in under_way and apply else "not tried"
                outcomes[at] = Outcome.of(row, "refused" if row.entry is None else result)
        return Done([outcomes[at] for at in range(len(rows))], stopped)

    async def _work(
        self,
        rows: Sequence[Row],
        waiting: Iterator[int],
        outcomes: dict[int, Outcome],
        under_way: set[int],
        apply: bool,
    ) -> None:
        for at in waiting:
            row = rows[at]
            under_way.add(at)
            outcomes[at] = Outcome.of(row, "refused") if row.entry is None else await self._send(row, row.entry, apply)
            self._seen(outcomes[at])

    async def _send(self, row: Row, entry: Entry, apply: bool) -> Outcome:
        while apply and (fresh := entry.shared - self._known):
            if first := next((self._first[shared] for shared in fresh if shared in self._first), None):
                await first.wait()
                continue
            # The first row with a new partner goes alone: the others find the partner that it brings.
            done = asyncio.Event()
            self._first.update(dict.fromkeys(fresh, done))
            try:
                outcome = await self._sender.send(row, entry, apply=apply, update=self._plan.update)
            finally:
                for shared in fresh:
                    del self._first[shared]
                done.set()
            if outcome.outcome != "refused":
                self._known |= fresh
            return outcome
        return await self._sender.send(row, entry, apply=apply, update=self._plan.update)
