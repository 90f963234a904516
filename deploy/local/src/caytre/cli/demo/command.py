"""`caytre demo`: examples, and one agreement played through the whole procedure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
import typer
from rich.console import Console

from caytre.cli.demo.playing import Happened, Stage
from caytre.cli.demo.story import (
    AGREEMENT_REF,
    COUNTRY,
    DISAGREEING,
    LOCALITY,
    OFFICER,
    PARTNER_NAME,
    PARTNER_REF,
    REGISTER_NO,
    SYSTEM,
    Act,
    agreement_acts,
    agreement_body,
    opinion_of,
    partner_acts,
    partner_body,
)
from caytre.cli.importing.commands import KINDS, import_file, tell
from caytre.cli.importing.running import Plan
from caytre.cli.reach import AsJson, Reach
from caytre.cli.screen import aside, emit, out
from caytre.core import telemetry
from caytre.core.clock import business_today
from caytre.local.failures import SetupError
from caytre.local.folders import checkout

BEFOREHAND = f"""[bold]What is real in this, and what is not[/]
  Partners from examples/sources are named in publications; nothing is said of them that those do not report.
  Everything else is illustration: {LOCALITY.name_vi} and all provinces called “Minh Họa”, the partners and agencies
  called “minh họa”, the papers, dates and opinions. The Ministry of Foreign Affairs and the Prime Minister appear
  as offices that the procedure names; what they answer here was never said by anyone.
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(demo)


def demo(as_json: AsJson = False) -> None:
    """Load the examples and play one agreement from the proposal to the statutory
    report.

    It says first what is illustration. Every act goes through the gateway with
    a token of the right role; for each it shows the message, its place in the
    journal and on Kafka, and when the gateway's view had it. A second run
    changes nothing. It needs the platform on this machine: `caytre up`.

    \b
      caytre up && caytre demo
    """
    reach = Reach()
    console = aside() if as_json else out()
    console.print(BEFOREHAND)
    _examples(console, reach)
    with httpx2.Client(base_url=reach.gateway(), timeout=60, trust_env=False) as client:
        told = Telling(console, Stage(client, reach))
        partner = told.partner()
        agreement = told.agreement(partner)
    links = _links(reach, agreement["id"], told.last)
    if as_json:
        emit({"agreement": agreement["id"], "partner": partner["id"], "status": agreement["status"],
              "acts": told.acts, "links": links})  # fmt: skip
    else:
        _farewell(console, agreement, links)


def _examples(console: Console, reach: Reach) -> None:
    folder = checkout() / "examples"
    console.print("[bold]Examples[/]")
    for kind, file, source in (
        ("partners", folder / "sources" / "partners.csv", "publications"),
        ("agreements", folder / "stock" / "agreements.xlsx", None),
    ):
        book, done = import_file(KINDS[kind], file, plan := Plan(), reach, source=source)
        if done.stopped:
            raise SetupError(done.stopped)
        tell(console, book, done, plan, None)
        found = {one.outcome for one in done.outcomes}
        if "unchanged" in found and found <= {"unchanged", "refused"}:
            console.print("  already there")


