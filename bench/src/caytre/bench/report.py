"""Tables of kept results, set into documents between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from caytre.bench.results import Result, Table, kept, shown

_MARKED = re.compile(r"<!-- bench:(?P<name>[a-z-]+) -->\n.*?<!-- /bench:(?P=name) -->", re.DOTALL)


def fill(documents: Sequence[Path], results: Path) -> list[Path]:
    """Rewrite the marked parts for which there is a result; returns the documents that changed."""
    changed = []
    for path in documents:
        text = path.read_text(encoding="utf-8")
        filled = _MARKED.sub(lambda mark: _part(mark, results), text)
        if filled != text:
            path.write_text(filled, encoding="utf-8")
            changed.append(path)
    return changed


def _part(mark: re.Match[str], results: Path) -> str:
    name = mark["name"]
    path = results / f"{name}.json"
    if not path.exists():
        return mark[0]
    return f"<!-- bench:{name} -->\n{markdown(kept(path))}\n<!-- /bench:{name} -->"


def markdown(result: Result) -> str:
    """A result as it stands in a document."""
    return "\n".join(_lines(result))


def _lines(result: Result) -> Iterator[str]:
    machine, settings = result.machine, ", ".join(f"{name} {value}" for name, value in result.settings.items())
    yield (
        f"*{result.at[:10]}, {machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}, Python {machine['python']}, load {machine['load']} when it ended; {settings}.*"
    )
    for table in result.tables:
        yield ""
        if table.title:
            yield f"**{table.title}**"
            yield ""
        yield from _table(table)
    yield ""
    yield "| goal | asked for | found | |"
    yield "|---|---|---|---|"
    for goal in result.goals:
        yield f"| {goal.what} | {goal.goal} | {goal.found} | {'holds' if goal.holds else '**missed**'} |"
    for limit in result.limits:
        yield ""
        yield limit


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(table.columns)} |"
    yield f"|---{'|---:' * (len(table.columns) - 1)}|"
    for row in table.rows:
        yield f"| {' | '.join(shown(cell) for cell in row)} |"
