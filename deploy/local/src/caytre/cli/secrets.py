"""Secrets for a command: from the environment, a file or standard input, never as an argument.

What stands on a command line, every user of the machine reads in the list of processes, and the shell's history keeps.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import typer

from caytre.local.failures import SetupError


def said(text: str, name: str, variable: str, secret: Callable[[str], bool]) -> str:
    """What an argument stands for: the content of `@FILE`, a line of standard input for `-`, else itself.

    Raises SetupError for an argument that is itself a `secret`, and for a file that cannot be read.
    """
    if text == "-":
        return sys.stdin.readline().strip()
    if text.startswith("@"):
        try:
            return Path(text[1:]).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SetupError(f"{name} cannot be read from {text[1:]}: {error}") from error
    if secret(text):
        raise SetupError(
            f"{name} would be seen by everybody on this machine in the list of processes. Put it into a file and give "
            f"@FILE, give - and write it to standard input, or set {variable}."
        )
    return text


def whole(text: str) -> bool:
    """Everything that is given is secret, as an access token is."""
    return bool(text)


def in_address(text: str) -> bool:
    """An address is secret with a password in it: as part of the authority or as a parameter."""
    parts = urlsplit(text)
    return parts.password is not None or "password=" in parts.query


def option(secret: Callable[[str], bool]) -> Callable[[typer.Context, typer.CallbackParam, str | None], str | None]:
    """A callback for an option with a variable of its own; what comes from the variable is taken as it is."""

    def callback(context: typer.Context, parameter: typer.CallbackParam, value: str | None) -> str | None:
        if value is None or parameter.name is None:
            return value
        source = context.get_parameter_source(parameter.name)
        if source is None or source.name != "COMMANDLINE":
            return value
        return said(value, parameter.opts[0], str(parameter.envvar), secret)

    return callback
