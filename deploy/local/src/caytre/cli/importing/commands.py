"""`caytre import`: one command for each kind of register, all with the same options."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from rich.console import Console

from caytre.cli.importing.agreements import AGREEMENTS
from caytre.cli.importing.book import Book, read_book
from caytre.cli.importing.delegations import DELEGATIONS
from caytre.cli.importing.kind import Kind
from caytre.cli.importing.outcome import Outcome, counts, in_words
from caytre.cli.importing.partners import PARTNERS
from caytre.cli.importing.plans import PLANS
from caytre.cli.importing.reporting import FORMATS, as_json, write_report
from caytre.cli.importing.running import INTERRUPTED, Done, Plan, Run
from caytre.cli.importing.sending import Sender
from caytre.cli.importing.sheet import UnreadableFile
from caytre.cli.reach import AsJson, DryRun, Reach, Token, Url
from caytre.cli.screen import aside, emit, out, progress
from caytre.core.ids import new_id
from caytre.local.failures import SetupError

group = typer.Typer(
    name="import",
    help="Take over registers kept in spreadsheets: agreements, partners, annual plans, delegations.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

File = Annotated[Path, typer.Argument(help="A CSV or XLSX file.", exists=True, dir_okay=False, readable=True)]
AllOrNothing = Annotated[
    bool, typer.Option("--all-or-nothing", help="Check every row first; take none over when one is refused.")
]
Update = Annotated[bool, typer.Option("--update", help="Change records here that differ from the file.")]
SourceName = Annotated[
    str | None, typer.Option("--source", help="Name of the register, for rows that name none (else the file's name).")
]
ReportFile = Annotated[Path | None, typer.Option("--report", help="Write what came of each row: .csv, .xlsx or .json.")]
Sheets = Annotated[list[str] | None, typer.Option("--sheet", help="A sheet of the workbook; may be repeated.")]
Concurrency = Annotated[int, typer.Option("--concurrency", min=1, max=64, help="Rows under way at a time.")]

_SHOWN = 20
KINDS = {kind.name: kind for kind in (AGREEMENTS, PARTNERS, PLANS, DELEGATIONS)}
_ENDING = """
Columns are found by their headers in any order, Vietnamese or English, with
or without accents; the table is in examples/stock/README.md. A row is taken
over whole or not at all; good rows go in, the others are told with cell,
value and what is expected. The number in its register makes the row: the same
file twice changes nothing, a changed row is told as a difference and followed
with --update.

