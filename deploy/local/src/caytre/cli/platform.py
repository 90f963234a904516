"""`caytre up`, `status` and `down`."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from caytre.cli import secrets
from caytre.core.clock import VIETNAM, Rehearsal, business_today
from caytre.local import control, issuer
from caytre.local.failures import SetupError
from caytre.local.folders import activate, active_folder, home_folder, rehearsal_folder
from caytre.local.platform import Platform
from caytre.local.progress import State, Step
from caytre.local.report import Line, Report, report
from caytre.local.settings import Settings, from_environment, parse_port

_COLOURS = {"ready": "green", "external": "cyan", "not ready": "yellow", "restarting": "yellow", "down": "red"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(up)
    app.command()(status)
    app.command()(down)


def _step(step: Step) -> RenderableType:
    if step.seconds is None:
        return Spinner("dots", Text(f" {step.name:<24} {step.detail}"), style="cyan")
    return Text.assemble(("✓", "green"), f" {step.name:<24} {step.detail}", (f"  {step.seconds:.1f} s", "dim"))


@contextmanager
def _watcher(console: Console) -> Iterator[Callable[[State], None]]:
    """Shows steps as they go: live on a terminal, a line for each finished step elsewhere."""
    if console.is_terminal:
        with Live(console=console, refresh_per_second=10) as live:
            yield lambda state: live.update(Group(*map(_step, state.steps)))
        return
    told: set[str] = set()

    def tell(state: State) -> None:
        for step in state.steps:
            if step.seconds is not None and step.name not in told:
                told.add(step.name)
                console.print(f"{step.name}: {step.detail or 'done'} ({step.seconds:.1f} s)", soft_wrap=True)

    yield tell


def _pairs(values: list[str], option: str) -> dict[str, str]:
    pairs = dict(value.partition("=")[::2] for value in values)
    if "" in pairs or "" in pairs.values():
        raise SetupError(f"{option} takes NAME=VALUE, for example {option} kafka=19092")
    return pairs


def up(
    port: Annotated[
        list[str] | None,
        typer.Option(
            help="NAME=PORT of a service or engine (gateway, agreements, kafka, kafka_controller, zipkin, …)."
        ),
    ] = None,
    service: Annotated[list[str] | None, typer.Option(help="Start this service only; may be repeated.")] = None,
    engines: Annotated[bool, typer.Option("--engines", help="Start the engines and no service.")] = False,
    kafka: Annotated[str | None, typer.Option(help="HOST:PORT of a Kafka to use instead of the embedded one.")] = None,
    database: Annotated[
        list[str] | None,
        typer.Option(
            help="SERVICE=@FILE, with the address of a PostgreSQL database to use instead of the embedded one; "
            "SERVICE=URL where it has no password."
        ),
    ] = None,
    otlp: Annotated[str | None, typer.Option(help="OTLP endpoint to use instead of the embedded dashboard.")] = None,
    rehearsal: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Start a rehearsal whose business time begins on this day."),
    ] = None,
    name: Annotated[str, typer.Option(help="Which rehearsal; each has data of its own.")] = "rehearsal",
) -> None:
    """Start the platform in the background, wait until it is ready, and say where it is.

    A rehearsal is a platform with data of its own whose business time is moved by `caytre clock travel`. It uses the
    same ports: whichever platform runs is stopped first, and its data stay. Without --rehearsal the ordinary one runs.

    What is running already is left as it is. Every option can be an environment variable: `CAYTRE_KAFKA_PORT`,
    `CAYTRE_AGREEMENTS_PORT`, `CAYTRE_AGREEMENTS_DATABASE_URL`, `KAFKA_BOOTSTRAP_SERVERS`,
    `OTEL_EXPORTER_OTLP_ENDPOINT`.
    """
    console = Console()
    settings = from_environment()
    ports = {name: parse_port(text, f"--port {name}") for name, text in _pairs(port or [], "--port").items()}
    settings = settings.with_ports(ports)
    databases = {
        name: secrets.said(text, f"--database {name}", f"CAYTRE_{name.upper()}_DATABASE_URL", secrets.in_address)
        for name, text in _pairs(database or [], "--database").items()
    }
    settings = replace(
        settings,
        databases={**settings.databases, **databases},
        bootstrap_servers=kafka or settings.bootstrap_servers,
        otlp=otlp or settings.otlp,
    )
    if service or engines:
        settings = settings.only(service or [])
    folder = home_folder()
    if rehearsal is not None:
        settings = replace(settings, rehearsal=_day(rehearsal))
        folder = rehearsal_folder(name)
    platform = start(console, folder, settings)
    _welcome(console, platform)


def start(console: Console, folder: Path, settings: Settings) -> Platform:
    """Start the platform in the folder, stopping the one that runs elsewhere on its ports. Raises SetupError."""
    before = active_folder()
    if before != folder and (before / "run" / "platform.json").exists():
        other = control.known(before)
        if other.supervisor.adopt(search=False):
            console.print(f"The platform in {before} is running; it is stopped first. Its data stay.", soft_wrap=True)
            with _watcher(console) as watch:
                control.down(other, watch)
    activate(folder)
    platform = Platform(folder, settings)
    with _watcher(console) as watch:
        control.up(platform, watch)
    return platform


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise SetupError(f"--rehearsal takes a day, for example 2023-01-01; {text!r} is none.") from None
    if day > business_today():
        raise SetupError(f"A rehearsal begins in the past or today, not on {day}: from there it travels forward.")
    return day.isoformat()


def _welcome(console: Console, platform: Platform) -> None:
    places = Table.grid(padding=(0, 2))
    for service in platform.services:
        places.add_row(service.name, service.address)
    for engine in platform.engines:
        places.add_row(engine.name, engine.address)
    places.add_row("data", str(platform.folder))
    if platform.settings.rehearsal is not None:
        now = Rehearsal(platform.clock).now().astimezone(VIETNAM)
        places.add_row("business time", f"{now:%Y-%m-%d %H:%M} in Vietnam: a rehearsal (caytre clock travel)")
    console.print("\n[bold green]Caytre is up.[/]", places)
    if not platform.services:
        return
    token = issuer.mint(
        platform.folder, subject="officer@example.org", roles=["locality_officer"], localities=["VN-P-2025-33"]
    )
    console.print("\nA token of an officer of one province, for eight hours:")
    console.print(token, soft_wrap=True, highlight=False)
    first = platform.services[-1]
    console.print(
        f"\nTry next:\n  curl {first.address}/health/ready\n  caytre status\n  caytre token --help", highlight=False
    )
    if platform.zipkin is not None:
        console.print(f"  {platform.zipkin.address}  (traces)", highlight=False)
    console.print("  caytre down", highlight=False)


def _relay(line: Line) -> str:
    relay = line.operations.relay if line.operations is not None else None
    return f"{relay.outbox} / {relay.oldest_seconds or 0:.0f} s" if relay is not None else ""


def _consumers(line: Line) -> str:
    consumers = line.operations.consumers if line.operations is not None else []
    return "\n".join(f"{one.consumer}: {one.behind} behind, {one.parked} parked" for one in consumers)


def _table(found: Report) -> Table:
    table = Table(title=f"{found.folder}: {found.phase}", title_justify="left")
    columns: dict[str, Callable[[Line], str]] = {
        "": lambda line: line.name,
        "state": lambda line: f"[{_COLOURS[line.condition]}]{line.condition}[/]",
        "pid": lambda line: str(line.pid or ""),
        "restarts": lambda line: str(line.restarts or ""),
        "address": lambda line: escape(line.address),
        "outbox / oldest": _relay,
        "consumers": lambda line: escape(_consumers(line)),
        "not well": lambda line: escape("\n".join(line.complaints)),
    }
    shown = {heading: cell for heading, cell in columns.items() if any(map(cell, found.lines))}
    for heading in shown:
        table.add_column(heading, overflow="fold")
    for line in found.lines:
        table.add_row(*(cell(line) for cell in shown.values()))
    return table


def _console() -> Console:
    # Where nobody's window bounds it, a table is not folded.
    console = Console()
    return console if console.is_terminal else Console(width=200)


def _document(part: object) -> object:
    if isinstance(part, BaseModel):
        return part.model_dump(mode="json")
    raise TypeError(type(part).__name__)


def status(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Ask every engine and service how it is. The exit code is 0 only when all is well."""
    found = report(control.known(active_folder()))
    if as_json:
        typer.echo(json.dumps({"well": found.well, **asdict(found)}, indent=1, default=_document))
    else:
        _console().print(_table(found))
    raise typer.Exit(0 if found.well else 1)


def down() -> None:
    """Stop services, then engines; what was acknowledged is kept."""
    console = Console()
    platform = control.known(active_folder())
    with _watcher(console) as watch:
        ran = control.down(platform, watch)
    console.print("Caytre is down." if ran else "Nothing was running.")
