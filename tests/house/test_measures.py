"""Every metric is measured somewhere, named as Prometheus wants it, and explained to operators."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

import pytest

from tests.house.sources import ROOT, called, dotted, sources

OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
#: The units that are used, by what they end names with (https://prometheus.io/docs/practices/naming/).
SUFFIXES = {"s": "_seconds"}


@dataclass(frozen=True)
class Instrument:
    """A metric as it is declared: the variable that holds it, its name, unit, description, and what it is."""

    variable: str
    name: str
    unit: str
    description: str
    kind: str

    @property
    def exposed(self) -> str:
        """The name on `/metrics`, without what a histogram adds."""
        name = self.name.replace(".", "_")
        suffix = SUFFIXES.get(self.unit, "")
        name = name if name.endswith(suffix) else name + suffix
        return f"{name}_total" if self.kind == "create_counter" else name


def _text(call: ast.Call, place: int, keyword: str) -> str:
    given = [each.value for each in call.keywords if each.arg == keyword] or call.args[place : place + 1]
    return str(given[0].value) if given and isinstance(given[0], ast.Constant) else ""


INSTRUMENTS = [
    Instrument(
        target.id,
        _text(node.value, 0, "name"),
        _text(node.value, 1, "unit"),
        _text(node.value, 2, "description"),
        kind,
    )
    for source in sources("shared", "services")
    for node in source.tree.body
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
    for kind in [called(node.value)]
    if kind == "Gauge" or kind.startswith("create_")
    for target in node.targets
    if isinstance(target, ast.Name)
]


def test_every_metric_is_measured() -> None:
    used = {
        dotted(node.value).rpartition(".")[2]
        for source in sources("shared", "services")
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr in {"show", "show_each", "add", "record"}
    }
    # Gauges that share what is done with them stand in a tuple beside each other.
    together = {
        element.id
        for source in sources("shared", "services")
        for node in source.nodes
        if isinstance(node, ast.For)
        for part in ast.walk(node.iter)
        if isinstance(part, ast.Tuple)
        for element in part.elts
        if isinstance(element, ast.Name)
    }
    assert len(INSTRUMENTS) > 25
    assert {each.variable for each in INSTRUMENTS} - used - together == set()


@pytest.mark.parametrize("metric", INSTRUMENTS, ids=lambda metric: metric.exposed)
def test_a_metric_is_named_and_explained(metric: Instrument) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", metric.exposed)
    assert metric.unit in SUFFIXES or re.fullmatch(r"\{[a-z]+\}", metric.unit)
    assert metric.description
    # A ratio or a time never hides in a count, and only counters are totals.
    assert ("_seconds" in metric.exposed) == (metric.unit == "s")
    assert metric.exposed.endswith("_total") == (metric.kind == "create_counter")
    assert f"| `{metric.exposed}`" in OPERATING, f"docs/operating.md does not explain {metric.exposed}"


def test_operators_are_told_of_no_metric_that_is_not_there() -> None:
    section = OPERATING.partition("## Metrics")[2].partition("\n## ")[0]
    of_the_library = {"process_cpu_seconds_total", "process_resident_memory_bytes", "target_info"}
    told = {name for line in section.splitlines() for name in re.findall(r"^\| `([a-z0-9_]+)`", line)}
    assert told == {metric.exposed for metric in INSTRUMENTS} | of_the_library
