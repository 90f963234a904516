"""Pages by keyset: an opaque, signed cursor that only fits the query it was made for, and a Link header (RFC 8288).

A cursor holds the sort key of the last row. It is signed, so that nobody probes the index with keys of their own,
and bound to path and filters, so that it never continues another list.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Query, Request
from pydantic_core import to_json
from starlette.responses import Response

from caytre.core.web.http_refusals import CursorOfAnotherQuery

Value = str | int | bool | None
DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_CURSOR = 2048
_TAG_BYTES = 16


class Cursors:
    """Makes and reads cursors under one key (`Settings.derived("cursor")`, so that every replica reads them)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, query: bytes, key: Sequence[Value]) -> str:
        """The cursor after the row with this sort key."""
        content = json.dumps(list(key), ensure_ascii=False, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._tag(query, content) + content).decode().rstrip("=")

    def read(self, query: bytes, cursor: str) -> tuple[Value, ...]:
        """The sort key in a cursor. Raises CursorOfAnotherQuery for everything this service did not write for it."""
        try:
            sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars="-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise CursorOfAnotherQuery from error
        tag, content = sealed[:_TAG_BYTES], sealed[_TAG_BYTES:]
        if len(cursor) > MAX_CURSOR or not hmac.compare_digest(tag, self._tag(query, content)):
            raise CursorOfAnotherQuery
        return tuple(json.loads(content))

    def _tag(self, query: bytes, content: bytes) -> bytes:
        return hmac.digest(self._key, query + content, "sha256")[:_TAG_BYTES]


@dataclass(frozen=True, slots=True)
class Page:
    """What was asked for: at most `limit` rows after the row with sort key `after` (None: from the start)."""

    limit: int
    after: tuple[Value, ...] | None
    query: bytes
    cursors: Cursors
    path: str
    filters: tuple[tuple[str, str], ...]

    def next_cursor(self, key: Sequence[Value]) -> str:
        """The cursor that continues after the row with this sort key."""
        return self.cursors.write(self.query, key)

    def respond(
        self,
        items: Sequence[bytes | str],
        next_key: Sequence[Value] | None,
        *,
        position: int | None = None,
        more: Mapping[str, object] | None = None,
    ) -> Response:
        """`{"items": […], "next": cursor or null, "position"}` from JSON texts; `position` of the journal when read.

        `more` are further members of the answer.
        """
        cursor = None if next_key is None else self.next_cursor(next_key)
        joined = b",".join(item if isinstance(item, bytes) else item.encode() for item in items)
        tail: dict[str, object] = {"next": cursor} | ({} if position is None else {"position": position})
        body = b'{"items":[%s],%s' % (joined, to_json(tail | dict(more or {}))[1:])
        links = [f'<{self._reference(None)}>; rel="first"']
        if cursor is not None:
            links.append(f'<{self._reference(cursor)}>; rel="next"')
        return Response(body, media_type="application/json", headers={"Link": ", ".join(links)})

    def _reference(self, cursor: str | None) -> str:
        pairs = [*self.filters, ("limit", str(self.limit)), *([("cursor", cursor)] if cursor is not None else [])]
        return f"{self.path}?{urlencode(pairs)}"


def paging(default: int = DEFAULT_LIMIT, maximum: int = MAX_LIMIT) -> Callable[..., Awaitable[Page]]:
    """A dependency that reads `limit` and `cursor`: `page: Annotated[Page, Depends(paging())]`."""

    async def page(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=maximum, description="At most so many items.")] = default,
        cursor: Annotated[str | None, Query(max_length=MAX_CURSOR, description="`next` of the page before.")] = None,
    ) -> Page:
        pairs = parse_qsl(request.scope["query_string"].decode("ascii"), keep_blank_values=True)
        filters = tuple((name, value) for name, value in pairs if name not in {"cursor", "limit"})
        path: str = request.scope["path"]
        query = hashlib.sha256(json.dumps([path, sorted(filters)]).encode()).digest()
        cursors: Cursors = request.app.state.cursors
        after = None if cursor is None else cursors.read(query, cursor)
        return Page(limit, after, query, cursors, path, filters)

    return page
