"""What a benchmark found: printed as tables, kept as JSON, and set into the documents from there."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table as RichTable

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; numbers stay numbers."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of the design: what was asked for, what was found, and whether that is enough."""

    what: str
    goal: str
    found: str
    holds: bool


@dataclass(slots=True)
class Result:
    """One run of one benchmark. `limits` says in sentences what bounds the figures."""

    name: str
    title: str
    settings: dict[str, Any]
    tables: list[Table] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    machine: dict[str, Any] = field(default_factory=dict)
    at: str = ""

    def __post_init__(self) -> None:
        self.machine = self.machine or machine()
        self.at = self.at or datetime.now(UTC).isoformat(timespec="seconds")

    @property
    def holds(self) -> bool:
        """True when every goal is reached."""
        return all(goal.holds for goal in self.goals)


def machine() -> dict[str, Any]:
    """On what it ran; the load is the average of the last minute when the run began."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
        **{name: version(name) for name in ("asyncpg", "aiokafka", "fastapi", "uvicorn", "uvloop", "sqlalchemy")},
    }


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile; 0 when there are no values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


def middle(values: Sequence[float]) -> float:
    """The median; 0 when there are no values."""
    return median(values) if values else 0.0


def shown(cell: Cell) -> str:
    """A cell as text: thousands with a comma, small numbers with the digits they deserve."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) or abs(cell) >= 1000:
        return f"{cell:,.0f}"
    return f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.2f}"


def show(result: Result, console: Console) -> None:
    """Print a result."""
    console.print(f"\n[bold]{result.title}[/]  ({result.at}, load {result.machine['load']})", highlight=False)
    for table in result.tables:
        grid = RichTable(title=table.title or None, title_justify="left")
        for n, heading in enumerate(table.columns):
            grid.add_column(heading, justify="left" if n == 0 else "right", overflow="fold")
        for row in table.rows:
            grid.add_row(*(shown(cell) for cell in row))
        console.print(grid)
    for goal in result.goals:
        mark = "[green]holds[/]" if goal.holds else "[red]missed[/]"
        console.print(f"{mark}  {goal.what}: {goal.found} (goal {goal.goal})", highlight=False, soft_wrap=True)


def keep(result: Result, folder: Path) -> Path:
    """Write the result as JSON, replacing the last one of this benchmark."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.name}.json"
    path.write_text(json.dumps(asdict(result), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def kept(path: Path) -> Result:
    """Read a result. Raises ValueError or KeyError when the file is none."""
    found = json.loads(path.read_text(encoding="utf-8"))
    found["tables"] = [Table(**table) for table in found["tables"]]
    found["goals"] = [Goal(**goal) for goal in found["goals"]]
    return Result(**found)
