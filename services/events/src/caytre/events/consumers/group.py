"""The consumer group of this service, and what its reactions share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from caytre.contracts.message import Message
from caytre.core.consuming.consumer import Consumers, Reaction
from caytre.core.record import Record
from caytre.core.storing.decision import Decision, said
from caytre.core.storing.store import Store

R = TypeVar("R", bound=Record)

consumers = Consumers("events")


async def react(store: Store[R], reaction: Reaction, id: UUID, act: Callable[[R], Message | None]) -> None:
    """Let the record say what follows, if anything does."""

    def decide(record: R) -> Decision | None:
        message = act(record)
        return said(message) if message is not None else None

    await store.react(reaction.command, reaction.connection, id, decide)
