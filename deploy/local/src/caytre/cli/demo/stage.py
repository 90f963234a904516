"""The gateway, reached as different people; everything may be said again: keys are fixed by what is said."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx2

from caytre.cli.demo.story.people import READER, Actor
from caytre.cli.reach import Reach, content_of
from caytre.local.failures import SetupError

_PATIENCE = 20.0
_AWAY = frozenset({429, 502, 503, 504})


class Stage:
    """One platform while the story is played on it."""

    def __init__(self, client: httpx2.Client, reach: Reach) -> None:
        self._client = client
        self._reach = reach
        self._tokens: dict[Actor, str] = {}

    def get(self, path: str, *, having: str | None = None, language: str = "en", **query: str | None) -> Any:
        """What the gateway answers a reader of the ministry, when its view is `having` a version. Raises Refused."""
        given = {name: value for name, value in query.items() if value is not None}
        headers = self._headers(READER, language) | ({"Consistency-Token": having} if having else {})
        return content_of(self._request("GET", f"{path}?{urlencode(given)}" if given else path, headers))

    def first(self, path: str, **query: str) -> dict[str, Any] | None:
        """The newest record of a list, None when it is empty."""
        items: list[dict[str, Any]] = self.get(path, **query)["items"]
        return items[0] if items else None

    def say(self, actor: Actor, path: str, body: Mapping[str, Any], version: int | None = None) -> dict[str, Any]:
        """Send a command and give its answer; said again in the same words it is one command. Raises Refused."""
        words = json.dumps([path, body], sort_keys=True)
        key = f"demo-{hashlib.sha256(words.encode()).hexdigest()[:40]}"
        headers = self._headers(actor, "en") | {"Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer: dict[str, Any] = content_of(self._request("POST", path, headers, body))
        return answer

    def _headers(self, actor: Actor, language: str) -> dict[str, str]:
        if actor not in self._tokens:
            self._tokens[actor] = self._reach.token(actor.role, subject=actor.subject, localities=actor.localities)
        return {"Authorization": f"Bearer {self._tokens[actor]}", "Accept-Language": language}

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
