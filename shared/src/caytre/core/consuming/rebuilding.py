"""Rebuild of all views of a consumer while they serve: replay into shadow tables, catch up, swap under the locks.

A rebuild is a row, asked for by any process and done by a worker; one that dies is begun anew by the next worker.
The replay never passes the live checkpoints, so that no message reaches a view before its turn.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import uuid4

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from caytre.core import connecting
from caytre.core.consuming import shadow
from caytre.core.consuming.applying import Applier
from caytre.core.consuming.checkpoint import Partition
from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.failures import PASSING, is_passing
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.slices import RecordsMissing
from caytre.core.faults import said_shortly
from caytre.core.storing.database import Connection, Database

log = structlog.get_logger(__name__)

#: How often a worker looks for a request, and tells its progress (seconds); when one without progress counts as dead.
LOOK_SECONDS, TELL_SECONDS, DEAD_SECONDS = 2.0, 1.0, 30
#: So close to the live position the swap begins (messages), and so long it may hold the checkpoints (seconds).
CLOSE, SWAP_SECONDS = 2000, 10.0
#: Between two transactions PostgreSQL waits for rows and the loop for PostgreSQL: a rebuild takes few large ones.
RECORDS, PARTITION_BYTES = 8000, 4_194_304

_REQUEST = """
INSERT INTO rebuild (consumer) VALUES ($1)
ON CONFLICT (consumer) DO UPDATE
SET shadow = NULL, done = 0, total = 0, error = NULL, requested_at = clock_timestamp(), started_at = NULL,
    progressed_at = NULL, finished_at = NULL
WHERE rebuild.finished_at IS NOT NULL RETURNING true
"""
_CLAIM = """
UPDATE rebuild SET shadow = $2, started_at = clock_timestamp(), progressed_at = clock_timestamp(), done = 0, total = 0
WHERE consumer = $1 AND finished_at IS NULL
  AND (shadow IS NULL OR progressed_at < clock_timestamp() - make_interval(secs => $3))
RETURNING true
"""
_TELL = """
UPDATE rebuild SET done = $3, total = $4, progressed_at = clock_timestamp() WHERE consumer = $1 AND shadow = $2
RETURNING true
"""
_FINISH = """
UPDATE public.rebuild SET done = $3, total = $3, error = $4, finished_at = clock_timestamp(),
       progressed_at = clock_timestamp()
WHERE consumer = $1 AND shadow = $2 RETURNING true
"""
_LIVE = """
SELECT topic, partition, next_offset, epoch, position FROM public.checkpoint
WHERE consumer = $1 AND topic = ANY ($2) ORDER BY topic, partition
"""


class TakenOver(Exception):
    """Another worker does this rebuild now."""


async def request(database: Database, consumer: str) -> bool:
    """Ask for a rebuild; False when one is asked for or under way already."""
    return await database.worker.fetchval(_REQUEST, consumer) is True


@dataclass
class Rebuilder:
    """Does the rebuilds that are asked for, until cancelled. `url` is the owner's: it makes and swaps tables."""

    consumers: Consumers
    database: Database
    kafka: KafkaSettings
    url: str

    async def run(self) -> None:
        """Wait for requests and serve them."""
        while True:
            try:
                name = f"{self._prefix}{uuid4().hex[:8]}"
                if await self.database.worker.fetchval(_CLAIM, self.consumers.name, name, DEAD_SECONDS):
                    await self.rebuild(name)
            except PASSING as error:
                log.warning("rebuild failed for now", consumer=self.consumers.name, error=said_shortly(error))
            await asyncio.sleep(LOOK_SECONDS)

    @property
    def _prefix(self) -> str:
        return f"rebuild_{self.consumers.name[:40]}_"

    async def rebuild(self, name: str) -> None:
        """One rebuild into the schema `name`. Raises what passes by itself; everything else is told in its row."""
        settings = {"search_path": f'"{name}", public', "synchronous_commit": "off", "jit": "off"}
        connection = await asyncpg.connect(self.url, server_settings=settings, command_timeout=60)
        fetching = {"max_poll_records": RECORDS, "max_partition_fetch_bytes": PARTITION_BYTES}
        client = AIOKafkaConsumer(**self.kafka.reader() | fetching)
        began = monotonic()
        try:
            indexes = await shadow.create(connection, self.database.worker, name, self._prefix, self.consumers.views)
            await connecting.start(client)
            done = await _Replay(self, name, connection, client, indexes).run()
            seconds = round(monotonic() - began, 1)
            log.info("views rebuilt", consumer=self.consumers.name, messages=done, seconds=seconds)
        except TakenOver:
            return
        except Exception as error:
            if is_passing(error):
                raise
            log.exception("rebuild failed; the views are as they were", consumer=self.consumers.name)
            await self.database.worker.execute(_FINISH, self.consumers.name, name, 0, said_shortly(error))
        finally:
            try:
                with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await shadow.drop(connection, name)
                    await connection.close(timeout=5)
            finally:
                connection.terminate()
                await client.stop()


