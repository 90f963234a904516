"""One record, one command: sent through the gateway under one key until it is answered."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from random import uniform
from typing import Any
from uuid import uuid4

import httpx2

from caytre.cli.importing.hosts import Partners
from caytre.cli.importing.kind import Kind
from caytre.cli.importing.outcome import Outcome, outcomes_of
from caytre.cli.importing.refusing import name_of, problems_of
from caytre.cli.importing.rows import Row
from caytre.cli.reach import Refused, content_of
from caytre.local.failures import SetupError

_PASSING = frozenset({429, 502, 503, 504})
#: Refusals that the next try does not meet: somebody else did the same in that moment, or a partner is not yet known
#: to every service.
_JUST_NOW = frozenset({"name-just-taken", "external-ref-taken", "reference-taken", "partner-unknown", "stale"})
_MOST_TRIES = 5
_LONGEST_PAUSE = 5.0
#: So many rows of a run are traced from the first on, and then one of so many: a register of thousands would push every
#: other trace out of a local Zipkin.
TRACED_FIRST, TRACED_ONE_OF = 20, 50


class Unanswered(SetupError):
    """Nobody answered for too long, or takes no such rows from us: the import stops and can be run again."""


@dataclass(frozen=True)
class _Refusal:
    """A refusal (RFC 9457) in both languages."""

    en: Mapping[str, Any]
    vi: Mapping[str, Any]


class Sender:
    """Sends rows of one kind. `patience` (seconds) is how long a row is tried while the platform is away."""

    def __init__(self, client: httpx2.AsyncClient, kind: Kind, run: str, patience: float = 60.0) -> None:
        self._client = client
        self._kind = kind
        self._run = run
        self._patience = patience
        self._partners = Partners(self._look_up)
        self._applied = itertools.count()

    def key(self, rows: Sequence[Row], body: dict[str, Any], mode: str, update: bool) -> str:
        """The Idempotency-Key: of the source, the numbers, the content and this run.

        A later run asks anew, since it wants to know how the rows compare now; it is the number in its source, and
        not the key, that keeps a row from becoming two records.
        """
        content = json.dumps(body, sort_keys=True)
        parts = (self._run, mode, str(update), rows[0].source, *(row.external for row in rows), content)
        return "import-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()

    async def send(self, rows: Sequence[Row], *, apply: bool, update: bool) -> list[Outcome]:
        """Validate or apply what a row says, or all rows that make up one record: what came of each.

        Rows that the platform refuses go out of their record, and the others are sent again. Raises Unanswered.
        """
        for row in rows:
            await self._complete(row)
        outcomes: dict[int, Outcome] = {}
        waiting = list(range(len(rows)))
        while waiting:
            sent = [rows[at] for at in waiting]
            answer = await self._ask(sent, apply=apply, update=update)
            if isinstance(answer, _Refusal):
                refused = problems_of(sent, self._kind, answer.en, answer.vi)
                for place, said in refused.items():
                    problems = [*sent[place].problems, *said]
                    outcomes[waiting[place]] = Outcome.of(sent[place], "refused", problems=problems)
                waiting = [at for place, at in enumerate(waiting) if place not in refused]
                continue
            told = outcomes_of(sent, answer, self._kind.parts, followed=apply and update)
            outcomes |= dict(zip(waiting, told, strict=True))
            break
        return [outcomes[at] for at in range(len(rows))]

    async def _complete(self, row: Row) -> None:
        # Once for a row, so that what is validated first is what is applied.
        if self._kind.complete is not None and not row.completed:
            await self._kind.complete(row, self._partners)
            row.completed = True

    async def _look_up(self, path: str, query: Mapping[str, str]) -> Any:
        try:
            return await self._until_answered(lambda: self._client.get(path, params=query))
        except Refused as refused:
            raise Unanswered(f"{path} cannot be read: {refused}") from refused

    async def _ask(self, rows: Sequence[Row], *, apply: bool, update: bool) -> dict[str, Any] | _Refusal:
        mode, body = "apply" if apply else "validate", self._kind.body(rows)
        params = {"mode": mode, "update": str(update).lower()}
        headers = {"Idempotency-Key": self.key(rows, body, mode, update), "Accept-Language": "en"}
        if not apply or not self._is_traced():
            headers["traceparent"] = f"00-{uuid4().hex}-{uuid4().hex[:16]}-00"
        try:
            found: dict[str, Any] = await self._until_answered(lambda: self._post(params, headers, body))
        except Refused as english:
            try:
                # A refusal is said in one language: asked again under the same key, for the other one.
                vietnamese = headers | {"Accept-Language": "vi"}
                found = await self._until_answered(lambda: self._post(params, vietnamese, body), tries=1)
            except Refused as refused:
                return _Refusal(english.problem, refused.problem)
        return found

    def _is_traced(self) -> bool:
        number = next(self._applied)
        return number < TRACED_FIRST or number % TRACED_ONE_OF == 0

    def _post(
        self, params: dict[str, str], headers: dict[str, str], body: dict[str, Any]
    ) -> Awaitable[httpx2.Response]:
        return self._client.post(self._kind.path, params=params, headers=headers, json=body)

    async def _until_answered(self, ask: Callable[[], Awaitable[httpx2.Response]], tries: int = _MOST_TRIES) -> Any:
        until, pause, raced = time.monotonic() + self._patience, 0.1, 0
        while True:
            wait = pause
            try:
                answer = await ask()
                if answer.status_code not in _PASSING:
                    return content_of(answer)
                said = f"it answered {answer.status_code}"
                if answer.headers.get("Retry-After", "").isdecimal():
                    wait = min(float(answer.headers["Retry-After"]), _LONGEST_PAUSE)
            except httpx2.TransportError as error:
                said = str(error) or type(error).__name__
            except Refused as refused:
                self._ensure_row_meant(refused)
                raced += 1
                if name_of(refused.problem) not in _JUST_NOW or raced >= tries:
                    raise
                said = str(refused)
            if time.monotonic() + wait > until:
                raise Unanswered(
                    f"The platform did not take a row for {self._patience:.0f} s ({said}). Rows that are in stay in: "
                    "run the same command again when it answers."
                )
            await asyncio.sleep(wait * uniform(0.5, 1.0))  # noqa: S311 - spreads tries, keeps no secret
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _ensure_row_meant(self, refused: Refused) -> None:
        if refused.status == 401:
            raise Unanswered(f"The platform does not accept the token: {refused}") from refused
        if refused.status == 405 or name_of(refused.problem) == "no-such-page":
            raise Unanswered(f"This platform takes no {self._kind.name}; is it of an older release?") from refused
