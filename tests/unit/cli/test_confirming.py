"""Asking before something is changed: only where somebody can answer, and not when told so."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest
import typer.main

from caytre.cli.main import app

_ASKING = """
import sys
import typer
from caytre.cli.screen import confirm
try:
    confirm("The journal would be published again.", yes="--yes" in sys.argv)
    print("done")
except typer.Abort:
    print("left")
"""


def at_terminal(typed: str, *arguments: str) -> tuple[str, str]:
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, f"{typed}\n".encode())
        command = [sys.executable, "-c", _ASKING, *arguments]
        done = subprocess.run(command, stdin=terminal, stdout=subprocess.PIPE, stderr=terminal, timeout=60, check=True)
        return done.stdout.decode(), " ".join(os.read(keyboard, 65_536).decode().split())
    finally:
        os.close(terminal)
        os.close(keyboard)


@pytest.mark.parametrize(("typed", "came"), [("y", "done\n"), ("n", "left\n"), ("", "left\n"), ("\x04", "left\n")])
def test_at_a_terminal_only_a_yes_goes_on(typed: str, came: str) -> None:
    said, screen = at_terminal(typed)
    assert said == came
    assert "The journal would be published again. Go on?" in screen


def test_with_yes_nothing_is_asked() -> None:
    said, screen = at_terminal("n", "--yes")
    assert (said, "Go on?" in screen) == ("done\n", False)


def test_without_a_terminal_it_goes_on_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ASKING], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.strip(), done.stderr) == ("done", "")


@pytest.mark.parametrize("name", ["republish", "recover", "replay", "resume"])
def test_what_cannot_be_taken_back_can_be_rehearsed_confirmed_and_read_by_machines(name: str) -> None:
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--dry-run", "--yes", "--json"} <= options
