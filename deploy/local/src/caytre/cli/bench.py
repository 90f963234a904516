"""`caytre bench`: what is promised in figures, measured on this machine on engines of its own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from caytre.local.failures import SetupError
from caytre.local.folders import checkout

if TYPE_CHECKING:
    from caytre.bench.results import Result

bench = typer.Typer(no_args_is_help=True, help="Measure this machine: ratios to baselines in one run, and faults.")

Keep = Annotated[
    bool, typer.Option(help="Keep the result as JSON in bench/results, where the documents' tables come from.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(bench, name="bench")


def _show(result: "Result", keep: bool) -> None:
    from caytre.bench import results

    console = Console()
    results.show(result, console if console.is_terminal else Console(width=180))
    if keep:
        typer.echo(f"kept in {results.keep(result, checkout() / 'bench' / 'results')}")
    raise typer.Exit(0 if result.holds else 1)


def _require_bench() -> None:
    # The benchmarks are a package of their own, which a deployment does not have.
    try:
        import caytre.bench  # noqa: F401
    except ModuleNotFoundError as error:
        raise SetupError("The benchmarks are not installed here; run this from a checkout.") from error


@bench.callback()
def _main() -> None:
    _require_bench()


@bench.command()
def commands(
    rounds: Annotated[int, typer.Option(min=1, max=50)] = 5,
    seconds: Annotated[float, typer.Option(min=1, max=60, help="Of each round.")] = 5,
    keep: Keep = False,
) -> None:
    """Commands on one core with everything on, against the same by hand and by the book."""
    from caytre.bench import commands as benchmark
    from caytre.bench.engines import engines, scratch_folder

    with scratch_folder() as folder, engines(folder) as running:
        result = benchmark.measure(running, benchmark.Plan(rounds, seconds))
    _show(result, keep)


@bench.command()
def latency(
    rate: Annotated[float, typer.Option(min=1, max=2000, help="Commands per second.")] = 200,
    seconds: Annotated[float, typer.Option(min=5, max=600)] = 20,
    keep: Keep = False,
) -> None:
    """From the acknowledgement of a command to its effect in the gateway's view."""
    from caytre.bench import latency as benchmark
    from caytre.bench.engines import engines, scratch_folder

    with scratch_folder() as folder, engines(folder) as running:
        result = benchmark.measure(running, benchmark.Plan(rate, seconds))
    _show(result, keep)


@bench.command()
def relay(
    rows: Annotated[int, typer.Option(min=10_000, max=5_000_000, help="How many rows are relayed.")] = 300_000,
    journal: Annotated[
        int, typer.Option(min=0, max=20_000_000, help="Then lay so many into the journal, and relay as many again.")
    ] = 0,
    keep: Keep = False,
) -> None:
    """The relay from a backlog, against a bare producer, and from commit to receipt."""
    from caytre.bench import relay as benchmark
    from caytre.bench.engines import engines, scratch_folder

    with scratch_folder() as folder, engines(folder) as running:
        result = benchmark.run(running, benchmark.Plan(rows, journal))
    _show(result, keep)


@bench.command()
def projection(
    agreements: Annotated[int, typer.Option(min=1000, max=1_000_000)] = 100_000,
    keep: Keep = False,
) -> None:
    """The gateway's views rebuilt from the topic."""
    from caytre.bench import projection as benchmark
    from caytre.bench.engines import engines, scratch_folder

    with scratch_folder() as folder, engines(folder) as running:
        result = benchmark.measure(running, benchmark.Plan(agreements))
    _show(result, keep)


@bench.command()
def views(
    small: Annotated[int, typer.Option(min=1000, max=100_000)] = 10_000,
    large: Annotated[int, typer.Option(min=10_000, max=2_000_000)] = 1_000_000,
    keep: Keep = False,
) -> None:
    """Views and lists among many records against the same among few."""
    from caytre.bench import views as benchmark
    from caytre.bench.engines import engines, scratch_folder

    with scratch_folder() as folder, engines(folder) as running:
        result = benchmark.measure(running, benchmark.Plan(small, large))
    _show(result, keep)


