"""One record: its text straight from the row, or decrypted, which leaves a row in the chain of readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from caytre.contracts.message import is_restricted
from caytre.core.caller import Caller
from caytre.core.policy import Policy
from caytre.core.refusals import NotFound
from caytre.core.storing.database import Database
from caytre.core.storing.store import Store
from caytre.core.telemetry import current_traceparent

_READ = "SELECT record_reading($1, $2, $3, $4)"


@dataclass(frozen=True, slots=True)
class Text:
    """The JSON text of a record at a version."""

    version: int
    body: bytes


class Records:
    """Reads the records of one kind."""

    def __init__(self, store: Store[Any], policy: Policy) -> None:
        self._store = store
        self._policy = policy
        self.kind = store.record.KIND
        self._row = f"SELECT version, sensitivity, document::text AS document, confidential FROM {store.table.name} WHERE id = $1"  # noqa: E501 - our own name

    async def read(self, database: Database, caller: Caller, id: UUID) -> Text:
        """The record as the caller may see it; a restricted one is decrypted, and the reading recorded.

        Raises NotFound. Fields that are confidential whatever the sensitivity are left to `read_whole`.
        """
        row = await self._find(database, caller, id)
        if not is_restricted(row["sensitivity"]) or row["confidential"] is None:
            return Text(row["version"], row["document"].encode())
        record = self._store.restore(id, row["document"], row["confidential"])
        self._policy.permit(f"{self.kind}.read", caller)(record)
        await self._recorded(database, caller, id, row["version"])
        hidden = set(record.always_confidential())
        return Text(row["version"], record.model_dump_json(exclude=hidden).encode())

    async def read_whole(self, database: Database, caller: Caller, id: UUID) -> Text:
        """The record with everything that is confidential; the reading is recorded. Raises NotFound, Forbidden."""
        row = await self._find(database, caller, id)
        record = self._store.restore(id, row["document"], row["confidential"])
        self._policy.permit(f"{self.kind}.read_confidential", caller)(record)
        await self._recorded(database, caller, id, row["version"])
        return Text(row["version"], record.model_dump_json().encode())

    async def _find(self, database: Database, caller: Caller, id: UUID) -> Any:
        async with database.reading(caller) as connection:
            row = await connection.fetchrow(self._row, id)
        if row is None:
            raise NotFound(kind=self.kind, id=id)
        return row

    async def _recorded(self, database: Database, caller: Caller, id: UUID, version: int) -> None:
        reader = f"{caller.actor or caller.subject} ({caller.client})"
        async with database.command.acquire() as connection:
            await connection.fetchval(_READ, id, version, reader, current_traceparent() or "")
