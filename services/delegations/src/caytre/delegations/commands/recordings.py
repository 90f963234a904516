"""Taking over one entry of a register: found by its external reference, compared, and written only on demand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel

from caytre.contracts.message import ExternalRef, Message
from caytre.core.command import Command
from caytre.core.ids import new_id
from caytre.core.policy import visible
from caytre.core.record import Record
from caytre.core.storing import idempotency
from caytre.core.storing.change import creates, may_make, reference_claim
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision
from caytre.core.storing.store import Store
from caytre.delegations.model.life import ReferenceTaken
from caytre.delegations.model.registers import Difference, differences, follow, shown_of

R = TypeVar("R", bound=Record)

Outcome = Literal["created", "unchanged", "different", "updated"]
_KNOWN = "SELECT record_id FROM external_ref WHERE system = $1 AND external_id = $2 AND kind = $3"
#: What a replayed answer with this status had come to.
OUTCOMES: dict[int, Literal["created", "updated"]] = {201: "created", 200: "updated"}


@dataclass(frozen=True, slots=True)
class Entry(Generic[R]):
    """One entry as this service understands it: how it becomes a record, and which fields it can speak about.

    `settled` names those of them in which the record, as it is here, has gone further than the entry.
    """

    store: Store[R]
    reference: ExternalRef
    build: Callable[[Connection, UUID], Awaitable[tuple[R, Message]]]
    compared: Sequence[str]
    settled: Callable[[R, R], Collection[str]] = lambda here, there: ()

    def differences(self, here: R, there: R) -> tuple[Difference, ...]:
        """Where the entry differs from the record."""
        settled = self.settled(here, there)
        return differences(here, there, [name for name in self.compared if name not in settled])


class Recording(BaseModel):
    """What came of one entry. `validate` says what would come of it; then the id is that of a record there is."""

    outcome: Outcome
    id: UUID | None = None
    version: int | None = None
    differences: tuple[Difference, ...] = ()


async def recorded(connection: Connection, kind: str, reference: ExternalRef) -> UUID | None:
    """The record of this number in its source, if it came in before."""
    id: UUID | None = await connection.fetchval(_KNOWN, reference.system, reference.id, kind)
    return id


async def take_over(database: Database, command: Command, entry: Entry[Any], *, apply: bool, update: bool) -> Recording:
    """Take over the entry, or say what that would do."""
    kind = entry.store.record.KIND
    async with database.command.acquire() as connection:
        if replay := await idempotency.find(command, connection):
            return Recording(outcome=OUTCOMES[replay.status], id=replay.id, version=replay.version)
        there, _ = await entry.build(connection, new_id())
        may_make(command, kind)(there)
        known = await recorded(connection, kind, entry.reference)
    if known is not None:
        return await _compare(database, command, entry, known, there, update=apply and update)
    if not apply:
        return Recording(outcome="created")

    async def decide(connection: Connection) -> tuple[Any, Decision]:
        fresh, message = await entry.build(connection, there.id)
        return fresh, Decision((message,), claims=reference_claim(entry.store, fresh.external_refs))

    answer = await creates(entry.store, database, command, decide)
    return Recording(outcome="created", id=answer.id, version=answer.version)


def ensure_known(command: Command, here: Record) -> None:
    """Raises ReferenceTaken for a record that the caller may not know of, Forbidden for one it may only read."""
    if not visible(command.caller, here):
        raise ReferenceTaken
    command.permit(here)


async def _compare(
    database: Database, command: Command, entry: Entry[Any], id: UUID, there: Any, *, update: bool
) -> Recording:
    async with database.command.acquire() as connection:
        here = await entry.store.load(connection, id)
    ensure_known(command, here)
    found = entry.differences(here, there)
    if not found:
        return Recording(outcome="unchanged", id=id, version=here.version)
    if not update:
        return Recording(outcome="different", id=id, version=here.version, differences=shown_of(here, found))

    async def decide(record: Any, connection: Connection) -> Decision:
        # The entry is built anew, so that what it says is checked again and said as its own message says it.
        fresh, message = await entry.build(connection, record.id)
        follow(record, fresh, entry.differences(record, fresh))
        return Decision((message,))

    answer = await entry.store.change(database, command, id, here.version, decide)
    return Recording(outcome="updated", id=id, version=answer.version, differences=shown_of(here, found))