@bench.command()
def journey(
    stories: Annotated[int, typer.Option(min=1, max=500, help="How many begin at once.")] = 50,
    keep: Keep = False,
) -> None:
    """Stories from a trip to an investment through all services at once, hop by hop."""
    from caytre.bench import journey as benchmark
    from caytre.bench.engines import engines, scratch_folder

    with scratch_folder() as folder, engines(folder, connections=benchmark.CONNECTIONS) as running:
        result = benchmark.measure(running, benchmark.Plan(stories))
    _show(result, keep)


@bench.command()
def timers(
    few: Annotated[int, typer.Option(min=100, max=100_000)] = 1_000,
    many: Annotated[int, typer.Option(min=1000, max=2_000_000)] = 100_000,
    keep: Keep = False,
) -> None:
    """Firing deadlines among many open ones against the same among few."""
    from caytre.bench import timers as benchmark
    from caytre.bench.engines import engines, scratch_folder

    with scratch_folder() as folder, engines(folder) as running:
        result = benchmark.measure(running, benchmark.Plan(few, many))
    _show(result, keep)


@bench.command()
def conflicts(
    few: Annotated[int, typer.Option(min=1000, max=100_000)] = 1_000,
    many: Annotated[int, typer.Option(min=1000, max=1_000_000)] = 100_000,
    searches: Annotated[int, typer.Option(min=20, max=10_000)] = 300,
    keep: Keep = False,
) -> None:
    """Searching conflicts among many delegations against the same among few, and against a scan of all."""
    from caytre.bench import conflicts as benchmark
    from caytre.bench.engines import engines, scratch_folder

    with scratch_folder() as folder, engines(folder) as running:
        result = benchmark.measure(running, benchmark.Plan(few, many, searches))
    _show(result, keep)


@bench.command()
def memory(
    idle: Annotated[float, typer.Option(min=1, max=600, help="Seconds of idling before the look.")] = 60,
    keep: Keep = False,
) -> None:
    """Memory, connections and start of the idle platform."""
    from caytre.bench import memory as benchmark

    _show(benchmark.measure(benchmark.Plan(idle)), keep)


@bench.command()
def faults(
    trials: Annotated[int, typer.Option(min=1, max=200, help="Of each kind.")] = 6,
    kinds: Annotated[str | None, typer.Option(help="Kinds with commas between; all when not given.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed takes the same chances.")] = 1,
    rate: Annotated[float, typer.Option(min=1, max=1000, help="Commands per second of all clients together.")] = 30,
    mutate: Annotated[
        Literal["none", "position-filter", "drop-row", "drop-notification", "unstable-message-id"],
        typer.Option(help="Plant a bug that the oracle must report."),
    ] = "none",
    keep: Keep = False,
) -> None:
    """Kill, freeze and cut everything under load, and judge what lies in databases, topics and the mail server."""
    from caytre.bench.faults import run as benchmark
    from caytre.bench.faults.nemeses import NEMESES

    chosen = tuple(kinds.split(",")) if kinds else tuple(NEMESES)
    unknown = sorted(set(chosen) - set(NEMESES))
    if unknown:
        raise SetupError(f"There is no fault {', '.join(unknown)}. The faults are: {', '.join(NEMESES)}.")
    mutations = () if mutate == "none" else (mutate,)
    result = benchmark.run(benchmark.Plan(chosen, trials, seed, rate=rate, mutations=mutations)).result()
    _show(result, keep)


@bench.command()
def report(
    documents: Annotated[
        list[Path] | None, typer.Argument(help="Documents whose marked tables are made anew; docs/*.md when not given.")
    ] = None,
) -> None:
    """Set the tables of kept results into the documents, between their marks."""
    from caytre.bench import report as reporting

    found = documents or sorted((checkout() / "docs").glob("*.md"))
    for path in reporting.fill(found, checkout() / "bench" / "results"):
        typer.echo(f"filled {path}")
