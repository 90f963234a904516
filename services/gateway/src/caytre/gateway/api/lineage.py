"""What a record came out of and what came out of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from caytre.contracts.origins import ILLUSTRATION
from caytre.core.clock import business_today
from caytre.core.refusals import NotFound
from caytre.core.storing.database import Database
from caytre.core.web.app import Router
from caytre.core.web.auth import caller_of
from caytre.core.web.languages import language_of
from caytre.gateway.api.answers import VIEW, answer
from caytre.gateway.consistency import reading
from caytre.gateway.lineage import Way, paths, shown
from caytre.gateway.presenting.graph import lineage
from caytre.gateway.presenting.lines import line_label
from caytre.gateway.queries.lineage import MOST_HOPS, around
from caytre.gateway.queries.lines import KINDS, lines_of
from caytre.gateway.queries.parts import SERVICES, view_part
from caytre.reference import filters

router = Router(prefix="/views/lineage", tags=["views"])

_WAYS: dict[str, tuple[Way, ...]] = {
    "upstream": ("upstream",),
    "downstream": ("downstream",),
    "both": ("upstream", "downstream"),
}


@router.get("/{kind}/{id}", summary="The lineage of a record, both ways", response_class=Response, responses=VIEW)
async def page(
    request: Request,
    kind: Annotated[str, filters.OneOf(KINDS), Path()],
    id: UUID,
    stale: Annotated[list[dict[str, Any]], Depends(reading("lineage.view"))],
    direction: Literal["upstream", "downstream", "both"] = "both",
    depth: Annotated[int, Query(ge=1, le=MOST_HOPS, description="Links at most from the record.")] = MOST_HOPS,
) -> Response:
    """Records and links with attribution (share in percent) and provenance, and what each path is worth at its weakest.

    A record that the reader may not know of is an envelope: its kind, and where it stands between others.
    """
    database: Database = request.app.state.database
    caller = caller_of(request)
    async with database.reading(caller) as connection:
        parts = [await view_part(connection, service) for service in SERVICES]
        own = (await lines_of(connection, [id])).get(id)
    if own is None or own.kind != kind:
        raise NotFound(kind=kind, id=id)
    graph = await around(database.command, id, _WAYS[direction], hops=depth)
    async with database.reading(caller) as connection:
        known = await lines_of(connection, graph.ids)
    every = await lines_of(database.command, graph.ids)
    edges = shown(graph, known.keys())
    found = paths(id, edges, {node: line.weakest for node, line in every.items()})
    kinds = {edge.upstream: edge.upstream_kind for edge in edges} | {node: line.kind for node, line in every.items()}
    language, today = language_of(request.scope), business_today()
    view = {
        "kind": kind,
        "id": id,
        "label": line_label(own, language),
        "directions": _WAYS[direction],
        "truncated": graph.truncated,
        "illustration": any(path.weakest == ILLUSTRATION for path in found),
        **lineage(id, edges, found, known, kinds, language, today),
        "parts": parts,
        **({"behind": stale} if stale else {}),
    }
    return answer(request, "lineage.html", view)
