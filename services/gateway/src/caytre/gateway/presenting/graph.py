"""Lineage for one reader: records and links with their worth; what the reader may not know of by its kind alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from caytre.core.web.languages import Language
from caytre.gateway.labels import label
from caytre.gateway.lineage import Edge, Path
from caytre.gateway.presenting.lines import record_line
from caytre.gateway.presenting.texts import text
from caytre.gateway.queries.lines import Line


def lineage(
    start: UUID,
    edges: Collection[Edge],
    found: Collection[Path],
    known: Mapping[UUID, Line],
    kinds: Mapping[UUID, str],
    language: Language,
    today: date,
) -> dict[str, Any]:
    """Nodes, edges and paths. A hidden node has a name that holds for this answer only."""
    ids = dict.fromkeys([start, *(end for edge in edges for end in (edge.inner, edge.outer))])
    hidden = (id for id in ids if id not in known)
    names = {id: str(id) for id in ids if id in known} | {id: f"hidden-{n}" for n, id in enumerate(hidden, 1)}
    nodes = [
        {"node": names[id], "hidden": False, **record_line(known[id], language, today)}
        if id in known
        else _hidden(names[id], kinds[id], language)
        for id in ids
    ]
    return {
        "start": names[start],
        "nodes": nodes,
        "by_node": {node["node"]: node for node in nodes},
        "edges": [_edge(edge, names, known, language) for edge in edges],
        "paths": [
            {
                "direction": path.way,
                "nodes": [names[id] for id in path.nodes],
                "weakest": {"origin": path.weakest, "label": label("origin", path.weakest, language)},
            }
            for path in found
        ],
    }


def _hidden(name: str, kind: str, language: Language) -> dict[str, Any]:
    words = {"kind": label("kind", kind, language)}
    return {"node": name, "hidden": True, "kind": kind, "labels": words, "label": text("hidden", language)}


def _edge(edge: Edge, names: Mapping[UUID, str], known: Collection[UUID], language: Language) -> dict[str, Any]:
    said: dict[str, Any] = {
        "downstream": names[edge.downstream],
        "upstream": names[edge.upstream],
        "direction": edge.way,
        "relation": edge.relation,
        "relation_label": label("relation", edge.relation, language),
    }
    if edge.downstream not in known:
        return said
    origin = label("origin", edge.origin, language)
    open_words = {"note": edge.link.get("note")} if edge.upstream in known else {}
    return {
        **said,
        "confidence": edge.confidence,
        "share": edge.share,
        "provenance": {**(edge.link.get("provenance") or {}), "origin": edge.origin, "label": origin},
        "asserted_on": edge.link.get("asserted_on"),
        **open_words,
    }
