"""What commands print: results on standard output, progress on standard error, and JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.prompt import Confirm
from rich.table import Table


def out() -> Console:
    """For results."""
    return _wide_enough(stderr=False)


def aside() -> Console:
    """For what is said beside the result."""
    return _wide_enough(stderr=True)


def _wide_enough(*, stderr: bool) -> Console:
    # Where nobody's window bounds a line, it is not folded.
    console = Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else Console(stderr=stderr, width=220, highlight=False)


def progress(unit: str) -> Progress:
    """A bar with counts and speed; nothing where standard error is no terminal."""
    console = aside()
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]} " + unit + "/s"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def confirm(would: str, *, yes: bool) -> None:
    """Say what would be done and ask whether to, where somebody sits at a terminal. Raises typer.Abort for a no.

    Where nobody can answer, or with `yes`, it goes on at once: a script that asked for something means it.
    """
    if not yes and sys.stdin.isatty() and sys.stderr.isatty():
        try:
            # Not typer's: it writes a blank to standard output, where the result goes.
            agreed = Confirm.ask(f"{escape(would)} Go on?", console=aside(), default=False)
        except EOFError:
            agreed = False
        if not agreed:
            raise typer.Abort


def emit(content: Any) -> None:
    """JSON on standard output, Vietnamese as it is."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1, default=str))


def emit_line(content: Any) -> None:
    """One line of JSON, at once."""
    typer.echo(json.dumps(content, ensure_ascii=False, default=str))


def table(rows: Sequence[Mapping[str, object]], columns: Mapping[str, str] | Sequence[str]) -> Table:
    """A table of these columns (key, or key and heading); columns that are empty in all rows are left out."""
    headings = columns if isinstance(columns, Mapping) else {name: name for name in columns}
    found = Table(show_edge=False, pad_edge=False)
    shown = [name for name in headings if any(row.get(name) not in (None, "") for row in rows)]
    for name in shown:
        numbers = all(isinstance(row.get(name), int | float | None) for row in rows)
        found.add_column(headings[name], overflow="fold", justify="right" if numbers else "left")
    for row in rows:
        found.add_row(*(escape(_shown(row.get(name))) for name in shown))
    return found


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else ""
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.1f}"
        case _:
            return str(value)
