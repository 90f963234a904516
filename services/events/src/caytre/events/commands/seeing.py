"""Other records that a request names."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from caytre.core.command import Command
from caytre.core.policy import visible
from caytre.core.record import Record
from caytre.core.refusals import NotFound
from caytre.core.storing.database import Connection
from caytre.core.storing.store import Store

R = TypeVar("R", bound=Record)


async def seen(store: Store[R], connection: Connection, command: Command, id: UUID, pointer: str) -> R:
    """Another record that the request names. Raises NotFound for one the caller may not know of."""
    try:
        record = await store.load(connection, id)
    except NotFound as missing:
        raise NotFound(pointer=pointer, kind=store.record.KIND, id=id) from missing
    if not visible(command.caller, record):
        raise NotFound(pointer=pointer, kind=store.record.KIND, id=id)
    return record
