"""The circumstances of a change to one record, as every command takes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from caytre.agreements.model import Agreement, Partner, Plan, Succession
from caytre.agreements.tables import AGREEMENTS, PARTNERS, PLANS, SUCCESSIONS
from caytre.contracts.message import Message
from caytre.core.clock import day_of
from caytre.core.command import Answer, Command
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision, said


@dataclass(frozen=True, slots=True)
class Change:
    """Change the record `id`, which the caller saw at version `expected`."""

    database: Database
    command: Command
    id: UUID
    expected: int


def judged(record: Agreement, message: Message, at: datetime, **more: Any) -> Decision:
    """What an act on an agreement said, and what it means for whether the agreement is stalled."""
    return Decision((message, *record.assess(day_of(at))), **more)


async def partner_says(change: Change, act: Callable[[Partner], Message]) -> Answer:
    """An act that concerns the partner alone."""

    async def decide(record: Partner, _: Connection) -> Decision:
        return said(act(record))

    return await PARTNERS.change(change.database, change.command, change.id, change.expected, decide)


async def agreement_says(change: Change, act: Callable[[Agreement], Message]) -> Answer:
    """An act that concerns the agreement alone."""

    async def decide(record: Agreement, _: Connection) -> Decision:
        return judged(record, act(record), change.command.at)

    return await AGREEMENTS.change(change.database, change.command, change.id, change.expected, decide)


async def plan_says(change: Change, act: Callable[[Plan], Message]) -> Answer:
    """An act that concerns the plan alone."""

    async def decide(record: Plan, _: Connection) -> Decision:
        return said(act(record))

    return await PLANS.change(change.database, change.command, change.id, change.expected, decide)


async def succession_says(change: Change, act: Callable[[Succession], Message]) -> Answer:
    """An act that concerns the succession alone."""

    async def decide(record: Succession, _: Connection) -> Decision:
        return said(act(record))

    return await SUCCESSIONS.change(change.database, change.command, change.id, change.expected, decide)
