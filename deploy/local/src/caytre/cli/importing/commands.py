"""`caytre import agreements` and `caytre import partners`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer
from rich.console import Console

from caytre.cli.importing.agreement_rows import agreement_row
from caytre.cli.importing.book import Book, ReadRow, read_book
from caytre.cli.importing.columns import AGREEMENTS, PARTNERS, Column
from caytre.cli.importing.outcome import Outcome, counts, in_words
from caytre.cli.importing.partner_rows import partner_row
from caytre.cli.importing.reporting import FORMATS, as_json, write_report
from caytre.cli.importing.running import Done, Plan, Run
from caytre.cli.importing.sending import Sender
from caytre.cli.importing.sheet import UnreadableFile
from caytre.cli.reach import AsJson, DryRun, Reach, Token, Url
from caytre.cli.screen import aside, emit, out, progress
from caytre.core.ids import new_id
from caytre.local.failures import SetupError

group = typer.Typer(
    name="import",
    help="Take over registers kept in spreadsheets: agreements, partners.",
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


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    app.add_typer(group)


@dataclass(frozen=True)
class Kind:
    """What is imported: its columns, how a row is read, where it goes."""

    name: str
    columns: Sequence[Column]
    read_row: ReadRow[Any]
    path: str


KINDS = {
    "agreements": Kind("agreements", AGREEMENTS, agreement_row, "/agreements/recordings"),
    "partners": Kind("partners", PARTNERS, partner_row, "/partners/recordings"),
}


@group.command()
def agreements(
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
    """Take over a register of agreements.

    Columns are found by their headers in any order, Vietnamese or English, with
    or without accents; the table is in examples/stock/README.md. Needed are
    number, title, province, partner, country and day of signing; only of an
    international organisation the country may be empty. A row is taken over
    whole or not at all; good rows go in, the others are told with column and
    reason. The number in its register makes the row: the same file twice
    changes nothing, a changed row is told as a difference and followed with
    --update. Partners that are not known yet come in with their row. Nothing
    that fell due in the past sends mail.

    The exit code is 1 when a row was refused or the platform did not answer.

    \b
      caytre import agreements examples/stock/agreements.xlsx --dry-run
      caytre import agreements so.xlsx --sheet "Năm 2024" --report ket-qua.xlsx
      caytre import agreements so.csv --source "Sổ của Sở" --update
    """
    plan = Plan(not dry_run, update, all_or_nothing, concurrency)
    _import(KINDS["agreements"], file, plan, source, report, sheet or [], Reach(url, token), as_json)


@group.command()
def partners(
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
    """Take over a list of foreign partners.

    Needed are number, name and country, which only of an international
    organisation may be empty. Rows with a source that was published
    (Xuất xứ: nguồn công khai) keep which publication and statement names the
    partner. A partner is verified only here, never by an import.

    The exit code is 1 when a row was refused or the platform did not answer.

    \b
      caytre import partners examples/sources/partners.csv --source publications
      caytre import partners doi-tac.xlsx --dry-run --report ket-qua.csv
    """
    plan = Plan(not dry_run, update, all_or_nothing, concurrency)
    _import(KINDS["partners"], file, plan, source, report, sheet or [], Reach(url, token), as_json)


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
    if done.stopped:
        raise SetupError(done.stopped)
    if any(one.outcome in {"refused", "left out"} for one in done.outcomes):
        raise typer.Exit(1)


def import_file(
    kind: Kind, file: Path, plan: Plan, reach: Reach, *, source: str | None = None, sheets: Sequence[str] = ()
) -> tuple[Book[Any], Done]:
    """Read a file and send its rows through the gateway, showing progress. Raises SetupError."""
    try:
        book = read_book(file, kind.columns, kind.read_row, source=source, wanted=sheets)
    except UnreadableFile as error:
        raise SetupError(str(error)) from error
    for remark in book.remarks:
        aside().print(remark, markup=False)
    return book, asyncio.run(_send(kind, book, plan, reach))


async def _send(kind: Kind, book: Book[Any], plan: Plan, reach: Reach) -> Done:
    headers = {"Authorization": f"Bearer {reach.token('ministry_officer')}", "Accept-Language": "en"}
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
            sender = Sender(client, kind.path, str(new_id()))
            return await Run(sender, plan, seen).run(book.rows)


def tell(
    console: Console, book: Book[Any], done: Done, plan: Plan, seconds: float | None, report: Path | None = None
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
        console.print(f"  {_place(one)}: {'; '.join(map(str, one.problems))}", markup=False)
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