Exit codes: 0 every row is in, was there already or differs and was told; 1 a
row was refused or left out, the file cannot be read, or the platform did not
answer; 2 wrong usage; 130 interrupted. Run it again after 1 and 130: what is
in stays, and does not come in twice. --json has file, counts, remarks,
dry_run, stopped and rows, each with outcome, problems, differences and notes;
docs/operating.md says more.
"""


def register(app: typer.Typer) -> None:
    """Add the group of commands: one for each kind."""
    for kind in KINDS.values():
        help = kind.help + _ENDING + kind.examples
        group.command(kind.name, help=help)(_command(kind))
    app.add_typer(group)


def _command(kind: Kind) -> Callable[..., None]:
    def take_over(
        file: File,
        dry_run: DryRun = False,
        all_or_nothing: AllOrNothing = False,
        update: Update = False,
        source: SourceName = None,
        report: ReportFile = None,
        sheet: Sheets = None,
        concurrency: Concurrency = 8,
        url: Url = None,
        token: Token = None,
        as_json: AsJson = False,
    ) -> None:
        plan = Plan(not dry_run, update, all_or_nothing, concurrency)
        _import(kind, file, plan, source, report, sheet or [], Reach(url, token), as_json)

    return take_over


def _import(
    kind: Kind,
    file: Path,
    plan: Plan,
    source: str | None,
    report: Path | None,
    sheets: list[str],
    reach: Reach,
    machine: bool,
) -> None:
    if report is not None and report.suffix.lower() not in FORMATS:
        raise typer.BadParameter(f"ends with none of {', '.join(FORMATS)}", param_hint="--report")
    began = time.monotonic()
    book, done = import_file(kind, file, plan, reach, source=source, sheets=sheets)
    seconds = time.monotonic() - began
    if report is not None:
        write_report(report, book.file, done.outcomes, book.remarks)
    if machine:
        emit({**as_json(book.file, done.outcomes, book.remarks), "dry_run": not plan.apply, "stopped": done.stopped})
    else:
        tell(out(), book, done, plan, seconds, report)
    if done.stopped == INTERRUPTED:
        aside().print(done.stopped)
        raise typer.Exit(130)
    if done.stopped:
        raise SetupError(done.stopped)
    if any(one.outcome in {"refused", "left out"} for one in done.outcomes):
        raise typer.Exit(1)


def import_file(
    kind: Kind, file: Path, plan: Plan, reach: Reach, *, source: str | None = None, sheets: Sequence[str] = ()
) -> tuple[Book, Done]:
    """Read a file and send its rows through the gateway, showing progress. Raises SetupError."""
    try:
        book = read_book(file, kind, source=source, wanted=sheets)
    except UnreadableFile as error:
        raise SetupError(f"{error.words.vi}\n{error.words.en}") from error
    for remark in book.remarks:
        aside().print(f"{remark.vi}\n{remark.en}", markup=False)
    return book, asyncio.run(_send(kind, book, plan, reach))


async def _send(kind: Kind, book: Book, plan: Plan, reach: Reach) -> Done:
    headers = {"Authorization": f"Bearer {reach.token('ministry_officer')}"}
    limits = httpx2.Limits(max_connections=plan.concurrency, max_keepalive_connections=plan.concurrency)
    began, finished = time.monotonic(), 0
    with progress("rows") as bar:
        task = bar.add_task(kind.name, total=len(book.rows), rate="-")

        def seen(_: Outcome) -> None:
            nonlocal finished
            finished += 1
            bar.update(task, completed=finished, rate=f"{finished / max(time.monotonic() - began, 0.001):,.0f}")

        async with httpx2.AsyncClient(
            base_url=reach.gateway(), headers=headers, limits=limits, timeout=30, trust_env=False
        ) as client:
            sender = Sender(client, kind, str(new_id()))
            return await Run(sender, plan, seen).run(book.rows)


def tell(
    console: Console, book: Book, done: Done, plan: Plan, seconds: float | None, report: Path | None = None
) -> None:
    """Say what came of an import, with the first rows that were refused or differ."""
    found = counts(done.outcomes)
    shown = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(found.items())) or "no rows"
    would = "" if plan.apply else " would be"
    took = "" if seconds is None else f" ({seconds:.1f} s, {len(done.outcomes) / max(seconds, 0.001):,.0f} rows/s)"
    console.print(f"{book.file}:{would} {shown}{took}.", markup=False)
    refused = [one for one in done.outcomes if one.outcome == "refused"]
    different = [one for one in done.outcomes if one.outcome in {"different", "updated"}]
    for one in refused[:_SHOWN]:
        for problem in one.problems:
            console.print(f"  {_place(one)}: {problem.words.vi}\n    {problem.words.en}", markup=False)
    for one in different[:_SHOWN]:
        console.print(f"  {_place(one)} {one.outcome}: {'; '.join(map(in_words, one.differences))}", markup=False)
    if len(refused) > _SHOWN or len(different) > _SHOWN:
        console.print("  … and more; --report FILE.xlsx has all of them." if report is None else "  … and more.")
    if "left out" in found:
        console.print("Nothing was taken over, because all or nothing was asked for.")
    if "different" in found and not plan.update:
        console.print("Run it again with --update to change what differs.")
    if report is not None:
        console.print(f"The report is in {report}.", markup=False)


def _place(one: Outcome) -> str:
    sheet = f"{one.sheet} " if one.sheet else ""
    return f"{sheet}row {one.row} ({one.number or 'without number'})"
