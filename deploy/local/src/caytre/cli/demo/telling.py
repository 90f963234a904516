"""The running account on the console, and the story's end in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape

from caytre.cli.demo.story.people import BAMBOO
from caytre.core.clock import VIETNAM
from caytre.local.travelling import Stop

OPENING = f"""[bold]What of this is real[/]
  Sources report: Thái Bình's working trip to Korea in early 2023 and the invitation to the former President, the
  diplomatic channel, the visit and the event of 1 December 2023, and Meet Korea of 14 May 2025 with a memorandum of
  enterprises. From law are the days that things fall due and the merger of 1 July 2025. Everything else is illustration
  and never happened: {BAMBOO}, its counterpart, companies, papers, meeting, agreement, standstill, plan and investment.
"""
_MARKS = {
    "sourced": "[green]sourced[/]     ",
    "law": "[cyan]law[/]         ",
    "illustration": "[yellow]illustration[/]",
}


class Account:
    """Tells what is done while it is done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._already = 0
        self.acts: list[dict[str, str]] = []

    def opening(self) -> None:
        """The sentence that says what is real."""
        self._console.print(OPENING)

    def step(self, n: int, of: int, title: str) -> None:
        """A step begins."""
        self._flush()
        self._console.print(f"\n[bold]Step {n} of {of}[/]  {escape(title)}")

    def did(self, words: str, origin: str, *, already: bool) -> None:
        """Something was done, or was there."""
        if already:
            self._already += 1
            return
        self.acts.append({"told": words, "origin": origin})
        self._console.print(f"  {_MARKS[origin]} {escape(words)}", soft_wrap=True)

    def says(self, words: str) -> None:
        """What has happened by itself."""
        self._console.print(f"  [cyan]→[/] {escape(words)}", soft_wrap=True)

    def travelled(self, at: datetime, stops: int, seconds: float) -> None:
        """Business time has moved."""
        self._console.print(f"  [dim]… it is {at:%Y-%m-%d %H:%M}: {stops} timers fired, {seconds:.1f} s[/]")

    @contextmanager
    def travelling(self, to: datetime) -> Iterator[Callable[[Stop], None]]:
        """While business time moves."""
        with self._console.status(f"travelling to {to:%Y-%m-%d}") as shown:

            def tell(stop: Stop) -> None:
                shown.update(f"travelling to {to:%Y-%m-%d}: {stop.at.astimezone(VIETNAM):%Y-%m-%d %H:%M}")

            yield tell

    def end(self) -> None:
        """The last step is over."""
        self._flush()

    def _flush(self) -> None:
        if self._already:
            self._console.print(f"  [dim]{self._already} were there already; nothing was done twice.[/]")
            self._already = 0


def show(console: Console, found: Mapping[str, Any]) -> None:
    """The end of the story, as the platform shows it."""
    _lineage(console, found["lineage"])
    _dates(console, found)
    console.print("\n[bold]The standstill of the agreement[/] (illustration)")
    for each in found["standstill"]:
        console.print(f"  {each['on']}  {each['what'].replace('_', ' ')}")
    _succession(console, found["succession"])
    _mails(console, found["mails"])
    console.print("\n[bold]Look at it[/] (the gateway's addresses want a token)")
    for name, url in found["links"].items():
        console.print(f"  {name:<28} {url}", markup=False, soft_wrap=True)
    console.print(
        "\n  TOKEN=$(caytre token --role ministry_officer)\n"
        f'  curl -H "Authorization: Bearer $TOKEN" {found["links"]["the lineage"]}\n'
        f"  caytre clock show      it is {found['business_time']} in this rehearsal\n"
        "  caytre up              the ordinary platform again; caytre demo comes back here",
        markup=False,
        soft_wrap=True,
    )


def _lineage(console: Console, found: Mapping[str, Any]) -> None:
    console.print("\n[bold]From the investment back to the trip of early 2023[/]")
    for path in found["paths"]:
        for step in path["steps"]:
            relation = f"{step['relation']} ({step['link_origin']})" if step["relation"] else ""
            share = f", {step['share']} %" if step["share"] else ""
            console.print(
                f"  {relation:<44} {step['kind']}: {step['label']} [{step['origin']}]{share}",
                markup=False,
                soft_wrap=True,
            )
        console.print(f"  weakest provenance: [bold]{path['weakest']}[/]\n")


def _dates(console: Console, found: Mapping[str, Any]) -> None:
    console.print("[bold]Two dates and how they came about[/]")
    for each in found["dates"]:
        console.print(f"  {each['code']} {each['due_on']}", markup=False)
        for language in ("vi", "en"):
            console.print(f"    {each['explanation'][language]}", style="dim", markup=False, soft_wrap=True)
    readings = found["permission"]
    console.print(f"  Who permits the fair is {'certain' if readings['certain'] else 'unverified, both readings'}:")
    for reading in readings["readings"]:
        console.print(f"    {reading['authority']}: {reading['text']}", style="dim", markup=False, soft_wrap=True)


def _succession(console: Console, found: Mapping[str, Any]) -> None:
    console.print("\n[bold]1 July 2025[/] (law)")
    for name, homes in found["records"].items():
        console.print(f"  {name:<12} {' → '.join(homes)}", markup=False)
    case = found["agreement"]
    console.print(
        f"  agreement    {case['from']} → {case['to']}, {case['resolution']}, {case['status']} (illustration)"
    )


def _mails(console: Console, found: Mapping[str, Any]) -> None:
    counts = ", ".join(f"{count} in {language}" for language, count in sorted(found["count"].items()))
    console.print(f"\n[bold]Mails[/] ({counts}); the first of each kind:")
    for mail in found["shown"]:
        console.print(f"  {mail['language']}  {mail['subject']}", markup=False, soft_wrap=True)
        console.print(f"      to {mail['to']}  {mail['trace'] or ''}", style="dim", markup=False, soft_wrap=True)
