"""`caytre clock`: the business time of a rehearsal."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from caytre.cli.reach import AsJson
from caytre.cli.screen import aside, emit, out
from caytre.core.clock import VIETNAM, Rehearsal, business_now
from caytre.local import control
from caytre.local.failures import SetupError
from caytre.local.folders import active_folder
from caytre.local.travelling import Journey, Stop

clock = typer.Typer(help="Look at and move the business time of a rehearsal.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(clock, name="clock")


def _moment(text: str) -> datetime:
    try:
        if len(text) == len("YYYY-MM-DD"):
            # A day is reached when it has begun in Vietnam and its first timers have fired.
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(hours=8)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SetupError(f"{text!r} is neither a day (2025-07-01) nor a moment (2025-07-01T09:30).") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=VIETNAM)


@clock.command("show")
def show(as_json: AsJson = False) -> None:
    """Say which business time the platform has, and when its rehearsal began."""
    platform = control.known(active_folder())
    rehearsal = Rehearsal(platform.clock) if platform.settings.rehearsal is not None else None
    now = rehearsal.now() if rehearsal is not None else business_now()
    if as_json:
        emit({"business_time": now.isoformat(), "rehearsal": str(rehearsal.began) if rehearsal is not None else None})
    else:
        kind = f"a rehearsal that began with {rehearsal.began}" if rehearsal is not None else "real time"
        out().print(f"{now.astimezone(VIETNAM):%Y-%m-%d %H:%M} in Vietnam, {kind}")


@clock.command("travel")
def travel(
    to: Annotated[str, typer.Argument(metavar="DAY|MOMENT", help="2025-07-01 (08:00 in Vietnam), 2025-07-01T17:00.")],
    as_json: AsJson = False,
) -> None:
    """Move business time forward, timer by timer.

    At each moment at which something falls due the clock stops until every message has been sent, every consumer has
    read and every mail has been tried. It never moves back: begin another rehearsal for that.

    \b
      caytre up --rehearsal 2023-01-01
      caytre clock travel 2023-03-01
    """
    journey = Journey(control.known(active_folder()))
    moment = _moment(to)
    begun = journey.now
    with aside().status("settling") as shown:

        def tell(stop: Stop) -> None:
            shown.update(f"{stop.at.astimezone(VIETNAM):%Y-%m-%d %H:%M}, timer {stop.number}")

        stops = journey.travel(moment, tell)
    if as_json:
        emit({"from": begun.isoformat(), "to": journey.now.isoformat(), "timers": stops})
    else:
        out().print(f"It is {journey.now.astimezone(VIETNAM):%Y-%m-%d %H:%M} in Vietnam; {stops} timers fired.")
