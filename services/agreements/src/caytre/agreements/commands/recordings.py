"""Taking over one entry of a register: found by its external reference, compared, and written only on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from caytre.agreements.commands.change import judged
from caytre.agreements.commands.names import by_ids, name_claim, namesakes, standing
from caytre.agreements.model import Agreement, Partner
from caytre.agreements.model.partner import NameJustTaken
from caytre.agreements.model.recording import Difference, ExternalRefTaken, shown_of
from caytre.agreements.tables import AGREEMENTS, PARTNERS, partner
from caytre.contracts.agreements import Names
from caytre.contracts.message import ExternalRef, Provenance
from caytre.core.command import Command, anyone
from caytre.core.ids import new_id
from caytre.core.policy import visible
from caytre.core.refusals import NotFound
from caytre.core.storing import idempotency
from caytre.core.storing.change import reference_claim
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision, Guard

_KNOWN = "SELECT record_id FROM external_ref WHERE system = $1 AND external_id = $2 AND kind = 'agreement'"
#: What a replayed answer with this status had come to.
OUTCOMES: dict[int, Literal["created", "updated"]] = {201: "created", 200: "updated"}


@dataclass(frozen=True, slots=True)
class NamedPartner:
    """A foreign party as a register shows it: a name, a country (ISO 3166-1 alpha-2) if it has one, and what it is."""

    name: str
    country: str | None
    type: str


class Recording(BaseModel):
    """What came of one entry. `validate` says what would come of it; then ids are those of records that exist."""

    outcome: Literal["created", "unchanged", "different", "updated"]
    id: UUID | None = None
    version: int | None = None
    differences: tuple[Difference, ...] = ()
    new_partners: tuple[str, ...] = ()


async def record_agreement(
    database: Database,
    command: Command,
    *,
    reference: ExternalRef,
    provenance: Provenance,
    parties: Sequence[UUID | NamedPartner],
    particulars: Mapping[str, Any],
    apply: bool,
    update: bool,
) -> Recording:
    """Take over the entry `reference`, or say what that would do. Partners it names come with it."""
    async with database.command.acquire() as connection:
        if replay := await idempotency.find(command, connection):
            return Recording(outcome=OUTCOMES[replay.status], id=replay.id, version=replay.version)
        partners, fresh = await _parties(connection, command, parties, provenance)
        there, _ = Agreement.record(
            id=new_id(),
            partners=partners,
            provenance=provenance,
            external_refs=(reference,),
            at=command.at,
            **particulars,
        )
        command.permit(there)
        known = await connection.fetchval(_KNOWN, reference.system, reference.id)
    new_partners = tuple(name for partner in fresh for name in partner.names.known()[:1])
    if known is not None:
        return await _compare(database, command, known, there, update=apply and update)
    if not apply:
        return Recording(outcome="created", new_partners=new_partners)
    await _record_partners(database, command, fresh, provenance)
    return await _create(database, command, there, particulars, new_partners)


async def _parties(
    connection: Connection, command: Command, parties: Sequence[UUID | NamedPartner], provenance: Provenance
) -> tuple[list[Partner], list[Partner]]:
    ids = [party for party in parties if isinstance(party, UUID)]
    found, _ = await standing(connection, ids)
    partners, fresh = [], []
    for party in parties:
        if isinstance(party, UUID):
            if party not in found or not visible(command.caller, found[party]):
                raise NotFound(pointer="/foreign_parties", kind="partner", id=party)
            partners.append(found[party])
            continue
        candidate = _candidate(party, provenance)
        _, carriers = await namesakes(connection, candidate)
        # The oldest namesake: later ones were told apart from it on purpose. One the caller may not know of is none.
        shown = (carrier for carrier in carriers.values() if visible(command.caller, carrier))
        chosen = min(shown, key=lambda carrier: carrier.id, default=candidate)
        partners.append(chosen)
        fresh += [candidate] if chosen is candidate else []
    return partners, fresh


def _candidate(party: NamedPartner, provenance: Provenance) -> Partner:
    names = Names(native=party.name)
    record, _ = Partner.record(id=new_id(), provenance=provenance, type=party.type, country=party.country, names=names)
    return record


async def _record_partners(
    database: Database, command: Command, fresh: Sequence[Partner], provenance: Provenance
) -> None:
    # A record of its own each, before the agreement: left alone by a crash, the next try finds it by its name.
    for new in fresh:

        async def decide(connection: Connection, new: Partner = new) -> tuple[Partner, Decision]:
            again, message = Partner.record(
                id=new.id, provenance=provenance, type=new.type, country=new.country, names=new.names
            )
            taken, carriers = await namesakes(connection, again)
            if any(visible(command.caller, carrier) for carrier in carriers.values()):
                raise NameJustTaken
            return again, Decision((message,), claims=name_claim(again, taken))

        await PARTNERS.create(database, replace(command, key=None, permit=anyone), decide)


async def _create(
    database: Database,
    command: Command,
    there: Agreement,
    particulars: Mapping[str, Any],
    new_partners: tuple[str, ...],
) -> Recording:
    async def decide(connection: Connection) -> tuple[Agreement, Decision]:
        known = await by_ids(connection, there.partner_ids)
        fresh, message = Agreement.record(
            id=there.id,
            partners=[known[id] for id in there.partner_ids],
            provenance=there.provenance,
            external_refs=there.external_refs,
            at=command.at,
            **particulars,
        )
        # A partner that is made restricted in this moment must not be named after it.
        guards = tuple(Guard(partner, record.id, record.version) for record in known.values())
        claims = reference_claim(AGREEMENTS, fresh.external_refs)
        return fresh, judged(fresh, message, command.at, guards=guards, claims=claims)

    answer = await AGREEMENTS.create(database, command, decide)
    return Recording(outcome="created", id=answer.id, version=answer.version, new_partners=new_partners)


async def _compare(database: Database, command: Command, id: UUID, there: Agreement, *, update: bool) -> Recording:
    async with database.command.acquire() as connection:
        here = await AGREEMENTS.load(connection, id)
        if not visible(command.caller, here):
            raise ExternalRefTaken
        command.permit(here)
        found, _ = await standing(connection, here.partner_ids)
    survivors = {old: partner.id for old, partner in found.items()}
    differences = here.differences(there, survivors)
    if not differences:
        return Recording(outcome="unchanged", id=id, version=here.version)
    if not update:
        return Recording(outcome="different", id=id, version=here.version, differences=shown_of(here, differences))

    async def decide(record: Agreement, _: Connection) -> Decision:
        message = record.apply(record.differences(there, survivors), there, command.at)
        return judged(record, message, command.at)

    answer = await AGREEMENTS.change(database, command, id, here.version, decide)
    return Recording(outcome="updated", id=id, version=answer.version, differences=shown_of(here, differences))
