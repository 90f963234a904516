"""One life of a Kafka client in its group: open partitions from the database, poll, apply, pause, and watch itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.errors import IllegalStateError, NoOffsetForPartitionError
from aiokafka.structs import ConsumerRecord, TopicPartition

from caytre.core.consuming.applying import Applier, Later, Unfinished
from caytre.core.consuming.checkpoint import Partition, Superseded
from caytre.core.consuming.failures import is_passing
from caytre.core.consuming.lag import Lag
from caytre.core.consuming.parking import Halted, halted_because
from caytre.core.consuming.slices import RecordsMissing
from caytre.core.consuming.waiting import Ages, Pause
from caytre.core.faults import said_shortly
from caytre.core.storing.database import Database

log = structlog.get_logger(__name__)

POLL_MS = 250
#: How often it looks whether it was halted (seconds); how long a running transaction may delay the end.
LOOK_SECONDS, FINISH_SECONDS = 2.0, 10.0

_PAUSED = "UPDATE checkpoint SET paused = $4 WHERE consumer = $1 AND topic = $2 AND partition = $3"
_AS_IT_WAS = """
SELECT count(*) FROM checkpoint
JOIN unnest($2::text[], $3::int[], $4::bigint[], $5::int[], $6::bigint[], $7::bigint[])
    n (topic, partition, next_offset, epoch, position, generation)
    USING (topic, partition, next_offset, epoch, position, generation)
