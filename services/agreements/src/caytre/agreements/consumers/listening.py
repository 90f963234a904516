"""The consumer group of this service, and what its reactions share."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from caytre.agreements.model import Agreement
from caytre.agreements.tables import AGREEMENTS
from caytre.contracts.message import Message
from caytre.core.clock import day_of
from caytre.core.consuming.consumer import Consumers, Reaction
from caytre.core.storing.decision import Decision, said

consumers = Consumers("agreements")


def if_said(message: Message | None) -> Decision | None:
    """The decision, if there is anything to say."""
    return said(message) if message is not None else None


async def agreement_reacts(reaction: Reaction, id: UUID, act: Callable[[Agreement], Message | None]) -> None:
    """Let an agreement follow from the message, and judge anew whether it is stalled."""
    today = day_of(reaction.command.at)

    def decide(agreement: Agreement) -> Decision | None:
        message = act(agreement)
        return Decision((message, *agreement.assess(today))) if message is not None else None

    await AGREEMENTS.react(reaction.command, reaction.connection, id, decide)
