"""The consumer group of this service, and what its reactions share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

from caytre.contracts import delegations as contract
from caytre.contracts.message import Message
from caytre.core.consuming.consumer import Consumers, Reaction
from caytre.core.record import Record
from caytre.core.storing.decision import Decision
from caytre.core.storing.store import Store

R = TypeVar("R", bound=Record)

consumers = Consumers("delegations")
OWN = contract.EVENTS_TOPIC


async def react(reaction: Reaction, store: Store[R], id: UUID, act: Callable[[R], Message | None]) -> None:
    """Change one record as the model says; None changes nothing."""

    def decide(record: R) -> Decision | None:
        message = act(record)
        return Decision((message,)) if message is not None else None

    await store.react(reaction.command, reaction.connection, id, decide)


async def react_all(
    reaction: Reaction, store: Store[R], ids: Iterable[UUID], act: Callable[[R], Message | None]
) -> None:
    """The same for several records, in the order of their ids so that no two reactions wait for each other."""
    for id in sorted(ids):
        await react(reaction, store, id, act)
