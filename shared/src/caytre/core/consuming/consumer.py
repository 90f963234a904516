"""What a service declares about the messages it listens to: projections and reactions, as plain functions.

A *projection* keeps a view: it gets whole batches, writes only to its own views, names tables without a schema (so
that it can be replayed into shadow tables), and tolerates seeing a message again. A *reaction* changes a record of its
own service because of one message: one transaction each, never repeated whatever is replayed. One that changes many
records is *paged*: a transaction for each page of them, and how far it has got is stored with the page's effects.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from caytre.core.caller import Caller
from caytre.core.clock import business_now
from caytre.core.command import Command
from caytre.core.consuming.received import Received
from caytre.core.storing.database import Connection

__all__ = ["Consumers", "Projection", "Reacting", "Reaction", "Received"]

ProjectionHandler = Callable[[Connection, Sequence[Received]], Awaitable[None]]

#: So many records at most are changed in one transaction by a paged reaction.
PAGE = 200
#: What every record's id lies behind.
BEGINNING = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a reaction works with: the connection of its transaction, the message, and the command that follows from it.

    The command's cause is the message, its correlation is kept, and it acts for the service itself. `after` is the last
    record of the page before, where the reaction is paged.
    """

    connection: Connection
    message: Received
    command: Command
    after: UUID = BEGINNING

    async def page(
        self, statement: str, *arguments: object, change: Callable[[UUID], Awaitable[object]]
    ) -> UUID | None:
        """Change the next page of the records that the statement finds; what a paged reaction answers.

        The statement selects `id` and ends with `AND id > $n ORDER BY id LIMIT $m`; `n` and `m` follow the arguments.
        """
        rows = await self.connection.fetch(statement, *arguments, self.after, PAGE)
        for row in rows:
            await change(row["id"])
        return rows[-1]["id"] if len(rows) == PAGE else None


ReactionHandler = Callable[[Reaction, Received], Awaitable[None]]
#: It answers the last record of its page, until none is left: then None.
PagedHandler = Callable[[Reaction, Received], Awaitable[UUID | None]]

#: In place of the type of a reaction that listens to every type.
ANY_TYPE = "*"

AnyProjection = TypeVar("AnyProjection", bound=ProjectionHandler)
AnyReaction = TypeVar("AnyReaction", bound=ReactionHandler)
AnyPaged = TypeVar("AnyPaged", bound=PagedHandler)


@dataclass(frozen=True, slots=True)
class Projection:
    """A handler of every message of a topic, and the tables it keeps."""

    topic: str
    views: tuple[str, ...]
    handle: ProjectionHandler


@dataclass(frozen=True, slots=True)
class Reacting:
    """A handler of one type of message, or of every type (`*`) of which `wanted` says so.

    `key` names what may happen only once; the message's id by default.
    """

    topic: str
    type: str
    name: str
    key: Callable[[Received], str]
    handle: PagedHandler
    wanted: Callable[[Received], bool] | None = None
    paged: bool = False

    def wants(self, message: Received) -> bool:
        """Whether the handler is to run; a message that cannot be read is wanted, so that it is parked."""
        try:
            return self.wanted is None or self.wanted(message)
        except (ValueError, LookupError, TypeError, AttributeError):
            return True


def _by_message(message: Received) -> str:
    return message.message_id


@dataclass(slots=True)
class Consumers:
    """The handlers that share one consumer group and its checkpoints; `name` is the group's.

    What fails for good in one handler parks the key for all handlers of the same Consumers.
    """

    name: str
    projections: dict[str, list[Projection]] = field(default_factory=dict)
    reactions: dict[tuple[str, str], list[Reacting]] = field(default_factory=dict)
    general: dict[str, list[Reacting]] = field(default_factory=dict)

    def projection(self, topic: str, *, views: Sequence[sa.Table]) -> Callable[[AnyProjection], AnyProjection]:
        """Declare a batched, rebuildable handler of a topic that writes to `views` and nothing else."""

        def declare(handle: AnyProjection) -> AnyProjection:
            names = tuple(table.name for table in views)
            self.projections.setdefault(topic, []).append(Projection(topic, names, handle))
            return handle

        return declare

    def reaction(
        self, topic: str, type: str, *, key: Callable[[Received], str] = _by_message
    ) -> Callable[[AnyReaction], AnyReaction]:
        """Declare what follows from one type of message. `key` gives the reaction's idempotency key."""

        def declare(handle: AnyReaction) -> AnyReaction:
            self._react(Reacting(topic, type, getattr(handle, "__name__", type), key, handle))
            return handle

        return declare

    def paged_reaction(
        self, topic: str, type: str, *, key: Callable[[Received], str] = _by_message
    ) -> Callable[[AnyPaged], AnyPaged]:
        """Declare what follows from one type of message for many records (see `Reaction.page`).

        Its message is done, and the next one of the partition read, when the last page is.
        """

        def declare(handle: AnyPaged) -> AnyPaged:
            self._react(Reacting(topic, type, getattr(handle, "__name__", type), key, handle, paged=True))
            return handle

        return declare

    def _react(self, reacting: Reacting) -> None:
        self.reactions.setdefault((reacting.topic, reacting.type), []).append(reacting)

    def general_reaction(
        self, topic: str, *, wanted: Callable[[Received], bool], key: Callable[[Received], str] = _by_message
    ) -> Callable[[AnyReaction], AnyReaction]:
        """Declare what follows from any message of a topic, known type or not, of which `wanted` says so.

        `wanted` is pure, asked often and runs on the message alone: what it turns away costs no transaction.
        """

        def declare(handle: AnyReaction) -> AnyReaction:
            name = getattr(handle, "__name__", topic)
            self.general.setdefault(topic, []).append(Reacting(topic, ANY_TYPE, name, key, handle, wanted))
            return handle

        return declare

    def reactions_to(self, message: Received) -> Sequence[Reacting]:
        """The reactions that want this message, those to its type first."""
        known = self.reactions.get((message.topic, message.type), ())
        general = self.general.get(message.topic)
        return [*known, *(each for each in general if each.wants(message))] if general else known

    @property
    def reacting_topics(self) -> frozenset[str]:
        """The topics of which some message may be reacted to."""
        return frozenset(self.general) | {topic for topic, _ in self.reactions}

    @property
    def topics(self) -> frozenset[str]:
        """All topics that some handler listens to."""
        return frozenset(self.projections) | self.reacting_topics

    @property
    def views(self) -> tuple[str, ...]:
        """The names of all tables that projections keep, each once."""
        kept = (view for projections in self.projections.values() for each in projections for view in each.views)
        return tuple(dict.fromkeys(kept))

    def command(self, message: Received, traceparent: str | None) -> Command:
        """The command that follows from a message, acted by the service itself."""
        service = f"service:{self.name}"
        return Command(
            caller=Caller(subject=service, client=service),
            at=business_now(),
            actor=service,
            correlation=message.correlation,
            traceparent=traceparent,
            causation=message.id,
        )
