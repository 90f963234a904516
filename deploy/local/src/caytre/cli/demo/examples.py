"""The examples of the checkout, imported as a province would import its own files."""

from __future__ import annotations

from rich.console import Console

from caytre.cli.importing.commands import KINDS, import_file, tell
from caytre.cli.importing.running import Plan
from caytre.cli.reach import Reach
from caytre.local.failures import SetupError
from caytre.local.folders import checkout

#: What is imported, in this order: kind of register, file below `examples`, name of the source where rows name none.
FILES: tuple[tuple[str, str, str | None], ...] = (
    ("partners", "sources/partners.csv", "publications"),
    ("agreements", "stock/agreements.xlsx", None),
    ("plans", "stock/plans.xlsx", None),
    ("delegations", "stock/delegations.xlsx", None),
)


def bring_in(console: Console, reach: Reach) -> None:
    """Import them; what is there already stays. Raises SetupError."""
    console.print("\n[bold]Examples[/]")
    for kind, file, source in FILES:
        book, done = import_file(KINDS[kind], checkout() / "examples" / file, plan := Plan(), reach, source=source)
        if done.stopped:
            raise SetupError(done.stopped)
        tell(console, book, done, plan, None)
        found = {one.outcome for one in done.outcomes}
        if "unchanged" in found and found <= {"unchanged", "refused"}:
            console.print("  already there")
