"""Taking over one partner of a register or a publication: found by its number there, else by its name and country."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from caytre.agreements.commands.names import name_claim, namesakes
from caytre.agreements.commands.partners import claiming
from caytre.agreements.commands.recordings import OUTCOMES, Recording
from caytre.agreements.model import Partner
from caytre.agreements.model.partner import NameJustTaken
from caytre.agreements.model.partner_entry import differences, follow
from caytre.agreements.model.recording import ExternalRefTaken, shown_of
from caytre.agreements.tables import PARTNERS
from caytre.contracts.message import ExternalRef, Provenance
from caytre.core.command import Command
from caytre.core.ids import new_id
from caytre.core.policy import visible
from caytre.core.storing import idempotency
from caytre.core.storing.change import reference_claim
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision

_KNOWN = "SELECT record_id FROM external_ref WHERE system = $1 AND external_id = $2 AND kind = 'partner'"


async def record_partner(
    database: Database,
    command: Command,
    *,
    reference: ExternalRef,
    provenance: Provenance,
    particulars: Mapping[str, Any],
    apply: bool,
    update: bool,
) -> Recording:
    """Take over the entry `reference`, or say what that would do."""
    there, _ = Partner.record(
        id=new_id(),
        provenance=provenance,
        external_refs=(reference,),
        localities=tuple(sorted(command.caller.localities)),
        **particulars,
    )
    command.permit(there)
    async with database.command.acquire() as connection:
        if replay := await idempotency.find(command, connection):
            return Recording(outcome=OUTCOMES[replay.status], id=replay.id, version=replay.version)
        known: UUID | None = await connection.fetchval(_KNOWN, reference.system, reference.id)
        here = await PARTNERS.load(connection, known) if known else await _namesake(connection, command, there)
    if here is not None:
        return await _compare(database, command, here, there, update=apply and update)
    if not apply:
        return Recording(outcome="created")

    async def decide(connection: Connection) -> tuple[Partner, Decision]:
        fresh, message = Partner.record(
            id=there.id,
            provenance=provenance,
            external_refs=(reference,),
            localities=there.localities,
            **particulars,
        )
        taken, carriers = await namesakes(connection, fresh)
        if any(visible(command.caller, carrier) for carrier in carriers.values()):
            raise NameJustTaken
        return fresh, Decision((message,), claims=(*name_claim(fresh, taken), *reference_claim(PARTNERS, (reference,))))

    answer = await PARTNERS.create(database, command, decide)
    return Recording(outcome="created", id=answer.id, version=answer.version)


async def _namesake(connection: Connection, command: Command, there: Partner) -> Partner | None:
    _, carriers = await namesakes(connection, there)
    # The oldest: later ones were told apart from it on purpose.
    shown = (carrier for carrier in carriers.values() if visible(command.caller, carrier))
    return min(shown, key=lambda carrier: carrier.id, default=None)


async def _compare(database: Database, command: Command, here: Partner, there: Partner, *, update: bool) -> Recording:
    if not visible(command.caller, here):
        raise ExternalRefTaken
    command.permit(here)
    found = differences(here, there)
    shown = shown_of(here, found)
    if not found:
        return Recording(outcome="unchanged", id=here.id, version=here.version)
    if not update:
        return Recording(outcome="different", id=here.id, version=here.version, differences=shown)

    async def decide(record: Partner, connection: Connection) -> Decision:
        before = set(record.name_keys())
        message = follow(record, there, differences(record, there))
        return await claiming(record, connection, before, message)

    answer = await PARTNERS.change(database, command, here.id, here.version, decide)
    return Recording(outcome="updated", id=here.id, version=answer.version, differences=shown)
