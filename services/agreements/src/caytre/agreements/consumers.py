"""What this service does when others speak: deadlines that fall due or run over, and partners that are merged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from caytre.agreements.commands.names import by_ids
from caytre.agreements.model import Agreement, Partner
from caytre.agreements.model.signing import REPORTS
from caytre.agreements.tables import AGREEMENTS, PARTNERS
from caytre.contracts import agreements as contract
from caytre.contracts import notifications
from caytre.contracts.agreements import (
    DeadlineCode,
    PartnerAmended,
    PartnerCountryCorrected,
    PartnerMerged,
    PartnerWithdrawn,
)
from caytre.contracts.message import OPEN, Message
from caytre.contracts.notifications import DeadlineDue, DeadlineMessage, DeadlineOverdue
from caytre.core.clock import day_of
from caytre.core.consuming.consumer import Consumers, Reaction, Received
from caytre.core.storing.decision import Decision, said

consumers = Consumers("agreements")


def _identity_and_level(message: Received) -> str:
    deadline = DeadlineOverdue.model_validate(message.json())
    return f"{deadline.identity}#{deadline.level}"


def _identity(message: Received) -> str:
    return DeadlineDue.model_validate(message.json()).identity


@consumers.reaction(notifications.EVENTS_TOPIC, DeadlineOverdue.TYPE, key=_identity_and_level)
async def flag_overdue(reaction: Reaction, message: Received) -> None:
    """Mark the opinion, the Prime Minister's answer or the report that has not come in time."""
    deadline = DeadlineOverdue.model_validate(message.json())
    if (id := _owned(deadline, "agreement")) is not None:
        await AGREEMENTS.react(
            reaction.command,
            reaction.connection,
            id,
            lambda agreement: _if_said(_overdue(agreement, deadline, message.time)),
        )


def _overdue(agreement: Agreement, deadline: DeadlineOverdue, at: datetime) -> Message | None:
    match deadline.code:
        case DeadlineCode.AGR_OPINION | DeadlineCode.AGR_OPINION_REDUCED:
            return agreement.opinion_ran_over(agency=deadline.discriminator, round=deadline.round, at=at)
        case DeadlineCode.AGR_PM_OPINION:
            return agreement.pm_ran_over(round=deadline.round, at=at)
        case code if code in REPORTS.values():
            return agreement.report_ran_over(code, at)
    return None


@consumers.reaction(notifications.EVENTS_TOPIC, DeadlineDue.TYPE, key=_identity)
async def follow_time(reaction: Reaction, message: Received) -> None:
    """What time alone brings about: taking effect, expiry, the end of a verification."""
    deadline, today = DeadlineDue.model_validate(message.json()), day_of(message.time)
    if (id := _owned(deadline, "agreement")) is not None:
        act = _BROUGHT_ABOUT.get(deadline.code)
        if act is not None:
            await AGREEMENTS.react(
                reaction.command, reaction.connection, id, lambda agreement: _if_said(act(agreement, today))
            )
    elif (id := _owned(deadline, "partner")) is not None and deadline.code == DeadlineCode.PARTNER_EXPIRY:
        await PARTNERS.react(
            reaction.command,
            reaction.connection,
            id,
            lambda partner: _if_said(partner.verification_ran_out(deadline.round, today)),
        )


_BROUGHT_ABOUT: dict[str, Callable[[Agreement, date], Message | None]] = {
    DeadlineCode.AGR_IN_FORCE: Agreement.effect_began,
    DeadlineCode.AGR_EXPIRY: Agreement.ran_out,
}


@consumers.reaction(contract.EVENTS_TOPIC, PartnerMerged.TYPE)
async def take_over_names(reaction: Reaction, message: Received) -> None:
    """The survivor of a merger keeps the duplicate's id and names."""
    duplicate = (await by_ids(reaction.connection, [message.subject]))[message.subject]
    if duplicate.merged_into is not None:
        await PARTNERS.react(
            reaction.command,
            reaction.connection,
            duplicate.merged_into,
            lambda survivor: _if_said(_taken_over(survivor, duplicate)),
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
            lambda agreement: _if_said(agreement.follow_party(partner)),
        )


@consumers.reaction(contract.EVENTS_TOPIC, PartnerAmended.TYPE)
async def name_no_person(reaction: Reaction, message: Received) -> None:
    """Agreements name a partner no more that turns out to be a natural person."""
    if "type" in message.json().get("fields", ()):
        await follow_partner(reaction, message)


def _owned(deadline: DeadlineMessage, kind: str) -> UUID | None:
    owner, _, id = deadline.owner.partition("/")
    return UUID(id) if owner == kind else None


def _if_said(message: Message | None) -> Decision | None:
    return said(message) if message is not None else None
