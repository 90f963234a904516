"""The smallest service there is, for tests of the core: notes that can be written, renamed and hidden."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from caytre.contracts.message import INTERNAL, RESTRICTED, Message, State
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.ids import new_id
from caytre.core.keyring import Keyring
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.core.storing import rights
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Claim, Decision, Guard, said
from caytre.core.storing.store import Store
from caytre.core.storing.tables import kernel, new_metadata, record_table

SERVICE = "notebook"


class NoteWritten(Message):
    TYPE: ClassVar[str] = "caytre.note.written.v1"
    title: str


class NoteRenamed(Message):
    TYPE: ClassVar[str] = "caytre.note.renamed.v1"
    title: str


class NoteWithdrawn(Message):
    TYPE: ClassVar[str] = "caytre.note.withdrawn.v1"


class NoteHidden(Message):
    TYPE: ClassVar[str] = "caytre.note.hidden.v1"
    TOMBSTONE: ClassVar[bool] = True


class TitleTaken(Refusal):
    en = "Another note has this title."
    vi = "Một ghi chú khác đã có tiêu đề này."


class SameTitle(Refusal):
    en = "The note has this title already."
    vi = "Ghi chú đã có tiêu đề này."


class Note(Record, State):
    KIND: ClassVar[str] = "note"
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"secret"})

    title: str = ""
    secret: str | None = None

    def rename(self, title: str) -> NoteRenamed:
        if title == self.title:
            raise SameTitle
        self.title = title
        return NoteRenamed(title=title)

    def hide(self) -> NoteHidden:
        self.sensitivity = RESTRICTED
        return NoteHidden()


metadata = new_metadata()
kernel(metadata)
note = record_table("note", metadata, sa.Column("title", sa.Text))
seat = sa.Table(
    "seat",
    metadata,
    sa.Column("title", sa.Text, primary_key=True),
    sa.Column("record_id", sa.UUID, nullable=False),
)
KEYRING = Keyring(SERVICE, "k1", {"k1": b"k" * 32})


def notes() -> Store[Note]:
    """A store with its keys, as a started service has it."""
    store = Store(Note, note, lambda n: {"title": n.title}, {"pk_seat": TitleTaken})
    store.use(KEYRING)
    return store


async def lay(url: str) -> None:
    """Create the notebook's tables, roles' rights and policies in an empty database."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    plain = await asyncpg.connect(url)
    try:
        for statement in (*rights.kernel(SERVICE), *rights.records(SERVICE, ["note"])):
            await plain.execute(statement)
    finally:
        await plain.close()


def a_command(key: str | None = None, *, fingerprint: bytes = b"f", subject: str = "officer-1") -> Command:
    """A command of an officer; without a key it is one that nobody repeats."""
    return Command(
        caller=Caller(subject=subject, client="console", localities=frozenset({"VN-P-2025-33"})),
        at=datetime(2026, 1, 5, 3, 0, tzinfo=UTC),
        actor="pseudonym",
        correlation=new_id(),
        key=key,
        fingerprint=fingerprint,
    )


def writing(
    title: str, *, sensitivity: str = INTERNAL, secret: str | None = None, id: UUID | None = None, claim: bool = False
) -> Callable[[Connection], Awaitable[tuple[Note, Decision]]]:
    """Decide to write a note."""

    async def decide(_: Connection) -> tuple[Note, Decision]:
        fresh = Note(
            id=id or new_id(), title=title, sensitivity=sensitivity, secret=secret, localities=("VN-P-2025-33",)
        )
        claims = (Claim(seat, {"title": [title]}),) if claim else ()
        return fresh, Decision((NoteWritten(title=title),), claims=claims)

    return decide


def renaming(title: str, *guards: Guard) -> Callable[[Note, Connection], Awaitable[Decision]]:
    """Decide to rename a note, if the guards hold."""

    async def decide(present: Note, _: Connection) -> Decision:
        return Decision((present.rename(title),), guards)

    return decide


async def hiding(present: Note, _: Connection) -> Decision:
    """Decide to raise a note's sensitivity."""
    return said(present.hide())


async def giving_up(present: Note, _: Connection) -> Decision:
    """Decide to withdraw a note in a sense that leaves it as open as it was."""
    return said(NoteWithdrawn())


async def opened(url: str) -> Database:
    """The notebook's pools."""
    return await Database.open(SERVICE, url)
