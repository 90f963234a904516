"""The circumstances of a change to one record, as every command takes them, and the simplest of changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from caytre.contracts.message import ExternalRef, Message, State
from caytre.core.command import Answer, Command
from caytre.core.record import Record
from caytre.core.refusals import Forbidden, NotFound
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Claim, Decision, said
from caytre.core.storing.store import Store

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Change:
    """Change the record `id`, which the caller saw at version `expected`."""

    database: Database
    command: Command
    id: UUID
    expected: int


async def says(store: Store[R], change: Change, act: Callable[[R], Message | tuple[Message, ...]]) -> Answer:
    """An act that concerns the record alone. Raises what `Store.change` raises."""

    async def decide(record: R, _: Connection) -> Decision:
        messages = act(record)
        return said(*messages) if isinstance(messages, tuple) else said(messages)

    return await decides(store, change, decide)


async def decides(store: Store[R], change: Change, decide: Callable[[R, Connection], Awaitable[Decision]]) -> Answer:
    """An act that looks at other records too. Raises what `Store.change` raises."""
    return await store.change(change.database, change.command, change.id, change.expected, decide)


async def creates(
    store: Store[R], database: Database, command: Command, decide: Callable[[Connection], Awaitable[tuple[R, Decision]]]
) -> Answer:
    """A new record; who may not make it for that locality is told so. Raises what `Store.create` raises."""
    return await store.create(database, replace(command, permit=may_make(command, store.record.KIND)), decide)


def may_make(command: Command, kind: str) -> Callable[[State], None]:
    """The check of a record that is not there yet: there is nothing to hide, so the answer is no, not nowhere."""

    def check(record: State) -> None:
        try:
            command.permit(record)
        except NotFound as unseen:
            raise Forbidden(operation=f"{kind}.make") from unseen

    return check


def reference_claim(store: Store[Any], refs: Sequence[ExternalRef]) -> tuple[Claim, ...]:
    """The claim on external references of a new record of the store: unique per system."""
    columns: dict[str, Sequence[object]] = {
        "system": [ref.system for ref in refs],
        "external_id": [ref.id for ref in refs],
        "kind": [store.record.KIND] * len(refs),
    }
    return (Claim(store.table.metadata.tables["external_ref"], columns),) if refs else ()
