"""What a record came out of and what came out of it, followed both ways within bounds.

The gateway follows the edges itself and then asks which records this reader may know of, so that a hidden record
between two known ones does not break the story.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from caytre.core.storing.database import Pool
from caytre.gateway.lineage import Edge, Graph, Way

MOST_HOPS = 12
MOST_EDGES = 500

_EDGE = "downstream_id, upstream_id, relation, upstream_kind, confidence, origin, share, document::text AS document"
_STEPS: dict[Way, str] = {
    "upstream": f"SELECT {_EDGE} FROM edge WHERE downstream_id = ANY ($1) ORDER BY 1, 2, 3 LIMIT $2",
    "downstream": f"SELECT {_EDGE} FROM edge WHERE upstream_id = ANY ($1) ORDER BY 1, 2, 3 LIMIT $2",
}


async def around(pool: Pool, start: UUID, ways: Iterable[Way], *, hops: int = MOST_HOPS) -> Graph:
    """Follow the edges, each record once and each way by itself, so that a circle ends."""
    graph = Graph(start)
    for way in ways:
        seen, front = {start}, [start]
        known: set[tuple[UUID, UUID, str]] = set()
        for _ in range(hops):
            left = MOST_EDGES - len(graph.edges)
            rows = await pool.fetch(_STEPS[way], front, left + 1)
            if len(rows) > left:
                graph.truncated, rows = True, rows[:left]
            edges = [_edge(row, way) for row in rows]
            for edge in edges:
                if (edge.downstream, edge.upstream, edge.relation) not in known:
                    known.add((edge.downstream, edge.upstream, edge.relation))
                    graph.edges.append(edge)
            front = sorted({edge.outer for edge in edges} - seen)
            seen.update(front)
            if not front or graph.truncated:
                break
        else:
            graph.truncated = True
    return graph


def _edge(row: Any, way: Way) -> Edge:
    return Edge(
        downstream=row["downstream_id"],
        upstream=row["upstream_id"],
        relation=row["relation"],
        upstream_kind=row["upstream_kind"],
        confidence=row["confidence"],
        origin=row["origin"],
        share=row["share"],
        link=from_json(row["document"]),
        way=way,
    )
