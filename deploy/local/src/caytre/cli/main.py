"""`caytre`: the platform from the command line, one module per group of commands."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from caytre.cli import bench, clock, consumers, keys, parked, platform, recovering, token, top, topics, verifying
from caytre.cli.demo import command
from caytre.cli.importing import commands
from caytre.local.failures import SetupError

app = typer.Typer(
    name="caytre",
    help="Run Caytre on this machine, look at it and work with it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for group in (
    platform,
    top,
    clock,
    keys,
    token,
    topics,
    consumers,
    parked,
    recovering,
    verifying,
    commands,
    command,
    bench,
):
    group.register(app)


def run() -> None:
    """The console script: what the machine refuses is told in a sentence, not in a traceback."""
    try:
        app()
    except SetupError as error:
        Console(stderr=True).print(f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    run()
