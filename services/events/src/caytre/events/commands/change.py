"""The circumstances of a change to one record, as every command takes them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from caytre.contracts.message import ExternalRef, Message, State
from caytre.core.command import Answer, Command
from caytre.core.policy import visible
from caytre.core.record import Record
from caytre.core.refusals import Forbidden, NotFound
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Claim, Decision
from caytre.core.storing.store import Store
from caytre.events.tables import metadata

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Change:
    """Change the record `id`, which the caller saw at version `expected`."""

    database: Database
    command: Command
    id: UUID
    expected: int


async def says(store: Store[R], change: Change, act: Callable[[R], Message | tuple[Message, ...]]) -> Answer:
    """An act that concerns its own record alone."""

    async def decide(record: R, _: Connection) -> Decision:
        said = act(record)
        return Decision(said if isinstance(said, tuple) else (said,))

    return await store.change(change.database, change.command, change.id, change.expected, decide)


async def creates(
    store: Store[R], database: Database, command: Command, decide: Callable[[Connection], Awaitable[tuple[R, Decision]]]
) -> Answer:
    """A new record. Of one that is not there yet nothing is hidden: who may not make it is told so."""

    def permit(record: State) -> None:
        try:
            command.permit(record)
        except NotFound as unseen:
            raise Forbidden(operation=f"{store.record.KIND}.make") from unseen

    return await store.create(database, replace(command, permit=permit), decide)


async def seen(store: Store[R], connection: Connection, command: Command, id: UUID, pointer: str) -> R:
    """Another record that the request names. Raises NotFound for one the caller may not know of."""
    try:
        record = await store.load(connection, id)
    except NotFound as missing:
        raise NotFound(pointer=pointer, kind=store.record.KIND, id=id) from missing
    if not visible(command.caller, record):
        raise NotFound(pointer=pointer, kind=store.record.KIND, id=id)
    return record


def reference_claim(kind: str, refs: Sequence[ExternalRef]) -> tuple[Claim, ...]:
    """The claim on external references: unique per system."""
    columns: dict[str, Sequence[object]] = {
        "system": [ref.system for ref in refs],
        "external_id": [ref.id for ref in refs],
        "kind": [kind] * len(refs),
    }
    return (Claim(metadata.tables["external_ref"], columns),) if refs else ()
