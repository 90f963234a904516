"""Acts on visits that look at more than the visit: the register of partners, other visits on the same days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from caytre.contracts.delegations import ProgrammeItem
from caytre.contracts.message import Document
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.storing.change import Change, creates, decides, reference_claim
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision, Guard, said
from caytre.delegations.commands.delegations import follow_ups_of
from caytre.delegations.commands.partners import known
from caytre.delegations.commands.places import place_claim
from caytre.delegations.commands.plans import plan_at
from caytre.delegations.model import Visit
from caytre.delegations.model.partners import KnownPartner, PartnerUnknown
from caytre.delegations.tables import VISITS, visit

#: Whoever else a locality receives on these days, with a programme of its own.
_BESIDE = (
    "SELECT id, version, document::text AS document, confidential FROM visit WHERE locality = $1 AND id <> $2 "
    "AND status IN ('PROGRAMME_DRAFT', 'APPROVED', 'ARRIVED') AND arrives_on <= $4 AND leaves_on >= $3"
)


async def guest_of(connection: Connection, id: UUID | None) -> tuple[KnownPartner | None, tuple[Guard, ...]]:
    """The guest's side as it is known here. Raises PartnerUnknown."""
    if id is None:
        return None, ()
    partners, guards = await known(connection, [id])
    if id not in partners:
        raise PartnerUnknown(pointer="/partner_id", partner=id)
    return partners[id], guards


async def request_visit(
    database: Database, command: Command, *, partner_id: UUID | None, particulars: Mapping[str, Any]
) -> Answer:
    """A foreign side asks to come."""
    id = new_id()

    async def decide(connection: Connection) -> tuple[Visit, Decision]:
        partner, _ = await guest_of(connection, partner_id)
        record, message = Visit.request(id=id, partner=partner, at=command.at, **particulars)
        return record, Decision((message,), claims=reference_claim(VISITS, record.external_refs))

    return await creates(VISITS, database, command, decide)


async def amend_visit(change: Change, changes: Mapping[str, Any]) -> Answer:
    """Edit it, while the plan that the changes name is as it was read."""

    async def decide(record: Visit, connection: Connection) -> Decision:
        plan, guards = await plan_at(connection, changes.get("plan"))
        return Decision((record.amend(changes, plan=plan),), guards=guards)

    return await decides(VISITS, change, decide)


async def check_partner(change: Change, *, waived: str | None) -> Answer:
    """Look the guest's side up, and hold it as it was read."""

    async def decide(record: Visit, connection: Connection) -> Decision:
        partner, guards = await guest_of(connection, record.guest.partner_id if record.guest else None)
        return Decision((record.check_partner(partner, waived=waived, at=change.command.at),), guards=guards)

    return await decides(VISITS, change, decide)


async def publish_programme(change: Change, items: Sequence[ProgrammeItem]) -> Answer:
    """A version of the programme that clashes with no other visit of the locality."""

    async def decide(record: Visit, connection: Connection) -> Decision:
        others = await _beside(connection, record)
        return said(record.publish_programme(items, others=others))

    return await decides(VISITS, change, decide)


async def approve_visit(change: Change, *, authority: str, document: Document) -> Answer:
    """Approve it, while the guest's side, its plan and the other visits on these days are as they were read.

    Of two visits approved in the same moment one is decided anew and sees the other. The item of the plan is taken by
    its next turn.
    """

    async def decide(record: Visit, connection: Connection) -> Decision:
        partner, guards = await guest_of(connection, record.guest.partner_id if record.guest else None)
        plan, held = await plan_at(connection, record.plan)
        others = await _beside(connection, record)
        message = record.approve(
            authority=authority, document=document, partner=partner, plan=plan, others=others, at=change.command.at
        )
        beside = tuple(Guard(visit, each.id, each.version) for each in others)
        claims = await place_claim(VISITS, connection, record, plan)
        return Decision((message,), guards=(*guards, *held, *beside), claims=claims)

    return await decides(VISITS, change, decide)


async def close_visit(change: Change) -> Answer:
    """Close it, if each commitment is followed up."""

    async def decide(record: Visit, connection: Connection) -> Decision:
        return said(record.close(await follow_ups_of(connection, record.id)))

    return await decides(VISITS, change, decide)


async def _beside(connection: Connection, record: Visit) -> list[Visit]:
    first, last = record.arrives_on, record.leaves_on
    if first is None or last is None:
        return []
    rows = await connection.fetch(_BESIDE, record.locality, record.id, first.earliest, last.latest)
    return [VISITS.restore(row["id"], row["document"], row["confidential"]) for row in rows]
