"""Officers at work: proposals and amendments at a steady rate, each command repeated under its key until answered."""

import asyncio
import contextlib
import json
import random
from collections import deque
from dataclasses import dataclass, field
from time import monotonic

from caytre.bench.commands import proposal
from caytre.bench.http_client import HttpAnswer, HttpConnection, request_bytes
from caytre.core.ids import new_id
from caytre.local.ports import LOOPBACK

#: So many of the newest records are amended by everybody at once: most amendments meet another one.
NEWEST = 20
ANSWERED_WITHIN = 10.0


@dataclass(slots=True)
class Command:
    """One command as its client knows it. `status` is 0 until it is answered for good."""

    key: str
    record: str | None
    expected: int | None
    tries: int = 0
    status: int = 0
    version: int = 0


@dataclass
class Clients:
    """`count` clients, together `rate` commands per second, half of them amendments; all that they know is kept."""

    port: int
    token: str
    partner: str
    seed: int
    count: int = 16
    rate: float = 200.0
    commands: list[Command] = field(default_factory=list)
    in_flight: int = 0
    server_errors: list[str] = field(default_factory=list)
    _newest: deque[tuple[str, int]] = field(default_factory=lambda: deque(maxlen=NEWEST))
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _working: bool = False
    _next: float = 0.0

    @property
    def acknowledged(self) -> list[Command]:
        """Commands that were answered with success."""
        return [command for command in self.commands if command.status in (200, 201)]

    @property
    def refused(self) -> list[Command]:
        """Commands that were refused for good: somebody else was faster."""
        return [command for command in self.commands if command.status >= 400]

    @property
    def retries(self) -> int:
        """How often a command had to be sent again."""
        return sum(max(0, command.tries - 1) for command in self.commands)

    def start(self) -> None:
        """Go to work."""
        self._working, self._next = True, monotonic()
        self._tasks = [asyncio.create_task(self._work(random.Random(f"{self.seed}-{n}"))) for n in range(self.count)]

    async def stop(self, seconds: float = 60) -> bool:
        """No new commands; True when all that were begun are answered in time."""
        self._working = False
        _, waiting = await asyncio.wait(self._tasks, timeout=seconds)
        for task in waiting:
            task.cancel()
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error
        return not waiting

    async def _work(self, chance: random.Random) -> None:
        async with contextlib.AsyncExitStack() as stack:
            link = _Link(self.port)
            stack.callback(link.close)
            while self._working:
                # Slots that passed while nobody could be reached are not made up for.
                self._next = max(self._next + 1 / self.rate, monotonic() - 1 / self.rate)
                await asyncio.sleep(max(0.0, self._next - monotonic()))
                command, content = self._decide(chance)
                self.commands.append(command)
                self.in_flight += 1
                try:
                    await self._insist(link, command, content, chance)
                finally:
                    self.in_flight -= 1

    def _decide(self, chance: random.Random) -> tuple[Command, bytes]:
        key = str(new_id())
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json", "idempotency-key": key}
        if self._newest and chance.random() < 0.5:
            record, version = chance.choice(self._newest)
            body = {"title_vi": f"Thỏa thuận {key}"}
            headers["if-match"] = f'"{version}"'
            content = request_bytes("POST", f"/agreements/{record}/amendments", headers, _json(body))
            return Command(key, record, version), content
        return Command(key, None, None), request_bytes("POST", "/agreements", headers, _json(proposal(self.partner)))

    async def _insist(self, link: "_Link", command: Command, content: bytes, chance: random.Random) -> None:
        while True:
            command.tries += 1
            try:
                answer = await link.request(content)
            except (OSError, TimeoutError):
                await asyncio.sleep(chance.uniform(0.05, 0.3))
                continue
            if answer.status == 503:
                await asyncio.sleep(chance.uniform(0.05, 0.3))
                continue
            if answer.status >= 500:
                self.server_errors.append(f"{answer.status} {answer.body.decode(errors='replace')[:200]}")
                await asyncio.sleep(chance.uniform(0.05, 0.3))
                continue
            self._learn(command, answer)
            return

    def _learn(self, command: Command, answer: HttpAnswer) -> None:
        if answer.status in (200, 201):
            kind_and_id, _, version = answer.header("consistency-token").rpartition("@")
            command.record, command.version = kind_and_id.rpartition("/")[2], int(version)
            known = [each for each in self._newest if each[0] == command.record]
            for each in known:
                self._newest.remove(each)
            self._newest.append((command.record, command.version))
        elif command.record is not None and answer.status == 412:
            # Stale: the next one to amend it looks it up by guessing on.
            for each in [each for each in self._newest if each[0] == command.record and each[1] == command.expected]:
                self._newest.remove(each)
                self._newest.appendleft((each[0], each[1] + 1))
        command.status = answer.status


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


def _json(body: dict[str, object] | dict[str, str]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
