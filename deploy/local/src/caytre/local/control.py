"""Starting, stopping and asking a platform from the outside."""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from caytre.local import settings as settings_file
from caytre.local.failures import SetupError
from caytre.local.folders import keep_private, private
from caytre.local.platform import Platform
from caytre.local.process import write_atomically
from caytre.local.progress import State, read_state

Watcher = Callable[[State], None]
_POLL = 0.1


def known(folder: Path) -> Platform:
    """The platform in the folder with the settings it was last started with. Raises SetupError when there is none."""
    try:
        return Platform(folder, settings_file.read((folder / "run" / "platform.json").read_text()))
    except FileNotFoundError:
        raise SetupError(f"There is no platform in {folder} yet: run `caytre up`.") from None


def running_state(platform: Platform) -> State | None:
    """What the supervisor that runs says, None when none runs."""
    if not platform.supervisor.adopt(search=False):
        return None
    state = read_state(platform.run)
    return state if state is not None and state.pid == platform.supervisor.pid else None


def up(platform: Platform, watch: Watcher, timeout: float = 1800) -> State:
    """Start the platform in the background, or join its start, and wait until it runs.

    Raises SetupError when it cannot start, or runs already with other settings.
    """
    keep_private(platform.run)
    with open(platform.run / "up.lock", "w", opener=private) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = running_state(platform)
        if state is not None and state.phase == "stopping":
            platform.supervisor.wait(60)
            state = running_state(platform)
        if state is None:
            _launch(platform)
        elif known(platform.folder).settings != platform.settings:
            raise SetupError("The platform runs with other settings. Run `caytre down` first.")
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        # Looked at before the state is read: one that ended in between has written its last words.
        alive = platform.supervisor.alive
        state = read_state(platform.run)
        if state is not None and state.pid == platform.supervisor.record_pid:
            watch(state)
            if state.phase == "running":
                return state
        if not alive:
            words = state.error if state is not None and state.error else platform.supervisor.output()
            raise SetupError(words or f"The platform stopped; see {platform.supervisor.log}")
        time.sleep(_POLL)
    raise SetupError(f"The platform is not ready after {timeout:.0f} s; see `caytre status` and {platform.folder}/log.")


def _launch(platform: Platform) -> None:
    write_atomically(platform.run / "wanted.json", platform.settings.text())
    command = [sys.executable, "-m", "caytre.local.supervisor", str(platform.folder)]
    platform.supervisor.spawn(command, os.environ, cwd=platform.folder)


def down(platform: Platform, watch: Watcher, timeout: float = 120) -> bool:
    """Stop the platform in order, also when its supervisor has gone; False when nothing ran.

    Raises SetupError when another process is starting or stopping it at this moment.
    """
    ran = platform.supervisor.adopt()
    if ran:
        platform.supervisor.send(signal.SIGTERM)
        deadline = time.monotonic() + timeout
        while platform.supervisor.alive and time.monotonic() < deadline:
            state = read_state(platform.run)
            if state is not None and state.phase == "stopping":
                watch(state)
            time.sleep(_POLL)
        platform.supervisor.kill()
    platform.supervisor.forget()
    with platform.locked():
        return platform.stop() or ran
