"""The schemas of released messages, served as published: a JSON registry that every subscriber can read.

`/schemas/{type}` is the newest revision of a type, `/schemas/{type}/{revision}` one revision, which never changes.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from caytre.core.web.conditional import answer_unless_unchanged
from caytre.core.web.http_refusals import NoSuchPage
from caytre.core.web.query_parameters import only_declared

TYPE = r"^caytre\.[a-z_]+\.[a-z_]+\.v[1-9][0-9]{0,2}$"
_REVISION = re.compile(r"([1-9][0-9]{0,3})\.json\Z")
_MEDIA_TYPE = "application/schema+json"
router = APIRouter(tags=["schemas"], dependencies=[Depends(only_declared)])
Type = Annotated[str, Path(pattern=TYPE, max_length=120, description="The CloudEvents type.")]


def released() -> Traversable:
    """The folder of released schemas: `<type>/<revision>.json`."""
    return files("caytre.contracts") / "released"


@lru_cache(maxsize=1)
def all_released() -> dict[str, dict[int, bytes]]:
    """Every released schema, by type and revision; read once."""
    folder = released()
    if not folder.is_dir():
        return {}
    return {kind.name: revisions_in(kind) for kind in folder.iterdir() if kind.is_dir()}


def revisions_in(folder: Traversable) -> dict[int, bytes]:
    """The revisions of one type, by number."""
    found = {int(m[1]): entry.read_bytes() for entry in folder.iterdir() if (m := _REVISION.match(entry.name))}
    return dict(sorted(found.items()))


_PUBLISHED: dict[int | str, dict[str, Any]] = {
    200: {"content": {_MEDIA_TYPE: {"schema": {"type": "object"}}}, "description": "A JSON Schema (2020-12)."},
    304: {"description": "The reader has this revision already."},
}


@router.get("/schemas/{type}", openapi_extra={"security": []}, responses=_PUBLISHED, response_class=Response)
async def newest_schema(type: Type, request: Request) -> Response:
    """The newest revision of a message type's schema."""
    revisions = all_released().get(type)
    if not revisions:
        raise NoSuchPage
    return _answer(request, revisions[max(revisions)], "public, max-age=300")


@router.get("/schemas/{type}/{revision}", openapi_extra={"security": []}, responses=_PUBLISHED, response_class=Response)
async def schema_revision(type: Type, revision: Annotated[int, Path(ge=1, le=9999)], request: Request) -> Response:
    """One revision of a message type's schema; it never changes."""
    content = all_released().get(type, {}).get(revision)
    if content is None:
        raise NoSuchPage
    return _answer(request, content, "public, max-age=31536000, immutable")


def _answer(request: Request, content: bytes, cache: str) -> Response:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return answer_unless_unchanged(request, tag, content, _MEDIA_TYPE, {"Cache-Control": cache, "Vary": "Accept"})
