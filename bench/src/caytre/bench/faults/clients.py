"""Officers at work whatever breaks: each command is repeated under its key until it is answered for good."""

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

from caytre.bench.http_client import HttpAnswer, HttpConnection
from caytre.gateway.forwarding import FORWARDED
from caytre.local.ports import LOOPBACK

ANSWERED_WITHIN = 10.0


@dataclass(slots=True)
class Command:
    """One command as its client knows it. `status` is 0 until it is answered for good; `code` names a refusal."""

    service: str
    key: str
    tries: int = 0
    status: int = 0
    code: str = ""
    record: str = ""
    version: int = 0


class Stopped(Exception):
    """No new commands are begun."""


@dataclass
class Ledger:
    """All that all clients know, and how many commands they send in a second together."""

    rate: float
    commands: list[Command] = field(default_factory=list)
    in_flight: int = 0
    server_errors: list[str] = field(default_factory=list)
    working: bool = False
    _next: float = 0.0

    @property
    def acknowledged(self) -> list[Command]:
        """Commands that were answered with success."""
        return [command for command in self.commands if command.status in (200, 201)]

    @property
    def refused(self) -> list[Command]:
        """Commands that were refused for good."""
        return [command for command in self.commands if command.status >= 400]

    @property
    def retries(self) -> int:
        """How often a command had to be sent again."""
        return sum(max(0, command.tries - 1) for command in self.commands)

    async def turn(self) -> None:
        """Wait for the next slot; those that passed while nobody could be reached are not made up for."""
        self._next = max(self._next + 1 / self.rate, monotonic() - 1 / self.rate)
        await asyncio.sleep(max(0.0, self._next - monotonic()))
        if not self.working:
            raise Stopped


class Client:
    """One officer's connections; it insists. With `through` everything goes to that service, the gateway."""

    def __init__(
        self, ledger: Ledger, ports: Mapping[str, int], chance: random.Random, through: str | None = None
    ) -> None:
        self._ledger = ledger
        self._chance = chance
        self._through = through
        self._links = {service: _Link(port) for service, port in ports.items()}

    async def __call__(self, path: str, key: str, content: bytes) -> HttpAnswer:
        """The answer for good to a command or question. Raises Stopped."""
        service = FORWARDED[path.split("/", 2)[1].partition("?")[0]]
        link = self._links[self._through or service]
        if not key:
            return await self._insist(link, content, None)
        await self._ledger.turn()
        command = Command(service, key)
        self._ledger.commands.append(command)
        self._ledger.in_flight += 1
        try:
            answer = await self._insist(link, content, command)
        finally:
            self._ledger.in_flight -= 1
        _learn(command, answer)
        return answer

    async def _insist(self, link: "_Link", content: bytes, command: Command | None) -> HttpAnswer:
        while True:
            if command is not None:
                command.tries += 1
            elif not self._ledger.working:
                raise Stopped
            try:
                answer = await link.request(content)
                if answer.status < 500:
                    return answer
                if answer.status != 503:
                    said = answer.body.decode(errors="replace")[:200]
                    self._ledger.server_errors.append(f"{answer.status} {said}")
            except (OSError, TimeoutError):
                pass
            await asyncio.sleep(self._chance.uniform(0.05, 0.3))

    def close(self) -> None:
        """Let the connections go."""
        for link in self._links.values():
            link.close()


class _Link:
    """A connection that is made again when it has broken."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: HttpConnection | None = None

    async def request(self, content: bytes) -> HttpAnswer:
        """Raises OSError or TimeoutError."""
        try:
            async with asyncio.timeout(ANSWERED_WITHIN):
                if self._connection is None:
                    self._connection = await HttpConnection.open(LOOPBACK, self._port)
                return await self._connection.request(content)
        except (OSError, TimeoutError):
            self.close()
            raise

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _learn(command: Command, answer: HttpAnswer) -> None:
    command.status = answer.status
    if answer.status in (200, 201):
        kind_and_id, _, version = answer.header("consistency-token").rpartition("@")
        command.record, command.version = kind_and_id.rpartition("/")[2], int(version)
    else:
        command.code = str(json.loads(answer.body).get("type", "")).rpartition("/")[2]
