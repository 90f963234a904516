"""A service that listens, for tests of consumers: a view, a list of effects that shows every repetition, a reaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from caytre.core.consuming.consumer import Consumers, Reaction, Received
from caytre.core.storing import rights
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.tables import kernel, new_metadata

SERVICE = "listening"
SIGNED, RENAMED, DUE = "caytre.note.signed.v1", "caytre.note.renamed.v1", "caytre.deadline.due.v1"

metadata = new_metadata()
kernel(metadata)
note_view = sa.Table(
    "note_view",
    metadata,
    sa.Column("id", sa.UUID, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False, index=True),
)
#: One row per application of a message: not idempotent, so that a repetition cannot hide.
effect = sa.Table(
    "effect",
    metadata,
    sa.Column("n", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("message_id", sa.UUID, nullable=False),
    sa.Column("record_id", sa.UUID, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
)

_VIEW = """
INSERT INTO note_view AS v (id, version, title)
SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, title = excluded.title WHERE v.version < excluded.version
"""
#: Its arguments are arrays of message ids, record ids, versions and positions.
EFFECT = """
INSERT INTO effect (message_id, record_id, version, position)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bigint[])
"""


class Broken(Exception):
    """What the handlers of these tests raise when they are told to fail."""


@dataclass
class Listening:
    """The handlers, and what they shall do: `fails` and `waits` name titles, `before` runs before each batch."""

    topic: str
    name: str = SERVICE
    fails: set[str] = field(default_factory=set)
    waits: set[str] = field(default_factory=set)
    before: Callable[[Sequence[Received]], Awaitable[None]] | None = None

    async def views(self, connection: Connection, messages: Sequence[Received]) -> None:
        """A view and the list of effects."""
        if self.before is not None:
            await self.before(messages)
        last: dict[str, tuple[UUID, int, str]] = {}
        for message in messages:
            title = message.json()["state"]["title"]
            if title in self.fails:
                raise Broken(f"cannot take {title}")
            if title in self.waits:
                raise asyncpg.LockNotAvailableError(f"{title} is locked")
            last[message.key] = (message.subject, message.sequence, title)
        await connection.execute(_VIEW, *map(list, zip(*sorted(last.values()), strict=True)))
        rows = [(m.id, m.subject, m.sequence, m.position) for m in messages]
        await connection.execute(EFFECT, *map(list, zip(*rows, strict=True)))

    def projecting(self) -> Consumers:
        """Consumers with the projection only."""
        consumers = Consumers(self.name)
        consumers.projection(self.topic, views=[note_view, effect])(self.views)
        return consumers

    def reacting(self, key: Callable[[Received], str] | None = None) -> Consumers:
        """Consumers with a reaction to DUE only; its effects are not idempotent."""

        async def note_due(reaction: Reaction, message: Received) -> None:
            if message.json()["state"]["title"] in self.fails:
                raise Broken("cannot react")
            row = (message.id, message.subject, message.sequence, message.position)
            await reaction.connection.execute(EFFECT, *([value] for value in row))

        consumers = Consumers(self.name)
        declare = consumers.reaction(self.topic, DUE, key=key) if key else consumers.reaction(self.topic, DUE)
        declare(note_due)
        return consumers


async def lay(url: str) -> None:
    """Make the tables and roles of the listening service."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        for statement in rights.kernel(SERVICE):
            await connection.exec_driver_sql(statement)
    await engine.dispose()


async def effects(database: Database) -> list[tuple[str, int]]:
    """What was applied, in order: (record id, version)."""
    rows = await database.worker.fetch("SELECT record_id, version FROM effect ORDER BY n")
    return [(str(row["record_id"]), row["version"]) for row in rows]


async def titles(database: Database) -> dict[str, str]:
    """The view."""
    return {str(row["id"]): row["title"] for row in await database.worker.fetch("SELECT id, title FROM note_view")}
