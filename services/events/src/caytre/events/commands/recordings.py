"""Taking over one entry of a register or a publication: found by its reference, compared, written only on demand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel

from caytre.contracts.message import ExternalRef, Message
from caytre.core.command import Command
from caytre.core.policy import visible
from caytre.core.record import Record
from caytre.core.storing import idempotency
from caytre.core.storing.change import reference_claim
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision
from caytre.core.storing.store import Store
from caytre.events.model.statuses import EntryNumberTaken

R = TypeVar("R", bound=Record)
_KNOWN = "SELECT record_id, kind FROM external_ref WHERE system = $1 AND external_id = $2"
_OUTCOMES: dict[int, Literal["created", "updated"]] = {201: "created", 200: "updated"}


class EntryDifference(BaseModel):
    """A field in which the entry and the record here differ. Of a confidential field only the name is told."""

    field: str
    here: Any = None
    there: Any = None


class Recording(BaseModel):
    """What came of one entry. `validate` says what would come of it."""

    outcome: Literal["created", "unchanged", "different", "updated"]
    id: UUID | None = None
    version: int | None = None
    differences: tuple[EntryDifference, ...] = ()


async def record_entry(
    store: Store[R],
    database: Database,
    command: Command,
    reference: ExternalRef,
    make: Callable[[], tuple[R, Message]],
    *,
    differing: Callable[[R, R], tuple[str, ...]],
    follow: Callable[[R, R], Message],
    apply: bool,
    update: bool,
) -> Recording:
    """Take over the entry `reference`, or say what that would do. `make` gives the record as the entry tells of it.

    Raises EntryNumberTaken for a number another kind of record has, and what the model refuses.
    """
    there, _ = make()
    command.permit(there)
    async with database.command.acquire() as connection:
        if replay := await idempotency.find(command, connection):
            return Recording(outcome=_OUTCOMES[replay.status], id=replay.id, version=replay.version)
        known = await connection.fetchrow(_KNOWN, reference.system, reference.id)
        if known is not None and known["kind"] != store.record.KIND:
            raise EntryNumberTaken(pointer="/source/number")
        here = await store.load(connection, known["record_id"]) if known is not None else None
    if here is None:
        return await _create(store, database, command, reference, make) if apply else Recording(outcome="created")
    if not visible(command.caller, here):
        raise EntryNumberTaken(pointer="/source/number")
    command.permit(here)
    fields = differing(here, there)
    shown = _shown(here, there, fields)
    if not fields:
        return Recording(outcome="unchanged", id=here.id, version=here.version)
    if not (apply and update):
        return Recording(outcome="different", id=here.id, version=here.version, differences=shown)

    async def decide(record: R, _: Connection) -> Decision:
        return Decision((follow(record, there),))

    answer = await store.change(database, command, here.id, here.version, decide)
    return Recording(outcome="updated", id=here.id, version=answer.version, differences=shown)


async def _create(
    store: Store[R],
    database: Database,
    command: Command,
    reference: ExternalRef,
    make: Callable[[], tuple[R, Message]],
) -> Recording:
    async def decide(_: Connection) -> tuple[R, Decision]:
        fresh, message = make()
        return fresh, Decision((message,), claims=reference_claim(store, (reference,)))

    answer = await store.create(database, command, decide)
    return Recording(outcome="created", id=answer.id, version=answer.version)


def _shown(here: Record, there: Record, fields: tuple[str, ...]) -> tuple[EntryDifference, ...]:
    hidden = here.confidential_fields()
    ours, theirs = (record.model_dump(mode="json", include=set(fields)) for record in (here, there))
    return tuple(
        EntryDifference(field=field)
        if field in hidden
        else EntryDifference(field=field, here=ours.get(field), there=theirs.get(field))
        for field in fields
    )
