"""Deadlines that fall due or run over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from caytre.agreements.consumers.listening import agreement_reacts, consumers, if_said
from caytre.agreements.model import Agreement
from caytre.agreements.model.signing import REPORTS
from caytre.agreements.tables import PARTNERS, PLANS, SUCCESSIONS
from caytre.contracts import notifications
from caytre.contracts.agreements import (
    DeadlineCode,
)
from caytre.contracts.message import Message
from caytre.contracts.notifications import DeadlineDue, DeadlineMessage, DeadlineOverdue
from caytre.core.clock import day_of
from caytre.core.consuming.consumer import Reaction, Received


def _identity_and_level(message: Received) -> str:
    deadline = DeadlineOverdue.model_validate(message.json())
    return f"{deadline.identity}#{deadline.level}"


def _identity(message: Received) -> str:
    return DeadlineDue.model_validate(message.json()).identity


@consumers.reaction(notifications.EVENTS_TOPIC, DeadlineOverdue.TYPE, key=_identity_and_level)
async def flag_overdue(reaction: Reaction, message: Received) -> None:
    """Mark the opinion, the Prime Minister's answer, the report, milestone or succession that has not come in time."""
    deadline = DeadlineOverdue.model_validate(message.json())
    if (id := _owned(deadline, "agreement")) is not None:
        await agreement_reacts(reaction, id, lambda agreement: _overdue(agreement, deadline, message.time))
    elif (id := _owned(deadline, "plan")) is not None and deadline.code == DeadlineCode.AGR_MILESTONE:
        await PLANS.react(
            reaction.command,
            reaction.connection,
            id,
            lambda plan: if_said(plan.ran_late(deadline.discriminator, deadline.round, message.time)),
        )
    elif (id := _owned(deadline, "succession")) is not None and deadline.code == DeadlineCode.AGR_SUCCESSION:
        await SUCCESSIONS.react(
            reaction.command, reaction.connection, id, lambda case: if_said(case.ran_over(message.time))
        )


def _overdue(agreement: Agreement, deadline: DeadlineOverdue, at: datetime) -> Message | None:
    match deadline.code:
        case DeadlineCode.AGR_OPINION | DeadlineCode.AGR_OPINION_REDUCED:
            return agreement.opinion_ran_over(agency=deadline.discriminator, round=deadline.round, at=at)
        case DeadlineCode.AGR_PM_OPINION:
            return agreement.pm_ran_over(round=deadline.round, at=at)
        case DeadlineCode.AGR_ANNUAL_REPORT:
            return agreement.annual_report_ran_over(int(deadline.discriminator), at)
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
            await agreement_reacts(reaction, id, lambda agreement: act(agreement, today))
    elif (id := _owned(deadline, "partner")) is not None and deadline.code == DeadlineCode.PARTNER_EXPIRY:
        await PARTNERS.react(
            reaction.command,
            reaction.connection,
            id,
            lambda partner: if_said(partner.verification_ran_out(deadline.round, today)),
        )


_BROUGHT_ABOUT: dict[str, Callable[[Agreement, date], Message | None]] = {
    DeadlineCode.AGR_IN_FORCE: Agreement.effect_began,
    DeadlineCode.AGR_EXPIRY: Agreement.ran_out,
}


def _owned(deadline: DeadlineMessage, kind: str) -> UUID | None:
    owner, _, id = deadline.owner.partition("/")
    return UUID(id) if owner == kind else None
