"""`caytre demo`: the story from a trip to an investment, played on a rehearsal platform of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx2
import typer

from caytre.cli.demo.account import account
from caytre.cli.demo.examples import bring_in
from caytre.cli.demo.scene import Scene
from caytre.cli.demo.stage import Stage
from caytre.cli.demo.steps import december, early, later
from caytre.cli.demo.telling import Account, show
from caytre.cli.platform import start
from caytre.cli.reach import AsJson, Reach
from caytre.cli.screen import aside, emit, out
from caytre.local.folders import rehearsal_folder
from caytre.local.settings import from_environment
from caytre.local.travelling import Journey

NAME, BEGINS = "demo", "2023-01-01"
STEPS: tuple[tuple[str, Callable[[Scene], None]], ...] = (
    ("Early 2023: a trip to Korea", early.trip),
    ("An invitation and its channel", early.invitation),
    ("Who permits a fair on the side, and until when to apply", early.permission),
    ("1 December 2023: the visit and the event", december.visit),
    ("A meeting, a lead, a memorandum", december.meeting),
    ("An agreement that nobody follows up", december.agreement),
    ("A plan, its milestones, an investment", later.plan),
    ("14 May 2025: Meet Korea", later.meet_korea),
    ("1 July 2025: the merger", later.merger),
)


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(demo)


def demo(as_json: AsJson = False) -> None:
    """Play the story from a trip to an investment, on a rehearsal of its own.

    An ordinary platform that is running is stopped first; its data stay. The
    rehearsal begins with 1 January 2023 and travels on between the steps, so
    that deadlines fall due, agreements stall and mails go out on their days.
    It says first what sources report and what is illustration, and is left
    running to be looked at. A second run changes nothing; an interrupted one
    goes on.

    \b
      caytre demo
      caytre up           the ordinary platform again
    """
    console = aside() if as_json else out()
    telling = Account(console)
    telling.opening()
    settings = replace(from_environment(), rehearsal=BEGINS)
    platform = start(console, rehearsal_folder(NAME), settings)
    reach = Reach()
    with httpx2.Client(base_url=reach.gateway(), timeout=60, trust_env=False) as client:
        scene = Scene(Stage(client, reach), Journey(platform), telling)
        for n, (title, play) in enumerate(STEPS, 1):
            telling.step(n, len(STEPS) + 1, title)
            play(scene)
        bring_in(console, reach)
        telling.step(len(STEPS) + 1, len(STEPS) + 1, "Back from the investment to the trip")
        scene.settle()
        telling.end()
        found = account(scene, platform, reach.gateway())
    if as_json:
        emit({"acts": telling.acts, **found})
    else:
        show(console, found)
