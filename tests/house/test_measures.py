"""Every metric is measured somewhere and explained to operators."""

from __future__ import annotations

import ast

from tests.house.sources import ROOT, dotted, sources


def _instruments() -> dict[str, str]:
    """The metrics' names by the variable that holds them."""
    (telemetry,) = (source for source in sources("shared") if source.module == "caytre.core.telemetry")
    return {
        target.id: str(statement.value.args[0].value)
        for statement in telemetry.tree.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
        and statement.value.func.attr.startswith("create_")
        for target in statement.targets
        if isinstance(target, ast.Name) and isinstance(statement.value.args[0], ast.Constant)
    }


def test_every_metric_is_measured() -> None:
    used = {
        dotted(node.value).rpartition(".")[2]
        for source in sources("shared", "services")
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr in {"set", "add", "record"}
    }
    assert len(_instruments()) > 10
    assert set(_instruments()) - used == set()


def test_every_metric_is_explained_to_operators() -> None:
    operating = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert [name for name in _instruments().values() if f"`{name}`" not in operating] == []
