"""What an act on an agreement means for whether it is stalled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from caytre.agreements.model import Agreement
from caytre.agreements.tables import AGREEMENTS
from caytre.contracts.message import Message
from caytre.core.clock import day_of
from caytre.core.command import Answer
from caytre.core.storing.change import Change, decides
from caytre.core.storing.database import Connection
from caytre.core.storing.decision import Decision


def judged(record: Agreement, message: Message, at: datetime, **more: Any) -> Decision:
    """What an act on an agreement said, and what it means for whether the agreement is stalled."""
    return Decision((message, *record.assess(day_of(at))), **more)


async def agreement_says(change: Change, act: Callable[[Agreement], Message]) -> Answer:
    """An act that concerns the agreement alone."""

    async def decide(record: Agreement, _: Connection) -> Decision:
        return judged(record, act(record), change.command.at)

    return await decides(AGREEMENTS, change, decide)
