"""What the supervisor does and has done, in a file that `caytre up`, `status` and `down` read."""

import json
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from caytre.local.process import write_atomically

Phase = Literal["starting", "running", "stopping", "stopped", "failed"]


@dataclass(slots=True)
class Step:
    """One thing that is being done; `seconds` once it is done."""

    name: str
    detail: str = ""
    seconds: float | None = None


@dataclass(slots=True)
class Restarts:
    """How often a process came back, why it is away, and when (seconds since the epoch) it is tried again."""

    count: int = 0
    reason: str = ""
    next_try: float | None = None


@dataclass(slots=True)
class State:
    """All of it."""

    pid: int
    phase: Phase = "starting"
    error: str = ""
    steps: list[Step] = field(default_factory=list)
    restarts: dict[str, Restarts] = field(default_factory=dict)


def read_state(run: Path) -> State | None:
    """The state the last supervisor wrote, None where there was none."""
    try:
        found = json.loads((run / "state.json").read_text())
    except (FileNotFoundError, ValueError):
        return None
    steps = [Step(**step) for step in found.pop("steps")]
    restarts = {name: Restarts(**one) for name, one in found.pop("restarts").items()}
    return State(**found, steps=steps, restarts=restarts)


class Journal:
    """Writes the state whenever it changes; used by the threads of one supervisor."""

    def __init__(self, run: Path, pid: int) -> None:
        self._path = run / "state.json"
        self._lock = threading.Lock()
        self._began: dict[str, float] = {}
        self.state = State(pid)
        self._write()

    def _write(self) -> None:
        write_atomically(self._path, json.dumps(asdict(self.state)))

    def phase(self, phase: Phase, error: str = "") -> None:
        """Enter a phase; its steps begin anew when the platform is being stopped."""
        with self._lock:
            self.state.phase, self.state.error = phase, error
            if phase == "stopping":
                self.state.steps = []
            self._write()

    def step(self, name: str, detail: str = "") -> None:
        """Begin a step, or say how far it is."""
        with self._lock:
            known = next((step for step in self.state.steps if step.name == name), None)
            if known is None:
                self._began[name] = time.monotonic()
                self.state.steps.append(Step(name, detail))
            else:
                known.detail = detail
            self._write()

    def done(self, name: str, detail: str = "") -> None:
        """End a step."""
        with self._lock:
            for step in self.state.steps:
                if step.name == name:
                    step.detail, step.seconds = detail, round(time.monotonic() - self._began[name], 1)
            self._write()

    def restart(self, name: str, restarts: Restarts) -> None:
        """Note what is known of a process that went away."""
        with self._lock:
            self.state.restarts[name] = restarts
            self._write()
