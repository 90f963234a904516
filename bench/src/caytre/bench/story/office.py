"""Acting on records over HTTP as people do: at the version that was seen last, again when the record has moved."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol

from caytre.bench.http_client import HttpAnswer, request_bytes
from caytre.core.ids import new_id

State = Mapping[str, Any]

#: Refusals that pass by themselves: what the act waits for is told by another service, or by this one to itself.
AWAITED = frozenset({"partner-unknown", "not-scanned-yet"})
_SHORTEST_LOOK, _LONGEST_LOOK = 0.02, 0.25


class Refused(Exception):
    """An act was refused for good."""

    def __init__(self, path: str, status: int, code: str, detail: str) -> None:
        super().__init__(f"{path} was answered with {status} {code}: {detail}")
        self.status = status
        self.code = code


class Send(Protocol):
    """What brings a request to whom it is for, and its answer back; `key` is empty for a question."""

    async def __call__(self, path: str, key: str, content: bytes) -> HttpAnswer: ...


@dataclass
class Office:
    """The people of one story. `tokens` are theirs by name; nothing is waited for longer than `patience` seconds."""

    tokens: Mapping[str, str]
    send: Send
    patience: float = 120.0
    _versions: dict[str, int] = field(default_factory=dict)

    async def begin(self, by: str, path: str, body: object) -> State:
        """Make a record, waiting for what it needs to be known. Raises Refused, TimeoutError."""
        state = await self._insist(by, path, body, None)
        self._versions[f"{path}/{state['id']}"] = int(state["version"])
        return state

    async def act(self, by: str, record: str, act: str, body: object = None) -> State:
        """Act on a record at whatever version it has by then. Raises Refused, TimeoutError."""
        if record not in self._versions:
            await self.look(record)
        state = await self._insist(by, f"{record}/{act}", body, record)
        self._versions[record] = int(state["version"])
        return state

    async def look(self, path: str, by: str = "auditor") -> State:
        """What somebody reads; a record's version is kept. Raises Refused."""
        answer = await self.send(path, "", request_bytes("GET", path, self._headers(by)))
        state = _state(path, answer)
        if "version" in state:
            self._versions[path] = int(state["version"])
        return state

    async def until(self, path: str, ready: Callable[[State], bool] = lambda state: True) -> State:
        """Look until it is there and ready. Raises Refused, TimeoutError."""
        deadline, pause = monotonic() + self.patience, _SHORTEST_LOOK
        while True:
            try:
                state = await self.look(path)
                if ready(state):
                    return state
            except Refused as refused:
                if refused.status != 404:
                    raise
            if monotonic() > deadline:
                raise TimeoutError(f"{path} was not ready within {self.patience:.0f} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_LOOK)

    async def first(self, path: str) -> str:
        """The id of the newest record of a list, as soon as there is one. Raises Refused, TimeoutError."""
        found = await self.until(path, lambda state: bool(state["items"]))
        return str(found["items"][0]["id"])

    async def _insist(self, by: str, path: str, body: object, record: str | None) -> State:
        deadline, pause = monotonic() + self.patience, _SHORTEST_LOOK
        while True:
            try:
                return await self.say(by, path, body, self._versions[record] if record else None)
            except Refused as refused:
                moved = refused.status == 412 and record is not None
                if not (moved or refused.code in AWAITED) or monotonic() > deadline:
                    raise
                if not moved:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _LONGEST_LOOK)
            if record is not None:
                await self.look(record)

    async def say(self, by: str, path: str, body: object, version: int | None) -> State:
        """One command at a version that the record may have, and no other try. Raises Refused."""
        key = str(new_id())
        headers = self._headers(by) | {"idempotency-key": key}
        content = b""
        if body is not None:
            headers["content-type"] = "application/json"
            content = json.dumps(body, ensure_ascii=False).encode()
        if version is not None:
            headers["if-match"] = f'"{version}"'
        return _state(path, await self.send(path, key, request_bytes("POST", path, headers, content)))

    def _headers(self, by: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens[by]}", "accept": "application/json"}


def _state(path: str, answer: HttpAnswer) -> State:
    found: Any = json.loads(answer.body) if answer.body else {}
    if answer.status not in (200, 201):
        code = str(found.get("type", "")).rpartition("/")[2]
        raise Refused(path, answer.status, code, str(found.get("detail", ""))[:300])
    return found if isinstance(found, dict) else {"items": found}
