"""Lineage as a graph: what one reader may see of it, and how much each path is worth. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from caytre.contracts.origins import weakest

Way = Literal["upstream", "downstream"]
MOST_PATHS = 100


@dataclass(frozen=True, slots=True)
class Edge:
    """`downstream` says that it came out of `upstream`. `way` is the direction in which it was found."""

    downstream: UUID
    upstream: UUID
    relation: str
    upstream_kind: str
    confidence: str
    origin: str
    share: Decimal | None
    link: dict[str, Any]
    way: Way

    @property
    def inner(self) -> UUID:
        """The end nearer to where the search began."""
        return self.downstream if self.way == "upstream" else self.upstream

    @property
    def outer(self) -> UUID:
        """The end farther from it."""
        return self.upstream if self.way == "upstream" else self.downstream


@dataclass(slots=True)
class Graph:
    """The edges around a record; `truncated` when there were more than are followed."""

    start: UUID
    edges: list[Edge] = field(default_factory=list)
    truncated: bool = False

    @property
    def ids(self) -> set[UUID]:
        """All records in it."""
        return {self.start, *(edge.inner for edge in self.edges), *(edge.outer for edge in self.edges)}


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the record to an end, with the weakest origin among its records and links."""

    way: Way
    nodes: tuple[UUID, ...]
    weakest: str


def shown(graph: Graph, known: Collection[UUID]) -> list[Edge]:
    """The edges that a reader may see of the graph when it may know of these records.

    A hidden record is shown, as hidden, where one that is known names it or where it joins known ones; one that only
    names a known record stays unsaid.
    """
    leading: dict[Way, set[UUID]] = {"upstream": set(known), "downstream": set(known)}
    growing = True
    while growing:
        growing = False
        for edge in graph.edges:
            if edge.outer in leading[edge.way] and edge.inner not in leading[edge.way]:
                leading[edge.way].add(edge.inner)
                growing = True
    kept = [
        edge
        for edge in graph.edges
        if edge.outer in leading[edge.way] or (edge.way == "upstream" and edge.downstream in known)
    ]
    return _reached(kept, graph.start)


def _reached(edges: list[Edge], start: UUID) -> list[Edge]:
    reached: dict[Way, set[UUID]] = {"upstream": {start}, "downstream": {start}}
    found: list[Edge] = []
    left = edges
    while True:
        near = [edge for edge in left if edge.inner in reached[edge.way]]
        if not near:
            return found
        found += near
        for edge in near:
            reached[edge.way].add(edge.outer)
        left = [edge for edge in left if edge not in near]


def paths(start: UUID, edges: Collection[Edge], worth: Mapping[UUID, str]) -> list[Path]:
    """All ways from the record to where they end, at most a hundred; a circle ends before it closes."""
    found: list[Path] = []
    ways: tuple[Way, ...] = ("upstream", "downstream")
    for way in ways:
        onward: dict[UUID, list[Edge]] = {}
        for edge in edges:
            if edge.way == way:
                onward.setdefault(edge.inner, []).append(edge)
        for path in _walks(start, onward):
            if len(found) == MOST_PATHS:
                return found
            nodes = (start, *(edge.outer for edge in path))
            origins = [*(worth[node] for node in nodes if node in worth), *(edge.origin for edge in path)]
            found.append(Path(way, nodes, weakest(origins)))
    return found


def _walks(start: UUID, onward: Mapping[UUID, list[Edge]]) -> Iterator[list[Edge]]:
    stack: list[tuple[UUID, list[Edge]]] = [(start, [])]
    while stack:
        node, path = stack.pop()
        passed = {start, *(edge.outer for edge in path)}
        further = [edge for edge in onward.get(node, ()) if edge.outer not in passed]
        if not further and path:
            yield path
        stack += [(edge.outer, [*path, edge]) for edge in reversed(further)]