class Telling:
    """Plays the story and tells it."""

    def __init__(self, console: Console, stage: Stage) -> None:
        self._console = console
        self._stage = stage
        self._already = 0
        self.acts: list[dict[str, Any]] = []
        self.last: Happened | None = None

    def partner(self) -> dict[str, Any]:
        """The partner, registered and verified."""
        self._console.print("\n[bold]An invented partner[/]")
        query = urlencode({"country": COUNTRY, "search": PARTNER_NAME})
        found = self._found(f"/partners?{query}", PARTNER_REF)
        if found is None:
            found = self._stage.say(OFFICER, "/partners", partner_body()).json()
            self._tell("partner", found, f"{OFFICER.name} registers {PARTNER_NAME}")
        else:
            self._already += 1
        return self._play("partner", found, partner_acts(business_today()))

    def agreement(self, partner: Mapping[str, Any]) -> dict[str, Any]:
        """The agreement, signed and reported."""
        self._console.print("\n[bold]An illustrated agreement, by Law 70/2020/QH14, Art. 19[/]")
        query = urlencode({"external_system": SYSTEM, "external_id": AGREEMENT_REF})
        found = self._found(f"/agreements?{query}", AGREEMENT_REF)
        if found is None:
            found = self._stage.say(OFFICER, "/agreements", agreement_body(partner["id"])).json()
            self._tell("agreement", found, f"{OFFICER.name} proposes it as {REGISTER_NO}")
        else:
            self._already += 1
        return self._play("agreement", found, agreement_acts(business_today()))

    def _found(self, path: str, number: str) -> dict[str, Any] | None:
        items: Iterable[dict[str, Any]] = self._stage.get(path)["items"]
        return next((one for one in items if {"system": SYSTEM, "id": number} in one.get("external_refs", ())), None)

    def _play(self, kind: str, state: dict[str, Any], acts: Iterable[Act]) -> dict[str, Any]:
        for act in acts:
            if act.path == "/escalation":
                self._show_refusal(state)
            before = state
            state = self._stage.play(kind, before, act)
            if state is before:
                self._already += 1
            else:
                self._tell(kind, state, f"{act.actor.name} {act.told}")
        if self._already:
            self._console.print(f"  {self._already} acts were already there; nothing was done twice.")
            self._already = 0
        return state

    def _show_refusal(self, state: Mapping[str, Any]) -> None:
        """That the province cannot pass over the disagreement, tried out."""
        if state["status"] == "CONSULTING" and opinion_of(state, DISAGREEING).get("answer") == "disagree":
            said = self._stage.is_refused(OFFICER, f"/agreements/{state['id']}/consultation/closure", state["version"])
            self._console.print(f"  [yellow]✗[/] {OFFICER.name} tries to close the consultation and is refused:")
            self._console.print(f"      {said}", style="dim", markup=False)

    def _tell(self, kind: str, state: Mapping[str, Any], told: str) -> None:
        happened = self._stage.happened(kind, state)
        self.last = happened
        self.acts.append({"told": told, **asdict(happened)})
        took = "" if happened.milliseconds is None else f", in the gateway's view after {happened.milliseconds:.0f} ms"
        self._console.print(f"  [green]✓[/] {told}")
        self._console.print(
            f"      {happened.type}  journal {happened.position}  {happened.partition}{took}", style="dim", markup=False
        )


def _links(reach: Reach, id: str, last: Happened | None) -> dict[str, str]:
    gateway = reach.gateway()
    links = {
        "the agreement": f"{gateway}/views/agreements/{id}",
        "its journey, hop by hop": f"{gateway}/journey/{id}",
        "found by its number": f"{gateway}/views/agreements?q={quote(REGISTER_NO)}",
    }
    zipkin = reach.platform.zipkin
    if zipkin is not None:
        query = quote(f"{telemetry.REGISTER_NO}={REGISTER_NO}", safe="")
        links["its traces, by its number"] = f"{zipkin.address}/zipkin/?annotationQuery={query}&limit=100"
        if last is not None and last.trace_id is not None:
            links["the trace of the last act"] = f"{zipkin.address}/zipkin/traces/{last.trace_id}"
    return links


def _farewell(console: Console, agreement: Mapping[str, Any], links: Mapping[str, str]) -> None:
    console.print(f"\n[bold green]{REGISTER_NO} is {agreement['status']}[/] (illustration).")
    for name, url in links.items():
        console.print(f"  {name:<26} {url}", markup=False, soft_wrap=True)
    console.print(
        "\nTry next (the gateway's addresses want a token):\n"
        "  TOKEN=$(caytre token --role locality_officer --locality " + LOCALITY.id + ")\n"
        f'  curl -H "Authorization: Bearer $TOKEN" {links["its journey, hop by hop"]}\n'
        f"  caytre tail agreements --from-beginning --no-follow --record {agreement['id']}\n"
        "  caytre verify        is the journal what was recorded?\n"
        "  caytre lag           how far are consumers behind?\n"
        "  caytre import agreements examples/stock/agreements_with_errors.csv --dry-run",
        markup=False,
        soft_wrap=True,
    )
