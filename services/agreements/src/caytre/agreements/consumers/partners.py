"""Partners that are merged, corrected, restricted, or turn out to be natural persons."""

from __future__ import annotations

from caytre.agreements.commands.names import by_ids
from caytre.agreements.consumers.listening import consumers, if_said
from caytre.agreements.model import Partner
from caytre.agreements.tables import AGREEMENTS, PARTNERS
from caytre.contracts import agreements as contract
from caytre.contracts.agreements import (
    PartnerAmended,
    PartnerCountryCorrected,
    PartnerMerged,
    PartnerWithdrawn,
)
from caytre.contracts.message import OPEN, Message
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


@consumers.reaction(contract.EVENTS_TOPIC, PartnerWithdrawn.TYPE)
@consumers.reaction(contract.EVENTS_TOPIC, PartnerCountryCorrected.TYPE)
async def follow_partner(reaction: Reaction, message: Received) -> None:
    """Agreements name a restricted partner no more, and know the country that a partner really belongs to."""
    partner = (await by_ids(reaction.connection, [message.subject]))[message.subject]
    ids = [partner.id, *partner.merged]
    rows = await reaction.connection.fetch(f"{_CONCERNED} UNION {_RESTRICTED}", ids, list(OPEN))
    for row in rows:
        await AGREEMENTS.react(
            reaction.command,
            reaction.connection,
            row["id"],
            lambda agreement: if_said(agreement.follow_party(partner)),
        )


@consumers.reaction(contract.EVENTS_TOPIC, PartnerAmended.TYPE)
async def name_no_person(reaction: Reaction, message: Received) -> None:
    """Agreements name a partner no more that turns out to be a natural person."""
    if "type" in message.json().get("fields", ()):
        await follow_partner(reaction, message)