WHERE consumer = $1
"""


class Stuck(Exception):
    """The client is alive and hands out nothing although there is something to read (aiokafka issues 1037, 1154)."""


class Assignments(ConsumerRebalanceListener):  # type: ignore[misc]
    """Counts assignments. The polling task does the rest, since records may come before a listener has finished."""

    def __init__(self) -> None:
        self.count = 0

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Called by the client."""
        self.count += 1

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Called by the client."""
        self.count += 1


@dataclass
class Membership:
    """Polls until something ends it. Raises Halted, Stuck, and what Kafka or the database raise."""

    client: AIOKafkaConsumer
    assignments: Assignments
    applier: Applier
    database: Database
    stuck_seconds: float
    pauses: dict[TopicPartition, Pause] = field(default_factory=dict)
    progressed: float = field(default_factory=monotonic)
    moved: bool = False
    _opened: int = 0
    _partitions: dict[TopicPartition, Partition] = field(default_factory=dict)
    _beginnings: dict[TopicPartition, int] = field(default_factory=dict)
    _ages: Ages = field(default_factory=Ages)
    _looked: float = 0.0

    @property
    def name(self) -> str:
        """The consumer group."""
        return self.applier.consumers.name

    async def poll(self) -> None:
        """The loop; a cancellation lets the running transaction end first."""
        while True:
            if self._opened != self.assignments.count:
                await self._open()
            self._resume()
            polled = self._heard(await self._poll())
            if polled:
                await self._apply(polled)
            if monotonic() - self._looked >= LOOK_SECONDS:
                self._looked = monotonic()
                await self._look()
            if monotonic() - self.progressed > self.stuck_seconds:
                await self._check_progress()

    async def _poll(self) -> Mapping[TopicPartition, list[ConsumerRecord]]:
        try:
            async with asyncio.timeout(self.stuck_seconds):
                batches: Mapping[TopicPartition, list[ConsumerRecord]] = await self.client.getmany(timeout_ms=POLL_MS)
        except NoOffsetForPartitionError:
            # A partition that nobody has sought yet: there are no offsets in Kafka.
            return {}
        except TimeoutError as error:
            raise Stuck(f"no assignment or poll came to an end within {self.stuck_seconds:.0f} s") from error
        # What was polled under another assignment comes again after the seek.
        return batches if self._opened == self.assignments.count else {}

    # -- opening -------------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        count = self.assignments.count
        tps = self.client.assignment()
        for known in (self._partitions, self.pauses, self._ages):
            known.clear()
        if tps:
            async with self.database.worker.acquire() as connection:
                opened = await self.applier.checkpoints.open(connection, tps)
            self._beginnings = await self.client.beginning_offsets(list(tps))
            ends = await self.client.end_offsets(list(tps))
            if count != self.assignments.count:
                return
            # Nothing is awaited from here on, so the assignment cannot change between the check and the seeks.
            for partition in opened:
                self.client.seek(partition.tp, self._start(partition, ends[partition.tp]))
            self.client.resume(*self.client.paused())
            self._partitions = {partition.tp: partition for partition in opened}
        self._opened = count
        self.progressed = monotonic()
        log.info("partitions opened", consumer=self.name, partitions=sorted(f"{tp.topic}/{tp.partition}" for tp in tps))

    def _start(self, partition: Partition, end: int) -> int:
        stored, beginning = partition.stored, self._beginnings[partition.tp]
        if stored.last_offset is not None and stored.last_id is not None:
            if beginning <= stored.last_offset < end:
                partition.verify = True
                return stored.last_offset
            return self._go_back(partition, f"offset {stored.last_offset} is not in its log {beginning}..{end}")
        if beginning <= stored.next_offset <= end:
            return stored.next_offset
        return self._go_back(partition, f"offset {stored.next_offset} is not in its log {beginning}..{end}")

    def _go_back(self, partition: Partition, reason: str) -> int:
        partition.verify = False
        partition.cursor = self._beginnings[partition.tp]
        log.error(
            "back to the beginning of a log that is not the one remembered; what was applied is dropped by position",
            consumer=self.name,
            topic=partition.topic,
            partition=partition.number,
            reason=reason,
        )
        return partition.cursor

    # -- polling -------------------------------------------------------------------------------------------------

    def _heard(
        self, batches: Mapping[TopicPartition, list[ConsumerRecord]]
    ) -> list[tuple[Partition, list[ConsumerRecord]]]:
        heard = []
        for tp, records in batches.items():
            partition = self._partitions.get(tp)
            if partition is None:
                continue
            if partition.verify and not self._is_the_same_log(partition, records[0]):
                continue
            fresh = [record for record in records if record.offset >= partition.cursor]
            if fresh:
                heard.append((partition, fresh))
                self._ages.heard(tp, fresh[0].timestamp)
        return heard

    def _is_the_same_log(self, partition: Partition, first: ConsumerRecord) -> bool:
        found = dict(first.headers).get("ce_id", b"").decode(errors="replace")
        if first.offset == partition.stored.last_offset and found == partition.stored.last_id:
            partition.verify = False
            return True
        reason = f"message {partition.stored.last_id} is no longer at offset {partition.stored.last_offset}"
        with contextlib.suppress(IllegalStateError):
            self.client.seek(partition.tp, self._go_back(partition, reason))
        return False

    async def _apply(self, polled: Sequence[tuple[Partition, list[ConsumerRecord]]]) -> None:
        applying = asyncio.ensure_future(self.applier.process(polled))
        try:
            later = await asyncio.shield(applying)
        except asyncio.CancelledError:
            await _finished(applying)
            raise
        except Superseded as error:
            log.info("reading the checkpoints again", consumer=self.name, reason=str(error))
            self._opened = -1
            return
        failed = [each for each in later if not isinstance(each.error, Unfinished)]
        waiting = {each.partition.tp for each in failed}
        for partition, _ in polled:
            if partition.tp not in waiting:
                self.pauses.pop(partition.tp, None)
                self.moved = True
        self.progressed = monotonic()
        for each in later:
            if isinstance(each.error, Unfinished):
                # Between two pages other partitions have their turn, and the group sees that we poll.
                with contextlib.suppress(IllegalStateError):
                    self.client.seek(each.partition.tp, each.partition.cursor)
        for each in failed:
            if isinstance(each.error, RecordsMissing):
                self._go_back(each.partition, str(each.error))
            await self._pause(each)

    async def _pause(self, later: Later) -> None:
        partition, reason = later.partition, said_shortly(later.error)
        pause = self.pauses.setdefault(partition.tp, Pause())
        pause.again(reason)
        where = {"consumer": self.name, "topic": partition.topic, "partition": partition.number}
        log.warning("partition waits", **where, seconds=pause.seconds, reason=reason)
        with contextlib.suppress(IllegalStateError):
            self.client.pause(partition.tp)
        with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            async with asyncio.timeout(1):
                arguments = (self.name, partition.topic, partition.number, reason)
                await self.database.worker.execute(_PAUSED, *arguments)

    def _resume(self) -> None:
        now = monotonic()
        for tp, pause in self.pauses.items():
            if pause.until and pause.until <= now and tp in self._partitions:
                pause.until = 0.0
                with contextlib.suppress(IllegalStateError):
                    self.client.seek(tp, self._partitions[tp].cursor)
                    self.client.resume(tp)

    # -- watching ------------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        try:
            async with self.database.worker.acquire() as connection:
                reason = await halted_because(connection, self.name)
                if await connection.fetchval(_AS_IT_WAS, self.name, *self._remembered()) != len(self._partitions):
                    # Somebody asked for a replay, or the server lost its last moments in a crash: of a partition in
                    # which nothing comes any more, nothing else would tell.
                    self._opened = -1
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            # Polling goes on while the database is away, so that the partitions stay ours.
            if not is_passing(error):
                raise
            return
        if reason is not None:
            raise Halted(reason)
        await self._note_levels()

    def _remembered(self) -> tuple[list[object], ...]:
        columns = [
            (tp.topic, tp.partition, each.stored.next_offset, *each.stored.place, each.stored.generation)
            for tp, each in self._partitions.items()
        ]
        return tuple(map(list, zip(*columns, strict=True))) or ([],) * 6

    async def _note_levels(self) -> None:
        for tp in list(self._partitions):
            read, end = await self._position(tp), self.client.highwater(tp)
            if read is not None and end is not None and tp not in self.pauses and read >= end:
                self._ages.level(tp)

    async def lags(self) -> dict[TopicPartition, Lag]:
        """What is unread in this process's partitions; none while they are shared out anew. Raises KafkaError."""
        tps = list(self._partitions)
        ends = await self.client.end_offsets(tps) if tps else {}
        found = {}
        for tp in tps:
            try:
                read = await self._position(tp)
            except IllegalStateError:
                read = None
            if read is None:
                return {}
            messages = max(0, ends[tp] - read)
            if not messages:
                self._ages.level(tp)
            found[tp] = Lag(messages, self._ages.unread_for(tp) if messages else 0.0)
        return found

    async def _check_progress(self) -> None:
        reading = [tp for tp in self._partitions if tp not in self.pauses]
        if reading and self._opened == self.assignments.count:
            ends = await self.client.end_offsets(reading)
            read = [(tp, await self._position(tp)) for tp in reading]
            waiting = {
                f"{tp.topic}/{tp.partition}": ends[tp] - at for tp, at in read if at is not None and at < ends[tp]
            }
            if waiting:
                raise Stuck(f"nothing came for {self.stuck_seconds:.0f} s although there is {waiting}")
        self.progressed = monotonic()

    async def _position(self, tp: TopicPartition) -> int | None:
        # Of partitions shared out anew the client waits for a seek, and only this task seeks: it would wait for itself.
        if self._opened != self.assignments.count:
            return None
        return self._partitions[tp].cursor if tp in self.pauses else await self.client.position(tp)


async def _finished(applying: asyncio.Future[Any]) -> None:
    """Wait for the running transaction, but not for ever."""
    done, _ = await asyncio.wait([applying], timeout=FINISH_SECONDS)
    if not done:
        applying.cancel()
        await asyncio.wait([applying])
    elif not applying.cancelled() and (error := applying.exception()) is not None:
        log.warning("the last transaction of this consumer failed", error=said_shortly(error))
