"""The search for conflicts over all localities: one delegation against the stays of all others, through an index.

Searches run one at a time (an advisory lock until the transaction's end): of two delegations that meet, the later
search sees what the earlier wrote. What one search costs depends on who meets whom, not on how many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from caytre.contracts.delegations import Side
from caytre.contracts.message import Message
from caytre.core.command import Command
from caytre.core.storing.database import Connection, Row
from caytre.core.storing.decision import Decision
from caytre.delegations.model import Delegation, Finding
from caytre.delegations.model.conflicts import MARGINS, Found, Stay, conflicts_of
from caytre.delegations.model.finding import sensitivity_of
from caytre.delegations.model.reviewing import ON_THE_WAY
from caytre.delegations.tables import DELEGATIONS, FINDINGS

#: Any number that is this search's alone (pg_advisory_xact_lock).
_ONE_AT_A_TIME = 7_203_651_903
_LOCK = "SELECT pg_advisory_xact_lock($1)"
_FORGET = "DELETE FROM stay WHERE delegation_id = $1"
_KEEP = (
    "INSERT INTO stay (delegation_id, localities, kind, key, during) "
    "SELECT $1, string_to_array(s.localities, ','), s.kind, s.key, daterange(s.first, s.last, '[]') "
    "FROM unnest($2::text[], $3::text[], $4::text[], $5::date[], $6::date[]) AS s (localities, kind, key, first, last) "
    "ON CONFLICT DO NOTHING"
)
_COLUMNS = "s.delegation_id, s.localities, s.kind, s.key, lower(s.during) AS first, upper(s.during) - 1 AS last"
_OF = f"SELECT {_COLUMNS} FROM stay s WHERE s.delegation_id = ANY($1)"
NEAR = (
    f"SELECT DISTINCT {_COLUMNS} "
    "FROM unnest($1::text[], $2::text[], $3::date[], $4::date[]) AS q (kind, key, first, last) "
    "JOIN stay s ON s.kind = q.kind AND s.key = q.key AND s.during && daterange(q.first, q.last, '[]')"
)
_FINDINGS = (
    "SELECT id, document::text AS document, confidential FROM finding WHERE delegation_ids && $1::uuid[] "
    "AND status <> 'CLOSED'"
)
_BY_ID = "SELECT id, document::text AS document, confidential FROM finding WHERE id = ANY($1)"


async def findings_of(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Finding]:
    """The conflicts of these delegations that are not closed."""
    rows = await connection.fetch(_FINDINGS, list(ids))
    return {row["id"]: FINDINGS.restore(row["id"], row["document"], row["confidential"]) for row in rows}


async def keep_stays(connection: Connection, delegation: Delegation) -> tuple[Stay, ...]:
    """Write what the delegation takes on which days; nothing when it is no longer on its way."""
    stays = delegation.stays() if delegation.status in ON_THE_WAY else ()
    await connection.execute(_FORGET, delegation.id)
    if stays:
        rows = ((",".join(s.localities), s.kind, s.key, s.first, s.last) for s in stays)
        await connection.execute(_KEEP, delegation.id, *map(list, zip(*rows, strict=True)))
    return stays


async def near(connection: Connection, stays: Iterable[Stay]) -> list[Stay]:
    """All stays that matter to these, their own among them."""
    asked = [
        (kind, key, s.first - margin, s.last + margin)
        for s in stays
        for margin in (timedelta(days=MARGINS[s.kind]),)
        for kind, key in {(s.kind, s.meets()), (s.kind, s.key)}
    ]
    rows = await connection.fetch(NEAR, *map(list, zip(*asked, strict=True))) if asked else []
    return [stay_in(row) for row in rows]


def stay_in(row: Row) -> Stay:
    """The stay that a row keeps."""
    values: dict[str, Any] = dict(row)
    return Stay(**{**values, "localities": tuple(values["localities"])})


async def search(connection: Connection, delegation: Delegation) -> tuple[dict[UUID, Found], set[UUID]]:
    """What conflicts there are for this delegation and for those whose own conflicts may have changed by it.

    The second part of the answer names all of them.
    """
    mine = await keep_stays(connection, delegation)
    found = conflicts_of(delegation.id, await near(connection, mine))
    before = await findings_of(connection, [delegation.id])
    touched = {id for each in found.values() for id in each.pair}
    touched |= {id for finding in before.values() for id in finding.delegation_ids} | {delegation.id}
    others = touched - {delegation.id}
    if others:
        # A third delegation at a host or mission makes or unmakes conflicts of two others.
        theirs = [stay_in(row) for row in await connection.fetch(_OF, list(others))]
        around = await near(connection, theirs)
        for other in others:
            found |= conflicts_of(other, around)
    return found, touched


async def scan(command: Command, connection: Connection, id: UUID) -> None:
    """Search, open and close findings, and keep in the delegation which revision was searched.

    Part of one reaction's transaction: all of it happens or nothing.
    """
    await connection.execute(_LOCK, _ONE_AT_A_TIME)
    # Held, so that nobody tells it less of its conflicts meanwhile than is found here.
    await DELEGATIONS.hold(connection, [id])
    delegation = await DELEGATIONS.load(connection, id)
    found, touched = await search(connection, delegation)
    there = await findings_of(connection, touched)
    ended = await connection.fetch(_BY_ID, list(found.keys() - there.keys()))
    again = {row["id"]: FINDINGS.restore(row["id"], row["document"], row["confidential"]) for row in ended}
    sides = _Sides(connection, delegation)
    for finding_id in sorted(found.keys() | there.keys()):
        if finding_id not in found:
            await FINDINGS.react(command, connection, finding_id, lambda finding: _if(finding.close(command.at)))
        elif finding_id not in there and finding_id not in again:
            await _open(command, connection, found[finding_id], sides)
        else:
            await _see_again(command, connection, found[finding_id], (there | again)[finding_id], sides)
    if delegation.status not in ON_THE_WAY:
        return
    present = (await findings_of(connection, [id])).values()
    hindering = [finding for finding in present if finding.hinders]
    blocking = sum(finding.severity == "BLOCK" for finding in hindering)

    def note(record: Delegation) -> Decision | None:
        if record.revision != delegation.revision:
            return None
        noted = record.note_scan(
            found=len(present), blocking=blocking, coordinate=len(hindering) - blocking, at=command.at
        )
        heeded = record.heed(list(present))
        return Decision(tuple(message for message in (noted, heeded) if message is not None))

    await DELEGATIONS.react(command, connection, id, note)


def _if(message: Message | None) -> Decision | None:
    return Decision((message,)) if message is not None else None


class _Sides:
    """The two sides of a conflict as the other one may see them; each delegation is read once."""

    def __init__(self, connection: Connection, own: Delegation) -> None:
        self._connection = connection
        self._read = {own.id: own}

    async def of(self, found: Found) -> tuple[Side, Side]:
        one, other = found.pair
        return self._side(await self.delegation(one), found), self._side(await self.delegation(other), found)

    async def delegation(self, id: UUID) -> Delegation:
        if id not in self._read:
            self._read[id] = await DELEGATIONS.load(self._connection, id)
        return self._read[id]

    def _side(self, delegation: Delegation, found: Found) -> Side:
        first, last = delegation.trip or (found.first_day, found.last_day)
        hosts = {host.name or str(host.partner_id): host for stop in delegation.stops for host in stop.hosts}
        return Side(
            delegation_id=delegation.id,
            locality=delegation.locality,
            also=tuple(each for each in delegation.senders if each != delegation.locality),
            countries=delegation.countries,
            first_day=first,
            last_day=last,
            hosts=tuple(name for name, host in hosts.items() if str(host.partner_id) in found.keys),
            contact=delegation.contact,
        )


async def _open(command: Command, connection: Connection, found: Found, sides: _Sides) -> None:
    one, other = (await sides.delegation(found.pair[0]), await sides.delegation(found.pair[1]))
    finding, message = Finding.find(
        found,
        sides=await sides.of(found),
        sensitivity=sensitivity_of(one.sensitivity, other.sensitivity),
        localities=(*one.localities, *other.localities),
        at=command.at,
    )
    await FINDINGS.begin(command, connection, finding, Decision((message,)))


async def _see_again(command: Command, connection: Connection, found: Found, before: Finding, sides: _Sides) -> None:
    shown = await sides.of(found)
    await FINDINGS.react(
        command,
        connection,
        before.id,
        lambda finding: _if(finding.see_again(found, sides=shown, at=command.at)),
    )