@dataclass
class _Replay:
    """One replay: reads up to the live checkpoints again and again until it is close, then swaps."""

    owner: Rebuilder
    name: str
    connection: Connection
    client: AIOKafkaConsumer
    indexes: Sequence[str]
    done: int = 0
    total: int = 0
    _told: float = 0.0
    _partitions: dict[TopicPartition, Partition] = field(default_factory=dict)
    _live_places: dict[TopicPartition, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._consumers = self.owner.consumers
        self._topics = sorted(self._consumers.projections)
        self._applier = Applier(self._consumers, self._only_connection, shadow=self.name)

    @contextlib.asynccontextmanager
    async def _only_connection(self) -> AsyncIterator[Connection]:
        yield self.connection

    async def run(self) -> int:
        targets = await self._live()
        await self._open(targets)
        await self._read_to(await self._catch_up(targets))
        await self._telling(shadow.index(self.connection, self.indexes), targets)
        await self._read_to(await self._catch_up(await self._live()))
        await shadow.analyse(self.connection, self.name, self._consumers.views)
        while not await self._swap():
            await self._read_to(await self._live())
        return self.done

    async def _catch_up(self, targets: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
        while self._distance(targets) > CLOSE:
            await self._read_to(targets)
            targets = await self._live()
        return targets

    async def _telling(self, work: Coroutine[Any, Any, None], targets: Mapping[TopicPartition, int]) -> None:
        # What takes long and reads nothing must not look dead meanwhile.
        working = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({working}, timeout=TELL_SECONDS))[0]:
                await self._tell(targets)
            await working
        finally:
            if not working.done():
                working.cancel()
                await asyncio.wait({working})

    async def _live(self, lock: bool = False) -> dict[TopicPartition, int]:
        statement = _LIVE + ("FOR UPDATE" if lock else "")
        rows = await self.connection.fetch(statement, self._consumers.name, self._topics)
        live = {TopicPartition(row["topic"], row["partition"]): int(row["next_offset"]) for row in rows}
        self._live_places = {
            TopicPartition(row["topic"], row["partition"]): (row["epoch"], row["position"]) for row in rows
        }
        if not live:
            return {}
        ends = await self.client.end_offsets(list(live))
        return {tp: min(offset, ends[tp]) for tp, offset in live.items()}

    async def _open(self, targets: Mapping[TopicPartition, int]) -> None:
        if not targets:
            return
        opened = await self._applier.checkpoints.open(self.connection, targets)
        self._partitions = {partition.tp: partition for partition in opened}
        self.client.assign(list(targets))
        for tp, beginning in (await self.client.beginning_offsets(list(targets))).items():
            self._partitions[tp].cursor = beginning
            self.client.seek(tp, beginning)
        self.total = self._distance(targets)

    def _distance(self, targets: Mapping[TopicPartition, int]) -> int:
        return sum(max(0, target - self._partitions[tp].cursor) for tp, target in targets.items())

    async def _read_to(self, targets: Mapping[TopicPartition, int]) -> None:
        reading = {tp for tp, target in targets.items() if self._partitions[tp].cursor < target}
        for tp in targets:
            if tp in reading:
                self.client.seek(tp, self._partitions[tp].cursor)
                self.client.resume(tp)
            else:
                self.client.pause(tp)
        while reading:
            polled = []
            for tp, records in (await self.client.getmany(timeout_ms=250)).items():
                due = [record for record in records if record.offset < targets[tp]]
                if tp in reading and due:
                    polled.append((self._partitions[tp], due))
                    self.done += len(due)
            if polled and (later := await self._applier.process(polled)):
                raise later[0].error
            for tp in list(reading):
                # The client's position also passes what is no message: transaction markers, compacted records.
                if await self.client.position(tp) >= targets[tp]:
                    self._partitions[tp].cursor = targets[tp]
                    reading.discard(tp)
                    self.client.pause(tp)
            await self._tell(targets)

    async def _tell(self, targets: Mapping[TopicPartition, int]) -> None:
        if monotonic() - self._told < TELL_SECONDS:
            return
        self._told = monotonic()
        self.total = self.done + self._distance(targets)
        arguments = (self._consumers.name, self.name, self.done, self.total)
        if await self.owner.database.worker.fetchval(_TELL, *arguments) is None:
            raise TakenOver

    def _require_what_the_views_have(self) -> None:
        # Behind a gap the copies would have less than the views, and the live checkpoints would drop it for ever.
        for tp, partition in self._partitions.items():
            gap = partition.gap_after(partition.stored.place)
            if gap is not None and partition.stored.place < self._live_places[tp]:
                raise RecordsMissing(f"{tp.topic}/{tp.partition}: {gap}, then rebuild")

    async def _swap(self) -> bool:
        before, done = {tp: (each.stored, each.cursor) for tp, each in self._partitions.items()}, self.done
        try:
            async with asyncio.timeout(SWAP_SECONDS), self.connection.transaction():
                await self.connection.execute("SET LOCAL synchronous_commit = on")
                await self.connection.execute("SET LOCAL lock_timeout = '2s'")
                await self._read_to(await self._live(lock=True))
                self._require_what_the_views_have()
                mixed = bool(self._consumers.reacting_topics)
                arguments = (self.connection, self.name, self._consumers.name, self._topics, self._consumers.views)
                await shadow.swap(*arguments, mixed=mixed)
                finished = (self._consumers.name, self.name, self.done, None)
                if await self.connection.fetchval(_FINISH, *finished) is None:
                    raise TakenOver
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, TimeoutError) as error:
            log.info("swap is tried again", consumer=self._consumers.name, reason=said_shortly(error))
            # What was applied inside the failed swap was rolled back with it.
            self.done = done
            for tp, (stored, cursor) in before.items():
                self._partitions[tp].stored, self._partitions[tp].cursor = stored, cursor
            await asyncio.sleep(0.5)
            return False
        return True
