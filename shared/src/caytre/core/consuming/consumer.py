"""What a service declares about the messages it listens to: projections and reactions, as plain functions.

A *projection* keeps a view: it gets whole batches, writes only to its own views, names tables without a schema (so
that it can be replayed into shadow tables), and tolerates seeing a message again. A *reaction* changes a record of its
own service because of one message: one transaction each, never repeated whatever is replayed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import sqlalchemy as sa

from caytre.core.caller import Caller
from caytre.core.clock import business_now
from caytre.core.command import Command
from caytre.core.consuming.received import Received
from caytre.core.storing.database import Connection

__all__ = ["Consumers", "Projection", "Reacting", "Reaction", "Received"]

ProjectionHandler = Callable[[Connection, Sequence[Received]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a reaction works with: the connection of its transaction, the message, and the command that follows from it.

    The command's cause is the message, its correlation is kept, and it acts for the service itself.
    """

    connection: Connection
    message: Received
    command: Command


ReactionHandler = Callable[[Reaction, Received], Awaitable[None]]

#: In place of the type of a reaction that listens to every type.
ANY_TYPE = "*"

AnyProjection = TypeVar("AnyProjection", bound=ProjectionHandler)
AnyReaction = TypeVar("AnyReaction", bound=ReactionHandler)


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
    handle: ReactionHandler
    wanted: Callable[[Received], bool] | None = None

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
            reacting = Reacting(topic, type, getattr(handle, "__name__", type), key, handle)
            self.reactions.setdefault((topic, type), []).append(reacting)
            return handle

        return declare

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
