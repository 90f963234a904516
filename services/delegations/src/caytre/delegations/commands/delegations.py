"""Acts on delegations that look at more than the delegation: partners, the plan, conflicts, follow-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from caytre.contracts.delegations import Stop
from caytre.contracts.message import Document
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.storing.change import Change, creates, decides, reference_claim
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision, Guard, said
from caytre.delegations.commands.partners import known
from caytre.delegations.commands.places import place_claim
from caytre.delegations.commands.plans import plan_at
from caytre.delegations.commands.scanning import findings_of
from caytre.delegations.model import Delegation
from caytre.delegations.tables import DELEGATIONS, finding

_FOLLOW_UPS = "SELECT id FROM follow_up WHERE source_id = $1"


def hosts_of(stops: Iterable[Stop]) -> list[UUID]:
    """The partners that receive somebody at these stops."""
    return [host.partner_id for stop in stops for host in stop.hosts]


async def draft_delegation(database: Database, command: Command, *, particulars: Mapping[str, Any]) -> Answer:
    """Begin a delegation; its hosts are named as they are called now."""
    id = new_id()

    async def decide(connection: Connection) -> tuple[Delegation, Decision]:
        partners, _ = await known(connection, hosts_of(particulars.get("stops", ())))
        delegation, message = Delegation.draft(id=id, partners=partners, at=command.at, **particulars)
        claims = reference_claim(DELEGATIONS, delegation.external_refs)
        return delegation, Decision((message,), claims=claims)

    return await creates(DELEGATIONS, database, command, decide)


async def revise_delegation(change: Change, changes: Mapping[str, Any]) -> Answer:
    """Edit the draft."""

    async def decide(delegation: Delegation, connection: Connection) -> Decision:
        partners, _ = await known(connection, hosts_of(changes.get("stops", ())))
        return said(delegation.revise(changes, partners=partners))

    return await decides(DELEGATIONS, change, decide)


async def amend_delegation(change: Change, changes: Mapping[str, Any]) -> Answer:
    """Change the trip after its submission, while the plan that the changes name is as it was read.

    Another item of a plan is taken by its next turn.
    """

    async def decide(delegation: Delegation, connection: Connection) -> Decision:
        partners, _ = await known(connection, hosts_of(changes.get("stops", ())))
        plan, guards = await plan_at(connection, changes.get("plan"))
        message = delegation.amend(changes, plan=plan, partners=partners, at=change.command.at)
        claims = await place_claim(DELEGATIONS, connection, delegation, plan)
        return Decision((message,), guards=guards, claims=claims)

    return await decides(DELEGATIONS, change, decide)


async def submit_delegation(change: Change) -> Answer:
    """Hand it in, while the plan it names is as it was read; its item is taken by the next turn."""

    async def decide(delegation: Delegation, connection: Connection) -> Decision:
        plan, guards = await plan_at(connection, delegation.plan)
        message = delegation.submit(plan=plan, at=change.command.at)
        claims = await place_claim(DELEGATIONS, connection, delegation, plan)
        return Decision((message,), guards=guards, claims=claims)

    return await decides(DELEGATIONS, change, decide)


async def refer_delegation(change: Change, *, recommendation: str) -> Answer:
    """Lay it before the authority, while its conflicts are as they were read."""

    async def decide(delegation: Delegation, connection: Connection) -> Decision:
        findings = tuple((await findings_of(connection, [delegation.id])).values())
        message = delegation.refer(recommendation=recommendation, findings=findings, at=change.command.at)
        return Decision((message,), guards=tuple(Guard(finding, f.id, f.version) for f in findings))

    return await decides(DELEGATIONS, change, decide)


async def approve_delegation(change: Change, *, authority: str, document: Document) -> Answer:
    """Approve it, while its conflicts and its hosts are as they were read."""

    async def decide(delegation: Delegation, connection: Connection) -> Decision:
        findings = tuple((await findings_of(connection, [delegation.id])).values())
        partners, guards = await known(connection, delegation.host_ids)
        message = delegation.approve(
            authority=authority, document=document, findings=findings, partners=partners, at=change.command.at
        )
        return Decision((message,), guards=(*guards, *(Guard(finding, f.id, f.version) for f in findings)))

    return await decides(DELEGATIONS, change, decide)


async def close_delegation(change: Change) -> Answer:
    """Close it, if each commitment is followed up or declined."""

    async def decide(delegation: Delegation, connection: Connection) -> Decision:
        return said(delegation.close(await follow_ups_of(connection, delegation.id)))

    return await decides(DELEGATIONS, change, decide)


async def follow_ups_of(connection: Connection, source: UUID) -> list[UUID]:
    """The follow-ups that came out of a record."""
    return [row["id"] for row in await connection.fetch(_FOLLOW_UPS, source)]
