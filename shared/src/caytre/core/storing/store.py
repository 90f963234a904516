"""The store: load, create, change. One command is one aggregate is one SQL statement, in autocommit.

Before any refusal (a named one, 412, or a unique violation on any constraint) the idempotency key is looked up: a
command whose first try was committed is answered as it was then, not refused because it has already happened.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from pydantic import ValidationError

from caytre.core.command import Answer, Command
from caytre.core.keyring import Keyring, Undecryptable, digest
from caytre.core.record import Record
from caytre.core.refusals import NotFound, Refusal, Stale
from caytre.core.storing import idempotency
from caytre.core.storing.database import Connection, Database, database_span
from caytre.core.storing.decision import Decision
from caytre.core.storing.statements import Shape, commit_statement
from caytre.core.storing.values import values_of

R = TypeVar("R", bound=Record)

#: How often a decision is taken anew when a guard row moved or, in a reaction, the record itself did.
ATTEMPTS = 5


class BegunBeside(TimeoutError):
    """Another reaction, or another process, began the same record at the same moment; tried again, it is there."""


class _NotApplied(Exception):
    """No row came back: the version or a guard had moved."""


#: Nothing was written, so the decision is taken anew. Of two commands that guard each other's record one is ended.
_AGAIN = (_NotApplied, asyncpg.DeadlockDetectedError)
#: Of these a named constraint says which refusal is meant.
_CONSTRAINTS = (asyncpg.UniqueViolationError, asyncpg.CheckViolationError, asyncpg.ExclusionViolationError)


class Store(Generic[R]):
    """Where the aggregates of one kind live. `promote` gives the service's own columns of the record's row."""

    def __init__(
        self,
        record: type[R],
        table: sa.Table,
        promote: Callable[[R], dict[str, object]],
        refusals: Mapping[str, type[Refusal]] | None = None,
    ) -> None:
        self.record = record
        self.table = table
        self.promote = promote
        self.refusals = dict(refusals or {})
        self._load = f"SELECT document::text, confidential FROM {table.name} WHERE id = $1"
        self._present = f"SELECT TRUE FROM {table.name} WHERE id = $1"
        self._hold = f"SELECT id FROM {table.name} WHERE id = ANY($1) ORDER BY id FOR UPDATE"
        self._keyring: Keyring | None = None

    def use(self, keyring: Keyring) -> None:
        """Give the keys for confidential parts; done once when the service starts."""
        self._keyring = keyring

    # -- reading -----------------------------------------------------------------------------------------------

    async def load(self, connection: Connection, id: UUID) -> R:
        """The aggregate, whole. Raises NotFound."""
        with database_span("load", self.table.name):
            row = await connection.fetchrow(self._load, id)
        if row is None:
            raise NotFound(kind=self.record.KIND, id=id)
        return self.restore(id, row["document"], row["confidential"])

    def restore(self, id: UUID, document: str, confidential: bytes | None) -> R:
        """The aggregate from its row's parts. Raises Undecryptable, also for an older or missing ciphertext."""
        if not confidential:
            # An envelope without its encrypted part is no whole record; what is wrong with it is told below.
            with contextlib.suppress(ValidationError):
                record = self.record.from_text(document)
                if record.confidential is None:
                    return record
        opened = json.loads(self._ring.open(self.record.KIND, id, confidential)) if confidential else None
        parts = json.loads(document)
        if parts.get("confidential") != (digest(confidential) if confidential else None):
            raise Undecryptable(f"the encrypted part of {self.record.KIND} {id} is not the one its document names")
        return self.record.from_parts(parts, opened)

    # -- commands ----------------------------------------------------------------------------------------------

    async def create(
        self, database: Database, command: Command, decide: Callable[[Connection], Awaitable[tuple[R, Decision]]]
    ) -> Answer:
        """Store a new aggregate. Raises the model's refusals, the constraint's, or KeyReused."""
        async with database.command.acquire() as connection:
            answer = await self._answered(command, connection, lambda: self._create(command, connection, decide))
        database.committed()
        return answer

    async def _create(
        self, command: Command, connection: Connection, decide: Callable[[Connection], Awaitable[tuple[R, Decision]]]
    ) -> Answer:
        for _ in range(ATTEMPTS):
            record, decision = await decide(connection)
            command.permit(record)
            try:
                return await self._commit(command, connection, record, decision, expected=None)
            except _AGAIN:
                continue
        raise Stale(expected=0, present=0)

    async def change(
        self,
        database: Database,
        command: Command,
        id: UUID,
        expected: int,
        decide: Callable[[R, Connection], Awaitable[Decision]],
    ) -> Answer:
        """Change the aggregate if it is at version `expected`. Raises NotFound, Forbidden, Stale, refusals."""
        async with database.command.acquire() as connection:
            answer = await self._answered(
                command, connection, lambda: self._change(command, connection, id, expected, decide)
            )
        database.committed()
        return answer

    async def _change(
        self,
        command: Command,
        connection: Connection,
        id: UUID,
        expected: int,
        decide: Callable[[R, Connection], Awaitable[Decision]],
    ) -> Answer:
        for _ in range(ATTEMPTS):
            record = await self.load(connection, id)
            command.permit(record)
            if record.version != expected:
                raise Stale(expected=expected, present=record.version)
            decision = await decide(record, connection)
            try:
                return await self._commit(command, connection, record, decision, expected=expected)
            except _AGAIN:
                continue
        raise Stale(expected=expected, present=expected)

    async def begin(self, command: Command, connection: Connection, record: R, decision: Decision) -> bool:
        """Store a new aggregate inside a reaction's transaction; False when it is there already.

        Its id is one made from the cause, so that a cause heard again makes no second record. Raises BegunBeside.
        """
        if await connection.fetchval(self._present, record.id):
            return False
        try:
            await self._commit(command, connection, record, decision, expected=None)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != f"pk_{self.table.name}":
                raise
            raise BegunBeside(f"{self.record.KIND} {record.id} was begun beside this") from error
        return True

    async def hold(self, connection: Connection, ids: Collection[UUID]) -> list[UUID]:
        """Keep these records as they are until the transaction ends; the ids of those that exist.

        Taken before a reaction reads or counts what it tells a record: of two about one record each would otherwise
        miss what the other has written, and the one that read first might tell last.
        """
        return [row["id"] for row in await connection.fetch(self._hold, list(ids))]

    async def react(
        self,
        command: Command,
        connection: Connection,
        id: UUID,
        decide: Callable[[R], Decision | None],
    ) -> None:
        """Change the aggregate inside a reaction's transaction, at whatever version it has by then."""
        for _ in range(ATTEMPTS):
            record = await self.load(connection, id)
            decision = decide(record)
            if decision is None or not decision.messages:
                return
            try:
                await self._commit(command, connection, record, decision, expected=record.version)
            except _NotApplied:
                continue
            return
        raise TimeoutError(f"{self.record.KIND} {id} moved {ATTEMPTS} times while a reaction wanted to change it")

    # -- the statement -----------------------------------------------------------------------------------------

    async def _answered(
        self, command: Command, connection: Connection, attempt: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        try:
            return await attempt()
        except _CONSTRAINTS as error:
            replay = await idempotency.find(command, connection)
            if replay is not None:
                return replay
            refusal = self.refusals.get(error.constraint_name or "")
            if refusal is None:
                raise
            raise refusal() from error
        except Refusal:
            replay = await idempotency.find(command, connection)
            if replay is not None:
                return replay
            raise

    async def _commit(
        self, command: Command, connection: Connection, record: R, decision: Decision, *, expected: int | None
    ) -> Answer:
        if not decision.messages:
            raise ValueError(f"a decision about {self.record.KIND} {record.id} says nothing")
        record.version = 1 if expected is None else expected + 1
        record.shape = record.SHAPE
        secret = record.confidential_text()
        sealed = self._ring.seal(record.KIND, record.id, secret) if secret else None
        record.confidential = digest(sealed) if sealed else None
        values = values_of(command, record, sealed, self.promote(record), decision)
        shape = Shape(
            self.table,
            insert=expected is None,
            keyed=command.key is not None,
            messages=len(decision.messages),
            guards=tuple(dict.fromkeys(guard.table for guard in decision.guards)),
            claims=tuple((claim.table, tuple(claim.columns)) for claim in decision.claims),
        )
        status = 201 if expected is None else 200
        if shape.keyed:
            values |= idempotency.row(command, self.record.KIND, status)
        values["expected"] = expected
        statement = commit_statement(shape)
        with database_span("commit", self.table.name, record=record.id, reference=record.reference()):
            applied = await connection.fetchval(statement.text, *statement.arguments(values))
        if applied is None:
            raise _NotApplied
        return Answer(self.record.KIND, record.id, record.version, status, values["document"])

    @property
    def _ring(self) -> Keyring:
        if self._keyring is None:
            raise RuntimeError(f"the store of {self.record.KIND} has no keyring: the service was not started")
        return self._keyring
