"""Playing acts over HTTP, one after the other, each with the token of who does it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2

from caytre.cli.demo.story import OFFICER, Act, Actor
from caytre.cli.reach import Reach, Refused, content_of
from caytre.local.failures import SetupError

_PATIENCE = 20.0
_AWAY = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class Happened:
    """Where an act went: its message, place in the journal and on Kafka, and when the gateway's view had it."""

    type: str
    position: str
    partition: str
    milliseconds: float | None
    trace_id: str | None


class Stage:
    """The gateway, reached as different people. Everything may be said again: keys are made of what is said."""

    def __init__(self, client: httpx2.Client, reach: Reach) -> None:
        self._client = client
        self._reach = reach
        self._tokens: dict[Actor, str] = {}

    def _headers(self, actor: Actor) -> dict[str, str]:
        if actor not in self._tokens:
            self._tokens[actor] = self._reach.token(
                actor.role,
                subject=f"{actor.role}.{(actor.organisation or 'tre').lower()}@example.org",
                localities=actor.localities,
                organisation=actor.organisation,
            )
        return {"Authorization": f"Bearer {self._tokens[actor]}", "Accept-Language": "en"}

    def _request(self, method: str, path: str, headers: Mapping[str, str], body: object = None) -> httpx2.Response:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                answer = self._client.request(method, path, headers=dict(headers), json=body)
            except httpx2.TransportError as error:
                if time.monotonic() > until:
                    raise SetupError(f"The gateway does not answer: {error or type(error).__name__}") from error
            else:
                if answer.status_code not in _AWAY or time.monotonic() > until:
                    return answer
            time.sleep(0.2)

    def get(self, path: str, having: str | None = None) -> Any:
        """What the gateway answers the province's officer, when its view is `having` a version. Raises Refused."""
        token = {} if having is None else {"Consistency-Token": having}
        return content_of(self._request("GET", path, self._headers(OFFICER) | token))

    def say(self, actor: Actor, path: str, body: Mapping[str, Any], version: int | None = None) -> httpx2.Response:
        """Send a command; said again in the same words it is one command. Raises Refused."""
        words = json.dumps([path, body, version], sort_keys=True)
        headers = self._headers(actor) | {"Idempotency-Key": f"demo-{hashlib.sha256(words.encode()).hexdigest()[:40]}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = self._request("POST", path, headers, body)
        content_of(answer)
        return answer

    def play(self, kind: str, state: dict[str, Any], act: Act) -> dict[str, Any]:
        """Do an act on a record unless it is done; returns the state after it. Raises Refused."""
        if act.done(state):
            return state
        answer = self.say(act.actor, f"/{kind}s/{state['id']}{act.path}", act.body, state["version"])
        after: dict[str, Any] = answer.json()
        return after

    def is_refused(self, actor: Actor, path: str, version: int) -> str:
        """The sentence with which the platform refuses a command that must be refused. Raises SetupError."""
        try:
            self.say(actor, path, {}, version)
        except Refused as refused:
            if refused.status != 409:
                raise
            return str(refused.problem.get("detail") or refused.problem.get("title"))
        raise SetupError(f"{path} was not refused although the law forbids it: please tell the makers of Caytre.")

    def happened(self, kind: str, state: Mapping[str, Any]) -> Happened:
        """Where the last act on a record went; waits until the gateway's view holds it."""
        id, version = state["id"], state["version"]
        self.get(f"/views/{kind}s/{id}", having=f"{kind}/{id}@{version}")
        message = next(one for one in reversed(self.get(f"/journey/{id}")["messages"]) if one["version"] == version)
        hops = {hop["hop"]: hop for hop in message["hops"]}
        return Happened(
            message["type"],
            message["position"],
            message["partition"],
            _milliseconds(hops),
            message["trace_id"],
        )


def _milliseconds(hops: Mapping[str, Mapping[str, Any]]) -> float | None:
    if "gateway" not in hops or "command" not in hops:
        return None
    start, end = (datetime.fromisoformat(hops[name]["at"]) for name in ("command", "gateway"))
    return (end - start).total_seconds() * 1000
