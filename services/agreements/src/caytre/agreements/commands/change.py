"""The circumstances of a change to one record, as every command takes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from caytre.agreements.model import Agreement, Partner
from caytre.agreements.tables import AGREEMENTS, PARTNERS
from caytre.contracts.message import Message
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


async def partner_says(change: Change, act: Callable[[Partner], Message]) -> Answer:
    """An act that concerns the partner alone."""

    async def decide(record: Partner, _: Connection) -> Decision:
        return said(act(record))

    return await PARTNERS.change(change.database, change.command, change.id, change.expected, decide)


async def agreement_says(change: Change, act: Callable[[Agreement], Message]) -> Answer:
    """An act that concerns the agreement alone."""

    async def decide(record: Agreement, _: Connection) -> Decision:
        return said(act(record))

    return await AGREEMENTS.change(change.database, change.command, change.id, change.expected, decide)
