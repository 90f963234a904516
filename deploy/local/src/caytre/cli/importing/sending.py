"""One row, one command: sent through the gateway under one key until it is answered."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from random import uniform
from typing import Any, Protocol

import httpx2

from caytre.cli.importing.outcome import Outcome
from caytre.cli.importing.rows import Problem, Row
from caytre.cli.reach import Refused, content_of
from caytre.local.failures import SetupError

_PASSING = frozenset({429, 502, 503, 504})
#: Refusals that the next try does not meet: somebody else did the same in that moment.
_JUST_NOW = frozenset({"name-just-taken", "external-ref-taken", "stale"})
_MOST_TRIES = 5
_LONGEST_PAUSE = 5.0
#: Members of a request and the column of a register that they come from, where the names differ.
_COLUMNS = {
    "localities": "locality",
    "foreign_parties": "partner",
    "signatory_type": "signatory",
    "source": "number",
    "names": "partner",
    "type": "partner_type",
}


class Unanswered(SetupError):
    """The platform did not answer for too long, or does not let us in: the import stops and can be run again."""


class Entry(Protocol):
    """What a row says, ready to be sent."""

    @property
    def body(self) -> dict[str, Any]: ...
    @property
    def shared(self) -> tuple[str, str]: ...


class Sender:
    """Sends rows to one path. `patience` (seconds) is how long a row is tried while the platform is away."""

    def __init__(self, client: httpx2.AsyncClient, path: str, run: str, patience: float = 60.0) -> None:
        self._client = client
        self._path = path
        self._run = run
        self._patience = patience

    def key(self, row: Row[Any], entry: Entry, mode: str, update: bool) -> str:
        """The Idempotency-Key: of the source, the number, the content and this run.

        A later run asks anew, since it wants to know how the row compares now; it is the number in its source, and
        not the key, that keeps a row from becoming two records.
        """
        content = json.dumps(entry.body, sort_keys=True)
        parts = (self._run, mode, str(update), row.source, row.external, content)
        return "import-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()

    async def send(self, row: Row[Any], entry: Entry, *, apply: bool, update: bool) -> Outcome:
        """Validate or apply what a row says. Raises Unanswered."""
        mode = "apply" if apply else "validate"
        params = {"mode": mode, "update": str(update).lower()}
        headers = {"Idempotency-Key": self.key(row, entry, mode, update)}
        try:
            found = await self._until_answered(params, headers, entry.body)
        except Refused as refused:
            return Outcome.of(row, "refused", problems=[*row.problems, *_problems(row, refused.problem)])
        return Outcome.of(
            row,
            found["outcome"],
            id=found.get("id"),
            version=found.get("version"),
            differences=list(found.get("differences") or ()),
            new_partners=list(found.get("new_partners") or ()),
        )

    async def _until_answered(self, params: dict[str, str], headers: dict[str, str], body: dict[str, Any]) -> Any:
        until, pause, raced = time.monotonic() + self._patience, 0.1, 0
        while True:
            wait = pause
            try:
                answer = await self._client.post(self._path, params=params, headers=headers, json=body)
                if answer.status_code not in _PASSING:
                    return content_of(answer)
                said = f"it answered {answer.status_code}"
                if answer.headers.get("Retry-After", "").isdecimal():
                    wait = min(float(answer.headers["Retry-After"]), _LONGEST_PAUSE)
            except httpx2.TransportError as error:
                said = str(error) or type(error).__name__
            except Refused as refused:
                if refused.status == 401:
                    raise Unanswered(f"The platform does not accept the token: {refused}") from refused
                raced += 1
                if _name(refused) not in _JUST_NOW or raced == _MOST_TRIES:
                    raise
                said = str(refused)
            if time.monotonic() + wait > until:
                raise Unanswered(
                    f"The platform did not take a row for {self._patience:.0f} s ({said}). Rows that are in stay in: "
                    "run the same command again when it answers."
                )
            await asyncio.sleep(wait * uniform(0.5, 1.0))  # noqa: S311 - spreads tries, keeps no secret
            pause = min(pause * 2, _LONGEST_PAUSE)


def _name(refused: Refused) -> str:
    return str(refused.problem.get("type", "")).rsplit("/", 1)[-1]


def _problems(row: Row[Any], problem: dict[str, Any]) -> list[Problem]:
    found = []
    for error in problem.get("errors") or ():
        member = str(error.get("pointer", "")).removeprefix("#").strip("/").split("/")[0]
        column = _COLUMNS.get(member, member)
        said = error.get("detail") or problem.get("detail") or problem.get("title") or "refused"
        found.append(Problem(row.headers.get(column, member), str(said)))
    trace = f" (trace {problem['trace_id']})" if problem.get("status", 0) >= 500 and problem.get("trace_id") else ""
    return found or [Problem("", str(problem.get("detail") or problem.get("title") or "refused") + trace)]
