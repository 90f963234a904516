"""`caytre top`: how everything runs, live."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from caytre.cli.reach import AsJson, Reach
from caytre.cli.screen import emit_line, out
from caytre.cli.top_screen import screen
from caytre.local.metrics import Reading
from caytre.local.overview import Overview, overview, readings

#: Between the two looks that a single picture needs to know what happens in a second.
_APART_SECONDS = 1.0

#: Waits so many seconds; False when whoever watches wants to go.
Pause = Callable[[float], bool]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(top)


def top(
    url: Annotated[
        list[str] | None,
        typer.Option(
            "--url",
            help="A process elsewhere, by the address at which it answers /metrics; may be repeated.",
        ),
    ] = None,
    interval: Annotated[float, typer.Option("--interval", "-i", min=0.5, help="Seconds between two looks.")] = 2.0,
    once: Annotated[
        bool, typer.Option("--once", help="One picture, a second after the first look, and no more.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show how everything runs: relays, consumers, obligations and mail, live.

    Lag is told in messages and in seconds; rates are those since the last look.
    A process that does not answer says so in its line. On a terminal the picture
    is renewed until q or Ctrl-C; in a pipe one follows the other. With --json
    each look is one line. It reads /metrics, which needs no token and is not
    reachable through a proxy.

    \b
      caytre top
      caytre top --once --json
      caytre top --url http://10.0.0.5:8080 --url http://10.0.0.6:8080
    """
    places = [("", each) for each in url] if url else [(one.name, one.url) for one in Reach().services()]
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with _shown(as_json) as (show, pause):
            _watch(places, show, pause, interval, once)
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)


def _watch(
    places: list[tuple[str, str]], show: Callable[[Overview], None], pause: Pause, interval: float, once: bool
) -> None:
    before: list[Reading] = []
    if once:
        before = readings(places)
        time.sleep(_APART_SECONDS)
    while True:
        began, now = time.monotonic(), readings(places)
        show(overview(now, before))
        before = now
        if once or not pause(max(0.1, interval - (time.monotonic() - began))):
            return


@contextmanager
def _shown(as_json: bool) -> Iterator[tuple[Callable[[Overview], None], Pause]]:
    console = out()
    if as_json:
        yield (lambda seen: emit_line(asdict(seen))), _slept
    elif console.is_terminal and sys.stdin.isatty():
        with _keys() as pause, Live(console=console, screen=True, auto_refresh=False) as live:
            yield (lambda seen: live.update(screen(seen), refresh=True)), pause
    else:
        yield (lambda seen: _print(console, seen)), _slept


def _print(console: Console, seen: Overview) -> None:
    console.print(screen(seen), "")


def _slept(seconds: float) -> bool:
    time.sleep(seconds)
    return True


@contextmanager
def _keys() -> Iterator[Pause]:
    """Keys are read as they are pressed; Ctrl-C stays a signal. The terminal is given back as it was."""
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    tty.setcbreak(keyboard)

    def pause(seconds: float) -> bool:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select.select([keyboard], [], [], left)[0]:
                pressed = os.read(keyboard, 64)
                # Nothing read: the terminal has gone.
                if not pressed or b"q" in pressed.lower():
                    return False
        return True

    try:
        yield pause
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
