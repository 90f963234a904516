"""What every step of the story works with: records found or entered, acts done once, business time moved."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from caytre.cli.demo.stage import Stage
from caytre.cli.demo.story.people import Actor
from caytre.core.clock import VIETNAM
from caytre.local.failures import SetupError
from caytre.local.travelling import Journey, Stop

State = dict[str, Any]
Done = Callable[[Mapping[str, Any]], bool]
#: Seconds that a reaction in another service may take.
_PATIENCE = 60.0


class Telling(Protocol):
    """The running account."""

    def did(self, words: str, origin: str, *, already: bool) -> None: ...
    def says(self, words: str) -> None: ...
    def travelled(self, at: datetime, stops: int, seconds: float) -> None: ...
    def travelling(self, to: datetime) -> AbstractContextManager[Callable[[Stop], None]]: ...


@dataclass
class Scene:
    """The platform, its business time, and the records of the story by their names in it."""

    stage: Stage
    journey: Journey
    telling: Telling
    records: dict[str, State] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)

    def id(self, name: str) -> str:
        """The id of a record of the story."""
        return str(self.records[name]["id"])

    def travel(self, moment: str) -> None:
        """Let business time come to a moment of Vietnam, unless it has passed."""
        to = datetime.fromisoformat(moment).replace(tzinfo=VIETNAM)
        if self.journey.now >= to:
            return
        began = time.monotonic()
        with self.telling.travelling(to) as shown:
            stops = self.journey.travel(to, shown)
        self.telling.travelled(to, stops, time.monotonic() - began)

    def record(self, name: str, path: str, body: Mapping[str, Any], actor: Actor, words: str) -> State:
        """Enter what a source reports or an illustration shows, once: found again by its number."""
        source = body["source"]
        found = self.stage.first(path, external_system=source["system"], external_id=source["number"])
        self.telling.did(words, source["origin"], already=found is not None)
        if found is None:
            id = self.stage.say(actor, f"{path}/recordings?mode=apply", body)["id"]
            found = self.stage.get(f"{path}/{id}")
        return self.adopt(name, path, found)

    def create(
        self, name: str, actor: Actor, path: str, body: Mapping[str, Any], words: str, found: State | None
    ) -> State:
        """Begin a record by an act, unless it was found."""
        self.telling.did(words, "illustration", already=found is not None)
        return self.adopt(name, path, found or self.stage.say(actor, path, body))

    def act(self, name: str, actor: Actor, act: str, body: Mapping[str, Any], words: str, done: Done) -> None:
        """Do an act on a record, unless the record shows that it was done. `act` is its path below the record's."""
        path = f"{self._paths[name]}/{self.id(name)}"
        present = self.stage.get(path)
        if not (already := done(present)):
            present = self.stage.say(actor, path + act, body, present["version"])
        self.telling.did(words, "illustration", already=already)
        self.records[name] = present

    def wait(self, name: str, path: str, what: str, **query: str) -> State:
        """A record that a reaction begins. Raises SetupError when it does not come."""
        until = time.monotonic() + _PATIENCE
        while (found := self.stage.first(path, **query)) is None:
            if time.monotonic() > until:
                raise SetupError(f"{what} did not come within {_PATIENCE:.0f} s; see `caytre status`.")
            time.sleep(0.1)
        return self.adopt(name, path, found)

    def adopt(self, name: str, path: str, state: State) -> State:
        """Take a record into the story under a name; `path` is that of its kind."""
        self.records[name], self._paths[name] = state, path
        return state

    def settle(self) -> None:
        """Wait until every message has been read and every mail was sent."""
        self.journey.settle()


def reached(*statuses: str) -> Done:
    """Whether the record is in one of these states."""
    return lambda state: state["status"] in statuses


def has(member: str) -> Done:
    """Whether the record says anything under this member."""
    return lambda state: bool(state.get(member))
