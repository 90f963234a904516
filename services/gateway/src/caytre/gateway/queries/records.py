"""One record as the views hold it: its row, its acts and its obligations, read in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from caytre.contracts.message import OPEN
from caytre.core.storing.database import Connection, Pool

#: The kind of a record, as in `caytre.<kind>.<past tense>.v1`.
Kind = str

#: The latest acts that a page shows; older ones are in the change feed.
MOST_ACTS = 500

_RECORD = """
SELECT v.id, v.version, v.epoch, v.position, v.at, v.sensitivity, v.document::text AS document,
    ARRAY(SELECT ROW(a.message_id, a.type, a.version, a.at, a.actor, a.correlation_id, a.changed::text)
          FROM act a WHERE a.record_id = v.id ORDER BY a.epoch DESC, a.position DESC LIMIT {most}) AS acts,
    ARRAY(SELECT ROW(o.code, o.discriminator, o.round, o.anchor, o.anchor_missing, o.n, o.unit, o.answerable,
                     o.citation, o.verified, o.historical, o.carried_at, o.met_at)
          FROM obligation o WHERE o.owner_id = v.id AND o.epoch IS NOT NULL
          ORDER BY o.met_at IS NOT NULL, o.carried_at, o.code, o.discriminator, o.round) AS obligations
FROM {view} v WHERE v.id = $1{only}
"""
_RECORDS = {
    "agreement": _RECORD.format(view="agreement_view", most=MOST_ACTS, only=""),
    "partner": _RECORD.format(view="partner_view", most=MOST_ACTS, only=""),
}
_ANY_RECORD = _RECORD.format(view="record_view", most=MOST_ACTS, only=" AND v.kind = $2")
_VERSION = """
SELECT version FROM record_view WHERE id = $1 AND kind = $2
UNION ALL SELECT version FROM deadline_view WHERE id = $1 AND $2 = 'deadline'
"""
_PARTNERS = """
SELECT i.id AS asked, p.id, p.version, p.document::text AS document
FROM unnest($1::uuid[]) i (id) JOIN partner_view a ON a.id = i.id
JOIN partner_view p ON p.id = coalesce((a.document ->> 'merged_into')::uuid, a.id)
"""
_DOCUMENTS = """
SELECT document::text AS document FROM agreement_view WHERE id = ANY ($1)
UNION ALL SELECT document::text FROM partner_view WHERE id = ANY ($1)
UNION ALL SELECT document::text FROM record_view WHERE id = ANY ($1) AND document IS NOT NULL
"""
_NAMED = """
SELECT a.id FROM partner_view a LEFT JOIN partner_view p ON p.id = (a.document ->> 'merged_into')::uuid
WHERE a.id = ANY ($1) AND a.sensitivity = ANY ($2)
    AND (a.document ->> 'merged_into' IS NULL OR p.sensitivity = ANY ($2))
"""
_AGREEMENTS_OF = """
SELECT v.document::text AS document FROM agreement_view v
WHERE v.id IN (SELECT agreement_candidates(NULL, NULL, NULL, NULL, $1, NULL, NULL, NULL, NULL, NULL, NULL, $2))
ORDER BY v.id DESC
"""


@dataclass(frozen=True, slots=True)
class Act:
    """One message about the record; `changed` is None while the record is restricted."""

    message: UUID
    type: str
    version: int
    at: datetime
    actor: str
    correlation: UUID
    changed: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Obligation:
    """A deadline as its owner's message carried it; `met_at` is None while it is open."""

    code: str
    discriminator: str
    round: int
    anchor: date | None
    anchor_missing: str | None
    n: int
    unit: str
    answerable: str
    citation: str | None
    verified: bool
    historical: bool
    carried_at: datetime
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A record as the view holds it at a place in its service's journal; acts newest first."""

    id: UUID
    version: int
    place: tuple[int, int]
    at: datetime
    sensitivity: str
    document: dict[str, Any]
    acts: tuple[Act, ...]
    obligations: tuple[Obligation, ...]


async def record(connection: Connection, kind: Kind, id: UUID) -> Held | None:
    """The record, or None where there is none that the reader may know of."""
    own = _RECORDS.get(kind)
    row = await (connection.fetchrow(own, id) if own else connection.fetchrow(_ANY_RECORD, id, kind))
    if row is None:
        return None
    return Held(
        id=row["id"],
        version=row["version"],
        place=(row["epoch"], row["position"]),
        at=row["at"],
        sensitivity=row["sensitivity"],
        document=from_json(row["document"]),
        acts=tuple(_act(*values) for values in row["acts"]),
        obligations=tuple(Obligation(*values) for values in row["obligations"]),
    )


def _act(
    message: UUID, type: str, version: int, at: datetime, actor: str, correlation: UUID, changed: str | None
) -> Act:
    return Act(message, type, version, at, actor, correlation, from_json(changed) if changed else None)


async def version(connection: Connection | Pool, kind: Kind, id: UUID) -> int | None:
    """Which version the view holds, or None where there is none that the reader may know of."""
    held: int | None = await connection.fetchval(_VERSION, id, kind)
    return held


async def partners(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The present documents of partners by the id asked for; of a merged one that of the partner it stands in."""
    if not ids:
        return {}
    rows = await connection.fetch(_PARTNERS, ids)
    return {row["asked"]: from_json(row["document"]) for row in rows}


async def documents(connection: Connection, ids: Collection[UUID]) -> list[dict[str, Any]]:
    """What the views hold of records of any kind that the reader may know of."""
    return [from_json(row["document"]) for row in await connection.fetch(_DOCUMENTS, list(ids))]


async def named(connection: Connection, agreements: Iterable[dict[str, Any]]) -> set[UUID]:
    """The parties of these agreements whose names the view may show this reader."""
    ids = {UUID(str(party["partner_id"])) for each in agreements for party in each.get("foreign_parties", ())}
    return {row["id"] for row in await connection.fetch(_NAMED, list(ids), list(OPEN))} if ids else set()


async def agreements_of(connection: Connection, partners: Sequence[UUID], most: int = 200) -> list[dict[str, Any]]:
    """The newest agreements with any of these partners that the reader may read."""
    return [from_json(row["document"]) for row in await connection.fetch(_AGREEMENTS_OF, partners, most)]
