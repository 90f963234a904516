"""Which names are taken, and which partners stand for an agreement's parties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from caytre.agreements.model import Partner
from caytre.agreements.tables import PARTNERS, partner, partner_name
from caytre.core.storing.database import Connection
from caytre.core.storing.decision import Claim, Guard

_TAKEN = "SELECT key, twin, record_id FROM partner_name WHERE country = $1 AND key = ANY($2)"
_PARTNERS = "SELECT id, document::text AS document, confidential FROM partner WHERE id = ANY($1)"


async def by_ids(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Partner]:
    """The partners of these ids that exist."""
    rows = await connection.fetch(_PARTNERS, list(ids))
    return {row["id"]: PARTNERS.restore(row["id"], row["document"], row["confidential"]) for row in rows}


async def standing(connection: Connection, ids: Sequence[UUID]) -> tuple[dict[UUID, Partner], tuple[Guard, ...]]:
    """For each id the partner that stands for it, merged ones followed, and a guard on every row that was read."""
    known = await by_ids(connection, ids)
    ahead = {record.merged_into for record in known.values() if record.merged_into} - known.keys()
    while ahead:
        known |= await by_ids(connection, ahead)
        ahead = {record.merged_into for record in known.values() if record.merged_into} - known.keys()
    found = {id: _survivor(known, id) for id in ids if id in known}
    return found, tuple(Guard(partner, record.id, record.version) for record in known.values())


def _survivor(known: Mapping[UUID, Partner], id: UUID) -> Partner:
    record = known[id]
    while record.merged_into is not None:
        record = known[record.merged_into]
    return record


async def namesakes(connection: Connection, candidate: Partner) -> tuple[dict[str, int], dict[UUID, Partner]]:
    """How often each of the candidate's names is taken, and the standing partners that carry one."""
    rows = await connection.fetch(_TAKEN, candidate.country or "", list(candidate.name_keys()))
    taken: dict[str, int] = {}
    for row in rows:
        taken[row["key"]] = max(taken.get(row["key"], 0), row["twin"] + 1)
    carriers, _ = await standing(connection, list({row["record_id"] for row in rows}))
    # A partner whose country was corrected keeps the names it had claimed in the other one.
    here = (record for record in carriers.values() if record.country == candidate.country)
    return taken, {record.id: record for record in here}


def name_claim(candidate: Partner, taken: Mapping[str, int], keys: Sequence[str] | None = None) -> tuple[Claim, ...]:
    """The claim on names, each as the next namesake."""
    keys = candidate.name_keys() if keys is None else keys
    columns: dict[str, Sequence[object]] = {
        "country": [candidate.country or ""] * len(keys),
        "key": list(keys),
        "twin": [taken.get(key, 0) for key in keys],
    }
    return (Claim(partner_name, columns),) if keys else ()
