"""Records of any kind in short, as lists and graphs name them, and how many there are at a place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from caytre.contracts.origins import PARTS, weakest
from caytre.core.storing.database import Connection, Pool
from caytre.gateway.model import STATES
from caytre.gateway.queries.agreements import patterns

#: Kinds that lists and search show, in the order in which a page names them.
KINDS = (
    "agreement",
    "partner",
    "plan",
    "succession",
    "annual_plan",
    "delegation",
    "visit",
    "invitation",
    "follow_up",
    "finding",
    "event",
    "registration",
    "meeting",
    "lead",
    "outcome",
)

# Only these kinds have parts that say where they come from; of others the document is not read for it.
_IN_PARTS = tuple(kind for kind, state in STATES.items() if set(PARTS) & set(state.model_fields))
_LINE = f"""r.id, r.kind, r.version, r.sensitivity, r.localities, r.countries, r.label, r.status, r.worth, r.starts_on,
    r.ends_on, r.partner_ids, r.flag, CASE WHEN r.kind IN {_IN_PARTS!r} THEN
        ARRAY[{", ".join(f"r.document #>> '{{{part},provenance,origin}}'" for part in PARTS)}] END AS parts"""
#: The columns of a line with what the view holds of the record `r`.
DOCUMENTED = f"{_LINE}, r.document::text AS document"
_FOUND = f"""
SELECT {_LINE}, NULL::text AS document FROM record_view r WHERE r.id IN (
    SELECT record_candidates($1, $2, $3, $4, $5, false, $6, $7)
    UNION ALL SELECT agreement_candidates($1, $3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, $6, $7)
        WHERE $8 AND $1 IS NOT NULL
) AND ($4::text IS NULL OR $4 = ANY (r.localities || r.countries)) ORDER BY r.id DESC LIMIT $7
"""
_BOARD = f"""
SELECT {_LINE}, coalesce(r.document, a.document)::text AS document FROM record_view r
LEFT JOIN agreement_view a ON a.id = r.id
WHERE r.id IN (SELECT record_candidates(NULL, $1, $2, $3, $4, $5, $6, $7)) ORDER BY r.id DESC LIMIT $7
"""
_NEWEST = f"""
SELECT {_LINE}, NULL::text AS document FROM unnest($1::text[]) WITH ORDINALITY k (kind, i)
CROSS JOIN LATERAL (SELECT record_candidates(NULL, ARRAY[k.kind], NULL, $2, $3, false, NULL, $4) AS id) c
JOIN record_view r ON r.id = c.id ORDER BY k.i, r.id DESC
"""
_BY_ID = f"SELECT {_LINE}, NULL::text AS document FROM record_view r WHERE r.id = ANY ($1)"
_IN_YEAR = f"""
SELECT {DOCUMENTED} FROM record_view r
WHERE r.kind = ANY ($1) AND $2 = ANY (r.localities) AND r.starts_on BETWEEN $3 AND $4 ORDER BY r.id DESC LIMIT $5
"""
_COUNTS = "SELECT kind, open, sum(n)::bigint AS n FROM tally WHERE place = $1 GROUP BY kind, open"


@dataclass(frozen=True, slots=True)
class Line:
    """A record in short. `worth` is its origin for comparisons, `weakest` that of it and its parts; `document` is there
    where the list needs it."""

    id: UUID
    kind: str
    version: int
    sensitivity: str
    localities: tuple[str, ...]
    countries: tuple[str, ...]
    label: str
    status: str
    worth: str
    weakest: str
    starts_on: date | None
    ends_on: date | None
    partner_ids: tuple[UUID, ...]
    flag: str | None
    document: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list is narrowed to. `all_there`: the reader may know of every record at the place."""

    text: str = ""
    kinds: Sequence[str] = KINDS
    statuses: Sequence[str] = ()
    place: str | None = None
    all_there: bool = False
    flagged: bool = False


async def found(connection: Connection, sought: Sought, *, before: UUID | None, most: int) -> list[Line]:
    """At most so many records the reader may know of, from the newest, older than `before`."""
    words, statuses = patterns(sought.text) or None, list(sought.statuses) or None
    agreements = "agreement" in sought.kinds
    rows = await connection.fetch(
        _FOUND, words, list(sought.kinds), statuses, sought.place, sought.all_there or None, before, most, agreements
    )
    return [line_of(row) for row in rows]


async def with_documents(connection: Connection, sought: Sought, *, before: UUID | None, most: int) -> list[Line]:
    """The same for boards, with what the views hold of each record."""
    statuses = list(sought.statuses) or None
    arguments = (list(sought.kinds), statuses, sought.place, sought.all_there or None, sought.flagged, before, most)
    return [line_of(row) for row in await connection.fetch(_BOARD, *arguments)]


async def newest(connection: Connection, place: str, *, all_there: bool, most: int) -> dict[str, list[Line]]:
    """The newest records of each kind at a locality or country."""
    lines: dict[str, list[Line]] = {}
    for row in await connection.fetch(_NEWEST, list(KINDS), place, all_there, most):
        lines.setdefault(row["kind"], []).append(line_of(row))
    return lines


async def counts(pool: Pool, place: str, *, all_there: bool) -> dict[str, int]:
    """How many records of each kind are at a place; without `all_there` only those that everybody may know of."""
    counted: dict[str, int] = {}
    for row in await pool.fetch(_COUNTS, place):
        if all_there or row["open"]:
            counted[row["kind"]] = counted.get(row["kind"], 0) + row["n"]
    return {kind: counted[kind] for kind in KINDS if counted.get(kind)}


async def lines_of(connection: Connection | Pool, ids: Collection[UUID]) -> dict[UUID, Line]:
    """Those of these records that the reader may know of."""
    if not ids:
        return {}
    return {row["id"]: line_of(row) for row in await connection.fetch(_BY_ID, list(ids))}


async def in_year(
    connection: Connection, kinds: Sequence[str], locality: str, year: int, *, most: int = 500
) -> list[Line]:
    """Records of a locality that begin in a year, with what the views hold of them."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return [line_of(row) for row in await connection.fetch(_IN_YEAR, list(kinds), locality, first, last, most)]


def line_of(row: Any) -> Line:
    """The line in a row that has the columns of one."""
    return Line(
        id=row["id"],
        kind=row["kind"],
        version=row["version"],
        sensitivity=row["sensitivity"],
        localities=tuple(row["localities"]),
        countries=tuple(row["countries"]),
        label=row["label"],
        status=row["status"],
        worth=row["worth"],
        weakest=weakest([row["worth"], *filter(None, row["parts"] or ())]),
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        partner_ids=tuple(row["partner_ids"]),
        flag=row["flag"],
        document=from_json(row["document"]) if row["document"] else {},
    )
