"""Two clocks: business time and machine time come from one module, and every moment knows its offset from UTC."""

from __future__ import annotations

import ast

from tests.house.sources import Source, dotted, sources

CLOCK = "caytre.core.clock"


def _is_clock(source: Source) -> bool:
    return source.module == CLOCK


def test_no_moment_is_made_without_its_offset() -> None:
    naive = [
        source.at(call)
        for source in sources()
        for call in source.calls("utcnow", "utcfromtimestamp", "now", "fromtimestamp")
        if _is_naive(dotted(call.func), len(call.args) + len(call.keywords))
    ]
    assert naive == []


def _is_naive(name: str, arguments: int) -> bool:
    if name.endswith(("utcnow", "utcfromtimestamp")):
        return True
    if name.endswith("datetime.fromtimestamp"):
        return arguments < 2
    return name.endswith("datetime.now") and not arguments


def test_the_present_comes_from_the_clock_alone() -> None:
    # `datetime.now` or `date.today` elsewhere would not follow a rehearsal, and could not be tested.
    asked = []
    for source in sources("shared/src", "services"):
        for call in source.calls("now", "today"):
            name = dotted(call.func)
            if not _is_clock(source) and name.startswith(("datetime.", "date.")) and _present(name):
                asked.append(source.at(call))
    assert asked == []


def _present(name: str) -> bool:
    return name in {"datetime.now", "datetime.datetime.now", "date.today", "datetime.date.today", "datetime.today"}


def test_services_read_no_machine_clock_of_their_own() -> None:
    read = [
        source.at(node)
        for source in sources("services")
        for node in source.nodes
        if isinstance(node, ast.ImportFrom | ast.Import) and _imports_time(node)
    ]
    assert read == []


def _imports_time(node: ast.ImportFrom | ast.Import) -> bool:
    if isinstance(node, ast.ImportFrom):
        # Durations are measured with the monotonic clock, which tells no time of day.
        return node.module == "time" and any(alias.name not in {"monotonic", "perf_counter"} for alias in node.names)
    return any(alias.name == "time" for alias in node.names)
