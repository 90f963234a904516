"""One transaction per piece: the checkpoint's step first, then the effects, so that both happen or neither does.

A piece that fails is tried again partition by partition and then in halves, until the message that fails stands alone.
That one is parked, unless the failure passes by itself: then its partition is tried again later.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from time import monotonic, time, time_ns

import asyncpg
import structlog

from caytre.core.consuming.checkpoint import Checkpoints, Partition, Superseded
from caytre.core.consuming.consumer import BEGINNING, Consumers, Reaction
from caytre.core.consuming.failures import is_passing
from caytre.core.consuming.parking import Halted, Parking, halt
from caytre.core.consuming.received import Received
from caytre.core.consuming.slices import Cutter, Poison, Record, Slice
from caytre.core.consuming.spans import process_span, process_spans, reaction_span
from caytre.core.faults import said_shortly
from caytre.core.metrics import consumer_applied, consumer_process_duration, end_to_end_latency
from caytre.core.storing.database import Connection
from caytre.core.telemetry import traceparent_of

log = structlog.get_logger(__name__)

Connections = Callable[[], AbstractAsyncContextManager[Connection]]

#: More failures than this in a row, each of another key, are a bad release rather than bad messages.
MOST_PARKED_IN_A_ROW = 20
#: So many partitions' messages are reacted to side by side: while one waits for the database, another is worked on.
SIDE_BY_SIDE = 3
#: The longest that one transaction's handlers may take; below the client's poll interval of 300 s.
HANDLER_SECONDS = 120.0

_DATABASE_AWAY = (asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.InterfaceError)

# No row comes back for a reaction that is done, and `done_until` of one with pages left.
_REACTED = """
INSERT INTO reacted AS r (consumer, reaction, key, message_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (consumer, reaction, key) DO UPDATE SET done_until = r.done_until WHERE r.done_until IS NOT NULL
RETURNING done_until
"""
_DONE_UNTIL = "UPDATE reacted SET done_until = $4 WHERE consumer = $1 AND reaction = $2 AND key = $3"
_NEVER = """
INSERT INTO reacted (consumer, reaction, key, message_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (consumer, reaction, key) DO UPDATE SET done_until = NULL
"""


class Unfinished(Exception):
    """A page of what follows from a message was committed, and there may be more: the same message comes again."""


@dataclass(frozen=True, slots=True)
class Later:
    """A partition whose next piece failed in a way that passes by itself, or is Unfinished."""

    partition: Partition
    error: BaseException


async def _tried(work: Awaitable[None]) -> Exception | None:
    """What handlers may raise is up to them: any failure is an answer. Raises what ends the consumer's term."""
    try:
        async with asyncio.timeout(HANDLER_SECONDS):
            await work
    except (Superseded, Halted):
        raise
    except Exception as error:
        return error
    return None


class Applier:
    """Applies what was polled. `committed` is called after a transaction in which a reaction ran.

    With `shadow`, the name of a schema, it fills a copy: no reactions, no spans, and nothing halts the live consumer.
    """

    def __init__(
        self,
        consumers: Consumers,
        connections: Connections,
        *,
        shadow: str = "",
        position_filter: bool = True,
        most_parked: int = MOST_PARKED_IN_A_ROW,
        committed: Callable[[], None] | None = None,
    ) -> None:
        self.consumers = consumers
        self.checkpoints = Checkpoints(consumers.name, shadow)
        self.parking = Parking(consumers.name, shadow)
        self._connections = connections
        self._cutter = Cutter(consumers, position_filter=position_filter, rewinds=not shadow)
        self._live = not shadow
        self._most_parked = most_parked
        self._committed = committed
        self._parked_in_a_row = 0
        # A rebuild has one connection, and nothing to react to.
        self._side_by_side = 1 if shadow else SIDE_BY_SIDE
        self._parking_one = asyncio.Lock()

    async def process(self, polled: Iterable[tuple[Partition, Sequence[Record]]]) -> list[Later]:
        """Apply everything that can be applied now; the rest is named. Raises Superseded, Halted."""
        later: list[Later] = []
        queues = {id(partition): self._cutter.cut(partition, records) for partition, records in polled}
        while queues:
            heads = [queue.popleft() for queue in queues.values()]
            shared = [piece for piece in heads if not piece.alone]
            failed = await self._settle(shared) if shared else []
            failed += await self._settle_alone([piece for piece in heads if piece.alone])
            later += failed
            stopped = {id(each.partition) for each in failed}
            queues = {key: queue for key, queue in queues.items() if queue and key not in stopped}
        return later

    async def _settle_alone(self, pieces: Sequence[Slice]) -> list[Later]:
        # Each is of another partition, so there is no order between them. What ends the term lets none begin any more.
        waiting, failed = deque(pieces), list[Later]()

        async def one_by_one() -> None:
            try:
                while waiting:
                    failed.extend(await self._settle([waiting.popleft()]))
            except BaseException:
                waiting.clear()
                raise

        beside = (one_by_one() for _ in range(min(self._side_by_side, len(pieces))))
        for error in await asyncio.gather(*beside, return_exceptions=True):
            if error is not None:
                raise error
        return failed

    async def _settle(self, pieces: list[Slice]) -> list[Later]:
        if pieces[0].gap is not None:
            return [Later(pieces[0].partition, pieces[0].gap)]
        poison = pieces[0].poison
        error = await _tried(self.apply(pieces) if poison is None else self._park(pieces[0], poison.error))
        if isinstance(error, Unfinished):
            return [Later(pieces[0].partition, error)]
        return [] if error is None else await self._settle_smaller(pieces, error)

    async def _settle_smaller(self, pieces: list[Slice], error: Exception) -> list[Later]:
        passing = is_passing(error)
        if len(pieces) > 1 and not (passing and isinstance(error, _DATABASE_AWAY)):
            return [later for piece in pieces for later in await self._settle([piece])]
        if passing:
            return [Later(piece.partition, error) for piece in pieces]
        [piece] = pieces
        if piece.poison is not None or not piece.messages:
            raise error
        if len(piece.messages) > 1:
            first, second = piece.halves()
            return await self._settle([first]) or await self._settle([second])
        try:
            await self._park(piece, error)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as again:
            if not is_passing(again):
                raise
            return [Later(piece.partition, again)]
        return []

    async def apply(self, pieces: Sequence[Slice]) -> None:
        """Apply the pieces in one transaction. Raises Superseded and what handlers raise; nothing is done then.

        Raises Unfinished after the commit of a page that may not be the last.
        """
        began, started = time_ns(), monotonic()
        moves, paged = [piece.move() for piece in pieces], self._live and any(map(self._is_paged, pieces))
        async with self._connections() as connection, connection.transaction():
            await self.checkpoints.move(connection, [move.staying() for move in moves] if paged else moves)
            wanted = [await self._not_waiting(connection, piece) for piece in pieces]
            await self._project(connection, wanted)
            reacted, done = await self._react(connection, pieces, wanted) if self._live else (False, True)
            if paged and done:
                await self.checkpoints.move(connection, moves)
        if reacted and self._committed is not None:
            self._committed()
        if not done:
            raise Unfinished(f"{pieces[0].messages[0].type} is not done")
        self._done(pieces)
        if any(wanted):
            self._parked_in_a_row = 0
            if self._live:
                self._measure(pieces, started)
                # A reaction has had its span while it ran.
                shared = [messages for piece, messages in zip(pieces, wanted, strict=True) if not piece.alone]
                process_spans(self.consumers.name, [message for messages in shared for message in messages], began)

    async def attempt(self, connection: Connection, message: Received) -> Exception | None:
        """Run all handlers of one message behind a savepoint, as a redrive does; the checkpoint is the caller's.

        Of a paged reaction it is one page: Unfinished, while there may be more, is no failure and leaves its effects.
        """

        async def handlers() -> None:
            async with connection.transaction():
                await self._project(connection, [[message]])
                _, done = await self._react_to(connection, message)
            if not done:
                raise Unfinished(f"{message.type} is not done")

        return await _tried(handlers())

    async def never_react(self, connection: Connection, message: Received) -> None:
        """Mark all reactions to a discarded message as done, so that no replay runs them."""
        for reacting in self.consumers.reactions_to(message):
            try:
                key = reacting.key(message)
            except (ValueError, LookupError, TypeError, AttributeError):
                continue  # without its key it can never run
            await connection.execute(_NEVER, self.consumers.name, reacting.name, key, message.message_id)

    async def _not_waiting(self, connection: Connection, piece: Slice) -> list[Received]:
        known = piece.partition.blocked
        suspects = {each.key for each in piece.messages if each.key in known} if known else set()
        if not suspects:
            return piece.messages
        # A redrive may have freed the key since; the checkpoint's row is ours by now, so the answer stays true.
        blocked = await self.parking.blocked(connection, piece.partition, list(suspects))
        for key in suspects - blocked.keys():
            del known[key]
        known.update(blocked)
        wanted = []
        for message in piece.messages:
            if message.key in blocked and message.place >= blocked[message.key]:
                await self.parking.park(connection, message, None)
            else:
                wanted.append(message)
        return wanted

    async def _project(self, connection: Connection, wanted: Sequence[list[Received]]) -> None:
        by_topic: dict[str, list[Received]] = {}
        for messages in wanted:
            if messages:
                by_topic.setdefault(messages[0].topic, []).extend(messages)
        for topic, messages in by_topic.items():
            for projection in self.consumers.projections.get(topic, ()):
                await projection.handle(connection, messages)

    def _is_paged(self, piece: Slice) -> bool:
        return piece.alone and any(
            reacting.paged for message in piece.messages for reacting in self.consumers.reactions_to(message)
        )

    async def _react(
        self, connection: Connection, pieces: Sequence[Slice], wanted: Sequence[list[Received]]
    ) -> tuple[bool, bool]:
        reacted, done = False, True
        for piece, messages in zip(pieces, wanted, strict=True):
            # There is one message at most in a piece that stands alone.
            for message in messages if piece.alone else ():
                reacted, done = await self._react_to(connection, message)
        return reacted, done

    async def _react_to(self, connection: Connection, message: Received) -> tuple[bool, bool]:
        """Whether a reaction ran, and whether all are done; behind a page that may not be the last none runs yet."""
        reacted = False
        for reacting in self.consumers.reactions_to(message):
            name, key = (self.consumers.name, reacting.name), reacting.key(message)
            begun = await connection.fetchrow(_REACTED, *name, key, message.message_id)
            if begun is None:
                continue
            before = begun["done_until"]
            with reaction_span(self.consumers.name, reacting.name, message) as span:
                command = self.consumers.command(message, traceparent_of(span) or message.traceparent)
                until = await reacting.handle(Reaction(connection, message, command, before or BEGINNING), message)
            reacted = True
            if until != before:
                await connection.execute(_DONE_UNTIL, *name, key, until)
            if until is not None:
                return True, False
        return reacted, True

    async def _pass_known_poison(self, piece: Slice, poison: Poison) -> bool:
        # Read again from the beginning, what somebody has seen already is no sign of a bad release.
        async with self._connections() as connection, connection.transaction():
            known = await self.parking.knows_poison(connection, piece.partition, poison)
            if known is None:
                return False
            await self.checkpoints.move(connection, [piece.move()])
            if known == "parked":
                await self.parking.park_poison(connection, piece.partition, poison)
        self._done([piece])
        return True

    async def _park(self, piece: Slice, error: Exception) -> None:
        # One at a time, so that none is parked above the most.
        async with self._parking_one:
            await self._park_this(piece, error)

    async def _park_this(self, piece: Slice, error: Exception) -> None:
        if piece.poison is not None and await self._pass_known_poison(piece, piece.poison):
            return
        reason = said_shortly(error)
        if self._parked_in_a_row >= self._most_parked:
            why = f"{self._parked_in_a_row} messages in a row failed, and then {piece.partition.tp}: {reason}"
            if self._live:
                async with self._connections() as connection:
                    await halt(connection, self.consumers.name, why[:2000])
            raise Halted(why)
        message = piece.messages[0] if piece.messages else None
        async with self._connections() as connection, connection.transaction():
            await self.checkpoints.move(connection, [piece.move()])
            if piece.poison is not None:
                await self.parking.park_poison(connection, piece.partition, piece.poison)
            elif message is not None and await self.parking.was_discarded(connection, message):
                message = None
            elif message is not None:
                await self.parking.park(connection, message, reason)
        self._parked_in_a_row += 1
        self._done([piece])
        if message is not None:
            piece.partition.blocked.setdefault(message.key, message.place)
            if self._live:
                process_span(self.consumers.name, message, error)
        log.error(
            "message parked" if message or piece.poison else "message left out: it was discarded before",
            consumer=self.consumers.name,
            topic=piece.partition.topic,
            partition=piece.partition.number,
            offset=piece.end - 1,
            key=message.key if message else None,
            reason=reason,
        )

    def _done(self, pieces: Sequence[Slice]) -> None:
        for piece in pieces:
            piece.partition.stored = piece.move().target
            piece.partition.cursor = piece.end

    def _measure(self, pieces: Sequence[Slice], started: float) -> None:
        consumer_process_duration.record(monotonic() - started, {"consumer": self.consumers.name})
        now = time()
        for piece in pieces:
            if piece.messages:
                labels = {"consumer": self.consumers.name, "topic": piece.partition.topic}
                consumer_applied.add(len(piece.messages), labels)
                end_to_end_latency.record(max(0.0, now - piece.messages[-1].recorded_ms / 1000), labels)
