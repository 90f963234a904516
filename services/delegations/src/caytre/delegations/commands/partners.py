"""Partners as this service knows them, with guards: a decision about a host holds while it is as it was read."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from caytre.core.storing.database import Connection, Row
from caytre.core.storing.decision import Guard
from caytre.delegations.model.partners import KnownPartner
from caytre.delegations.tables import known_partner

_KNOWN = (
    "SELECT id, version, partner_type, name, country, verified_until, barred, merged_into "
    "FROM known_partner WHERE id = ANY($1)"
)


async def known(connection: Connection, ids: Iterable[UUID]) -> tuple[dict[UUID, KnownPartner], tuple[Guard, ...]]:
    """The partners of these ids that are known, merged ones as those that stand for them, and a guard on every row."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}, ()
    read = {row["id"]: _partner(row) for row in await connection.fetch(_KNOWN, wanted)}
    ahead = {partner.merged_into for partner in read.values() if partner.merged_into} - read.keys()
    while ahead:
        more = {row["id"]: _partner(row) for row in await connection.fetch(_KNOWN, list(ahead))}
        read |= more
        ahead = {partner.merged_into for partner in more.values() if partner.merged_into} - read.keys()
    found = {id: _standing(read, id) for id in wanted if id in read}
    return found, tuple(Guard(known_partner, partner.id, partner.version) for partner in read.values())


def _standing(read: dict[UUID, KnownPartner], id: UUID) -> KnownPartner:
    partner = read[id]
    while partner.merged_into is not None and partner.merged_into in read:
        partner = read[partner.merged_into]
    return partner


def _partner(row: Row) -> KnownPartner:
    return KnownPartner(
        id=row["id"],
        version=row["version"],
        type=row["partner_type"],
        name=row["name"],
        country=row["country"],
        verified_until=row["verified_until"],
        barred=row["barred"],
        merged_into=row["merged_into"],
    )
