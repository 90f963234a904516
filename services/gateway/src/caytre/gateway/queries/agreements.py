"""Lists and search over the agreements, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from caytre.core.refusals import Words
from caytre.core.storing.database import Connection
from caytre.core.storing.patterns import containing
from caytre.core.web.query_parameters import nobody
from caytre.gateway.queries.records import version
from caytre.reference.text import search_key

MOST_WORDS = 8

_LIST = """
SELECT v.id, v.document::text AS document FROM agreement_view v
WHERE v.id IN (SELECT agreement_candidates($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12))
ORDER BY v.id DESC
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty means everything."""

    text: str = ""
    statuses: Sequence[str] = field(default=())
    localities: Sequence[str] = field(default=())
    fields: Sequence[str] = field(default=())
    partner: UUID | None = None
    sensitivities: Sequence[str] = field(default=())
    signed_from: date | None = None
    signed_to: date | None = None
    expires_to: date | None = None
    origin: str | None = None


def patterns(text: str) -> list[str]:
    """LIKE patterns that all must match: the words without accents, whatever their order."""
    return containing(search_key(text).split()[:MOST_WORDS])


async def agreements(
    connection: Connection, wanted: Wanted, *, before: UUID | None, most: int
) -> list[tuple[UUID, dict[str, Any]]]:
    """At most so many agreements the reader may know of, from the newest, older than `before`.

    Raises RequestValidationError for a partner the reader may not know of.
    """
    if wanted.partner is not None and await version(connection, "partner", wanted.partner) is None:
        raise nobody("partner", Words("đối tác", "partner"))
    rows = await connection.fetch(
        _LIST,
        patterns(wanted.text) or None,
        list(wanted.statuses) or None,
        list(wanted.localities) or None,
        list(wanted.fields) or None,
        [wanted.partner] if wanted.partner else None,
        list(wanted.sensitivities) or None,
        wanted.signed_from,
        wanted.signed_to,
        wanted.expires_to,
        wanted.origin,
        before,
        most,
    )
    return [(row["id"], from_json(row["document"])) for row in rows]
