"""One whole platform with its real services for all tests in this folder, and the command line beside it."""

from __future__ import annotations

import json
import multiprocessing
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from caytre.cli import main
from caytre.local import control
from caytre.local.folders import cache_folder
from caytre.local.platform import Platform
from caytre.local.ports import free_port
from caytre.local.progress import State
from caytre.local.settings import Settings


@dataclass(frozen=True)
class Said:
    """What a command printed and ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Its output as a JSON value per line."""
        return [json.loads(line) for line in self.out.splitlines()]


Caytre = Callable[..., Said]


def _quiet(_: State) -> None:
    """Watches without showing."""


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Engines and services, started once and stopped at the end of the session."""
    plain = Settings(durable=False)
    names = (*(service.name for service in plain.services), "kafka", "kafka_controller", "zipkin", "mail")
    made = Platform(
        tmp_path_factory.mktemp("whole"), plain.with_ports({name: free_port() for name in names}), cache_folder()
    )
    control.up(made, _quiet)
    yield made
    control.down(made, _quiet)
    if made.postgres is not None:
        shutil.rmtree(made.postgres.account.home, ignore_errors=True)


def _environment(platform: Platform) -> dict[str, str]:
    passed = {name: value for name, value in os.environ.items() if not name.startswith(("CAYTRE_", "DATABASE_URL"))}
    return passed | {"CAYTRE_HOME": str(platform.folder), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}


#: Processes of the command line are forked from one that has loaded it, which is most of what a short command costs.
_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload(["caytre.cli.main"])


def _as_a_script(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
    """What the console script does, in this process, with its output in files."""
    os.environ.clear()
    os.environ.update(environment)
    for number, (name, flags) in enumerate((("", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY))):
        os.dup2(os.open(folder / name if name else os.devnull, flags | os.O_CREAT), number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - they end with the process
        for number, mode in enumerate(("r", "w", "w"))
    )
    sys.argv = ["caytre", *arguments]
    main.run()


def ran(arguments: Sequence[str], environment: Mapping[str, str], seconds: float) -> Said:
    """The command line, run to its end in a process of its own. Raises TimeoutError."""
    with tempfile.TemporaryDirectory() as folder:
        process = _LOADED.Process(target=_as_a_script, args=(arguments, environment, Path(folder)))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"caytre {arguments} has not ended after {seconds:.0f} s")
        out, err = ((Path(folder) / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return Said(process.exitcode, out, err)


@pytest.fixture(scope="session")
def caytre(platform: Platform) -> Caytre:
    """Run `caytre` on the platform as a script would, in a process of its own."""
    environment = _environment(platform)
    return lambda *arguments: ran(list(map(str, arguments)), environment, 600)


def begun(platform: Platform, *arguments: str) -> subprocess.Popen[bytes]:
    """A command that runs while something happens to it."""
    return subprocess.Popen(
        [sys.executable, "-m", "caytre.cli.main", *arguments],
        env=_environment(platform),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Where tests run in the background, the signal would come in ignored.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.default_int_handler),
    )


@pytest.fixture(scope="session")
def at_terminal(platform: Platform) -> Caytre:
    """Run `caytre` as a person at a terminal would who types the first argument when asked.

    What is on the screen comes as one line.
    """

    def run(typed: object, *arguments: object) -> Said:
        keyboard, terminal = pty.openpty()
        try:
            with subprocess.Popen(
                [sys.executable, "-m", "caytre.cli.main", *map(str, arguments)],
                env=_environment(platform),
                stdin=terminal,
                stdout=subprocess.PIPE,
                stderr=terminal,
            ) as started:
                os.write(keyboard, f"{typed}\n".encode())
                out, _ = started.communicate(timeout=600)
            return Said(started.returncode, out.decode(), " ".join(os.read(keyboard, 65_536).decode().split()))
        finally:
            os.close(terminal)
            os.close(keyboard)

    return run
