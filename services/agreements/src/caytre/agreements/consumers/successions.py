"""Plans and successions of an agreement: what they tell it, and what follows for them from what it says."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from caytre.agreements.consumers.listening import agreement_reacts, consumers, if_said
from caytre.agreements.model import Succession
from caytre.agreements.model.stalling import JUDGED
from caytre.agreements.tables import AGREEMENTS, PLANS, SUCCESSIONS
from caytre.contracts import agreements as contract
from caytre.contracts.agreements import AgreementAmended, AgreementRecorded, AgreementSigned, AgreementWithdrawn
from caytre.contracts.agreements.succession import SuccessorAssigned
from caytre.core.clock import day_of
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.decision import said

_PARTS = "SELECT id FROM {table} WHERE agreement_id = $1 ORDER BY id"


async def open_cases(reaction: Reaction, id: UUID, today: date) -> None:
    """Open the case of each party that has ended, unless it is there: one for (unit, day of its end, agreement)."""
    # Held, so that a case is not begun as open as an agreement was that is restricted in this moment.
    await AGREEMENTS.hold(reaction.connection, [id])
    agreement = await AGREEMENTS.load(reaction.connection, id)
    if agreement.status not in JUDGED:
        return
    for unit in agreement.ended_parties(today):
        case, message = Succession.open(agreement, unit, reaction.command.at)
        await SUCCESSIONS.begin(reaction.command, reaction.connection, case, said(message))


@consumers.reaction(contract.EVENTS_TOPIC, AgreementRecorded.TYPE)
@consumers.reaction(contract.EVENTS_TOPIC, AgreementSigned.TYPE)
async def succeed(reaction: Reaction, message: Received) -> None:
    """An agreement that comes in, or is signed, after a unit that is party to it has ended has its case at once."""
    await open_cases(reaction, message.subject, day_of(reaction.command.at))


@consumers.reaction(contract.EVENTS_TOPIC, AgreementAmended.TYPE)
async def follow_amendment(reaction: Reaction, message: Received) -> None:
    """What is part of an agreement is as sensitive as it is; a register's correction may name a unit that has ended."""
    await follow_sensitivity(reaction, message)
    await open_cases(reaction, message.subject, day_of(reaction.command.at))


@consumers.reaction(contract.EVENTS_TOPIC, AgreementWithdrawn.TYPE)
async def follow_sensitivity(reaction: Reaction, message: Received) -> None:
    """Plans and successions of an agreement are as sensitive as it is."""
    agreement = await AGREEMENTS.load(reaction.connection, message.subject)
    level = agreement.sensitivity
    for row in await reaction.connection.fetch(_PARTS.format(table="plan"), agreement.id):
        await PLANS.react(
            reaction.command, reaction.connection, row["id"], lambda plan: if_said(plan.follow_sensitivity(level))
        )
    for row in await reaction.connection.fetch(_PARTS.format(table="succession"), agreement.id):
        await SUCCESSIONS.react(
            reaction.command, reaction.connection, row["id"], lambda case: if_said(case.follow_sensitivity(level))
        )


def _of_a_plan(message: Received) -> bool:
    return message.type.startswith("caytre.plan.")


def _of_a_succession(message: Received) -> bool:
    return message.type.startswith("caytre.succession.")


def _record_and_version(message: Received) -> str:
    return f"{message.key}#{message.sequence}"


@consumers.general_reaction(contract.EVENTS_TOPIC, wanted=_of_a_plan, key=_record_and_version)
async def follow_plan(reaction: Reaction, message: Received) -> None:
    """The agreement knows how its plan stands."""
    plan = await PLANS.load(reaction.connection, message.subject)
    # Loaded again behind the lock: another plan of the agreement may have told it how it stands meanwhile.
    await AGREEMENTS.hold(reaction.connection, [plan.agreement_id])
    plan = await PLANS.load(reaction.connection, message.subject)
    await agreement_reacts(reaction, plan.agreement_id, lambda agreement: agreement.follow_plan(plan))


@consumers.general_reaction(contract.EVENTS_TOPIC, wanted=_of_a_succession, key=_record_and_version)
async def follow_succession(reaction: Reaction, message: Received) -> None:
    """The agreement knows how its successions stand."""
    case = await SUCCESSIONS.load(reaction.connection, message.subject)
    await agreement_reacts(reaction, case.agreement_id, lambda agreement: agreement.follow_succession(case))


@consumers.reaction(contract.EVENTS_TOPIC, SuccessorAssigned.TYPE)
async def hand_over(reaction: Reaction, message: Received) -> None:
    """Where the law names no successor, the one that was assigned answers for the agreement."""
    case = await SUCCESSIONS.load(reaction.connection, message.subject)
    if case.successor is not None:
        heir = case.successor
        await agreement_reacts(reaction, case.agreement_id, lambda agreement: agreement.hand_over(heir))
