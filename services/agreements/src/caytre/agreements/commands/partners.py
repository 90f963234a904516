"""Acts on foreign partners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from caytre.agreements.commands.names import by_ids, name_claim, namesakes
from caytre.agreements.model import Partner
from caytre.agreements.tables import PARTNERS, partner
from caytre.contracts.agreements import Evidence
from caytre.contracts.message import Document, Message
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.policy import visible
from caytre.core.refusals import NotFound
from caytre.core.storing.change import Change, reference_claim, says
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision, Guard


async def register_partner(
    database: Database, command: Command, *, distinct_reason: str | None, particulars: Mapping[str, Any]
) -> Answer:
    """Enter a foreign partner; namesakes are named and must be told apart. Who registers it may correct it."""
    id = new_id()
    particulars = {"localities": tuple(sorted(command.caller.localities)), **particulars}

    async def decide(connection: Connection) -> tuple[Partner, Decision]:
        candidate, _ = Partner.register(id=id, **particulars)
        taken, carriers = await namesakes(connection, candidate)
        similar = tuple(record for record in carriers.values() if visible(command.caller, record))
        fresh, message = Partner.register(id=id, similar=similar, distinct_reason=distinct_reason, **particulars)
        claims = (*name_claim(fresh, taken), *reference_claim(PARTNERS, fresh.external_refs))
        return fresh, Decision((message,), claims=claims)

    return await PARTNERS.create(database, command, decide)


async def amend_partner(change: Change, changes: Mapping[str, Any]) -> Answer:
    """Correct particulars; new names are claimed."""

    async def decide(record: Partner, connection: Connection) -> Decision:
        before = set(record.name_keys())
        return await claiming(record, connection, before, record.amend(changes))

    return await PARTNERS.change(change.database, change.command, change.id, change.expected, decide)


async def correct_country(
    change: Change, country: str | None, *, reason: str, evidence: tuple[Evidence, ...]
) -> Answer:
    """Say that the partner belongs to another country; its names are claimed there."""
    at = change.command.at

    async def decide(record: Partner, connection: Connection) -> Decision:
        before = set(record.name_keys())
        message = record.correct_country(country, reason=reason, evidence=evidence, at=at)
        return await claiming(record, connection, before, message)

    return await PARTNERS.change(change.database, change.command, change.id, change.expected, decide)


async def add_alias(change: Change, alias: str) -> Answer:
    """Remember another name."""

    async def decide(record: Partner, connection: Connection) -> Decision:
        before = set(record.name_keys())
        return await claiming(record, connection, before, record.add_alias(alias))

    return await PARTNERS.change(change.database, change.command, change.id, change.expected, decide)


async def claiming(record: Partner, connection: Connection, before: set[str], message: Message) -> Decision:
    """The decision of an act that may have given new names, with the claim on those that were not there `before`."""
    taken, carriers = await namesakes(connection, record)
    fresh = [key for key in record.name_keys() if key not in before and not (key in taken and record.id in carriers)]
    return Decision((message,), claims=name_claim(record, taken, fresh))


async def merge_partner(change: Change, *, into: UUID, reason: str) -> Answer:
    """Say that this partner is a duplicate; the survivor takes its names over when it hears of it."""

    async def decide(record: Partner, connection: Connection) -> Decision:
        survivor = (await by_ids(connection, [into])).get(into)
        if survivor is None or not visible(change.command.caller, survivor):
            raise NotFound(pointer="/into", kind="partner", id=into)
        message = record.merge_into(survivor, reason)
        return Decision((message,), guards=(Guard(partner, survivor.id, survivor.version),))

    return await PARTNERS.change(change.database, change.command, change.id, change.expected, decide)


async def classify_partner(change: Change, *, sensitivity: str, confirmed: bool) -> Answer:
    """Raise or lower the sensitivity."""
    return await says(PARTNERS, change, lambda partner: partner.classify(sensitivity, confirmed=confirmed))


async def request_verification(change: Change, *, verifier: str, reason: str | None) -> Answer:
    """Ask the ministry or a mission to verify the partner."""
    caller, at = change.command.caller, change.command.at
    return await says(
        PARTNERS,
        change,
        lambda partner: partner.request_verification(
            verifier=verifier, requested_by=caller.organisation, reason=reason, at=at
        ),
    )


async def start_verification(change: Change) -> Answer:
    """Take the request up."""
    verifier = change.command.caller.organisation
    return await says(PARTNERS, change, lambda partner: partner.start_verification(verifier=verifier))


async def verify_partner(change: Change, *, evidence: tuple[Evidence, ...], document: Document | None) -> Answer:
    """Vouch for the partner."""
    verifier, at = change.command.caller.organisation, change.command.at
    return await says(
        PARTNERS, change, lambda partner: partner.verify(verifier=verifier, evidence=evidence, document=document, at=at)
    )


async def reject_partner(
    change: Change, *, reason: str, evidence: tuple[Evidence, ...], document: Document | None
) -> Answer:
    """Do not vouch for the partner."""
    verifier, at = change.command.caller.organisation, change.command.at
    return await says(
        PARTNERS,
        change,
        lambda partner: partner.reject(verifier=verifier, reason=reason, evidence=evidence, document=document, at=at),
    )


async def revoke_verification(change: Change, *, reason: str, document: Document | None) -> Answer:
    """Take the verification back at once."""
    at = change.command.at
    return await says(PARTNERS, change, lambda partner: partner.revoke(reason=reason, document=document, at=at))
