"""Lineage as a graph: what one reader sees of it, and what each path is worth."""

from __future__ import annotations

from uuid import UUID

from caytre.gateway.lineage import Edge, Graph, Way, paths, shown

A, B, C, D = (UUID(int=n) for n in range(1, 5))


def edge(downstream: UUID, upstream: UUID, way: Way = "upstream", origin: str = "act") -> Edge:
    return Edge(downstream, upstream, "led_to_lead", "meeting", "declared", origin, None, {}, way)


def test_a_path_is_worth_its_weakest_record_or_link() -> None:
    found = paths(A, [edge(A, B), edge(B, C, origin="imported"), edge(A, D)], {A: "act", B: "sourced", D: "law"})
    assert {(path.nodes, path.weakest) for path in found} == {((A, B, C), "imported"), ((A, D), "law")}


def test_a_circle_ends_before_it_closes() -> None:
    [path] = paths(A, [edge(A, B), edge(B, C), edge(C, A)], {})
    assert path.nodes == (A, B, C)


def test_a_hidden_record_is_shown_between_known_ones_and_where_a_known_one_names_it() -> None:
    chain = Graph(A, [edge(A, B), edge(B, C), edge(C, D)])
    assert shown(chain, {A, D}) == chain.edges
    assert shown(chain, {A}) == chain.edges[:1]


def test_a_hidden_record_that_only_names_a_known_one_stays_unsaid() -> None:
    graph = Graph(A, [edge(B, A, "downstream"), edge(C, B, "downstream"), edge(D, A, "downstream")])
    assert shown(graph, {A}) == []
    assert shown(graph, {A, C}) == graph.edges[:2]


def test_hidden_records_in_a_circle_do_not_hold_each_other() -> None:
    graph = Graph(A, [edge(B, A, "downstream"), edge(C, B, "downstream"), edge(B, C, "downstream")])
    assert shown(graph, {A}) == []
