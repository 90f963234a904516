"""Partners that are merged, corrected, restricted, turn out to be natural persons, or are vouched for no more."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from caytre.agreements.commands.names import by_ids, standing
from caytre.agreements.consumers.listening import consumers, if_said
from caytre.agreements.model import Agreement, Partner
from caytre.agreements.tables import AGREEMENTS, PARTNERS
from caytre.contracts import agreements as contract
from caytre.contracts.agreements import (
    PartnerAmended,
    PartnerCountryCorrected,
    PartnerMerged,
    PartnerRejected,
    PartnerRevoked,
    PartnerVerificationExpired,
    PartnerVerified,
    PartnerWithdrawn,
)
from caytre.contracts.message import OPEN, Message
from caytre.core.clock import day_of
from caytre.core.consuming.consumer import Reaction, Received


@consumers.reaction(contract.EVENTS_TOPIC, PartnerMerged.TYPE)
async def take_over_names(reaction: Reaction, message: Received) -> None:
    """The survivor of a merger keeps the duplicate's id and names."""
    duplicate = (await by_ids(reaction.connection, [message.subject]))[message.subject]
    if duplicate.merged_into is not None:
        await PARTNERS.react(
            reaction.command,
            reaction.connection,
            duplicate.merged_into,
            lambda survivor: if_said(_taken_over(survivor, duplicate)),
        )


def _taken_over(survivor: Partner, duplicate: Partner) -> Message | None:
    return survivor.take_over(duplicate)


_CONCERNED = "SELECT id FROM agreement WHERE partner_ids && $1::uuid[]"
#: Of a restricted agreement the parties stand in the encrypted part only.
_RESTRICTED = "SELECT id FROM agreement WHERE sensitivity <> ALL ($2)"


async def _concerned(
    reaction: Reaction, partners: Collection[UUID], act: Callable[[Agreement], Message | None]
) -> None:
    rows = await reaction.connection.fetch(f"{_CONCERNED} UNION {_RESTRICTED} ORDER BY id", list(partners), list(OPEN))
    for row in rows:
        await AGREEMENTS.react(
            reaction.command, reaction.connection, row["id"], lambda agreement: if_said(act(agreement))
        )


@consumers.reaction(contract.EVENTS_TOPIC, PartnerWithdrawn.TYPE)
@consumers.reaction(contract.EVENTS_TOPIC, PartnerCountryCorrected.TYPE)
async def follow_partner(reaction: Reaction, message: Received) -> None:
    """Agreements name a restricted partner no more, and know the country that a partner really belongs to."""
    partner = (await by_ids(reaction.connection, [message.subject]))[message.subject]
    await _concerned(reaction, (partner.id, *partner.merged), lambda agreement: agreement.follow_party(partner))


@consumers.reaction(contract.EVENTS_TOPIC, PartnerAmended.TYPE)
async def name_no_person(reaction: Reaction, message: Received) -> None:
    """Agreements name a partner no more that turns out to be a natural person."""
    if "type" in message.json().get("fields", ()):
        await follow_partner(reaction, message)


_WHY = {
    PartnerRevoked.TYPE: "REVOKED",
    PartnerRejected.TYPE: "REJECTED",
    PartnerVerificationExpired.TYPE: "VERIFICATION_EXPIRED",
}


def _partner_and_version(message: Received) -> str:
    return f"{message.subject}@{message.sequence}"


@consumers.reaction(contract.EVENTS_TOPIC, PartnerRevoked.TYPE, key=_partner_and_version)
@consumers.reaction(contract.EVENTS_TOPIC, PartnerRejected.TYPE, key=_partner_and_version)
@consumers.reaction(contract.EVENTS_TOPIC, PartnerVerificationExpired.TYPE, key=_partner_and_version)
async def flag_partner(reaction: Reaction, message: Received) -> None:
    """Agreements that are not signed yet are told that a partner is no longer vouched for."""
    partner = await _standing(reaction, message.subject)
    if partner.verified_on(day_of(reaction.command.at)):
        # It was verified anew before this was heard.
        return
    ids, why, version = _ids(partner, message), _WHY[message.type], message.sequence
    await _concerned(reaction, ids, lambda agreement: agreement.flag_partner(ids, why=why, version=version))


@consumers.reaction(contract.EVENTS_TOPIC, PartnerVerified.TYPE, key=_partner_and_version)
@consumers.reaction(contract.EVENTS_TOPIC, PartnerMerged.TYPE, key=_partner_and_version)
async def clear_partner(reaction: Reaction, message: Received) -> None:
    """Agreements are told that a flagged partner, or the one that it was merged into, is vouched for."""
    partner = await _standing(reaction, message.subject)
    if partner.verified_on(day_of(reaction.command.at)):
        ids = _ids(partner, message)
        await _concerned(reaction, ids, lambda agreement: agreement.clear_partner(ids))


async def _standing(reaction: Reaction, id: UUID) -> Partner:
    found, _ = await standing(reaction.connection, [id])
    # Held while agreements are told how it stands: what becomes of it now is said, and told to them, afterwards.
    await PARTNERS.hold(reaction.connection, [found[id].id])
    found, _ = await standing(reaction.connection, [id])
    return found[id]


def _ids(partner: Partner, message: Received) -> frozenset[UUID]:
    return frozenset((message.subject, partner.id, *partner.merged))
