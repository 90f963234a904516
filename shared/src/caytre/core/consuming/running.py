"""A running consumer: joins its group, starts over after any error with growing pauses, and stops when it is halted.

No offset is ever committed to Kafka: what was read lies in the consumer's own database beside its effects.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import uniform
from time import monotonic

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from caytre.core import connecting
from caytre.core.consuming.applying import MOST_PARKED_IN_A_ROW, Applier
from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.failures import is_passing
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.membership import LOOK_SECONDS, Assignments, Membership, Stuck
from caytre.core.consuming.parking import Halted, halted_because
from caytre.core.consuming.rebuilding import Rebuilder
from caytre.core.consuming.waiting import LONGEST_PAUSE, SHORTEST_PAUSE, Pause
from caytre.core.faults import said_shortly
from caytre.core.storing.database import Database

__all__ = ["Consumer", "KafkaSettings"]

log = structlog.get_logger(__name__)

MOST_RECORDS = 4000
STOP_SECONDS = 10.0


@dataclass
class Consumer:
    """Keeps one group's handlers supplied until cancelled, and rebuilds its views when asked.

    `url` is the owner's address of the database, without which nothing is rebuilt here. `committed` is called after a
    reaction's transaction (by default `database.committed`). `position_filter` off plants a known bug, for the
    positive control of fault runs.
    """

    consumers: Consumers
    database: Database
    kafka: KafkaSettings
    url: str | None = None
    committed: Callable[[], None] | None = None
    position_filter: bool = True
    most_parked: int = MOST_PARKED_IN_A_ROW
    stuck_seconds: float | None = None
    halted: str | None = None
    #: What reads at present; None while it is halted or starts over.
    membership: Membership | None = None
    _pauses: dict[TopicPartition, Pause] = field(default_factory=dict)
    _stuck_in_a_row: int = 0

    @property
    def name(self) -> str:
        """The consumer group."""
        return self.consumers.name

    def healthy(self) -> bool:
        """False when the client was stuck twice in a row: a new process is the next thing to try."""
        return self._stuck_in_a_row < 2

    def paused(self) -> dict[str, str]:
        """The partitions of this process that wait, and why."""
        return {f"{tp.topic}/{tp.partition}": pause.reason for tp, pause in self._pauses.items()}

    async def run(self) -> None:
        """Consume until cancelled; then finish the running transaction and leave the group."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_consuming(), name=f"consumer {self.name}")
            if self.url is not None and self.consumers.views:
                rebuilder = Rebuilder(self.consumers, self.database, self.kafka, self.url)
                tasks.create_task(rebuilder.run(), name=f"rebuilder {self.name}")

    async def _keep_consuming(self) -> None:
        pause = SHORTEST_PAUSE
        while True:
            began = monotonic()
            try:
                await self._until_resumed()
                await self._consume()
            except Halted:
                continue
            except Stuck as error:
                self._stuck_in_a_row += 1
                log.warning("consumer was stuck", consumer=self.name, reason=str(error), times=self._stuck_in_a_row)
            except Exception as error:
                strange = not is_passing(error)
                log.warning("consumer starts over", consumer=self.name, error=said_shortly(error), exc_info=strange)
            if monotonic() - began > LONGEST_PAUSE:
                pause = SHORTEST_PAUSE
            await asyncio.sleep(pause * uniform(0.5, 1.0))  # noqa: S311 - spreads restarts, keeps no secret
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _until_resumed(self) -> None:
        while (reason := await self._reason_to_halt()) is not None:
            if self.halted is None:
                log.error("consumer is halted until it is resumed", consumer=self.name, reason=reason)
            self.halted = reason
            await asyncio.sleep(LOOK_SECONDS)
        self.halted = None

    async def _reason_to_halt(self) -> str | None:
        async with self.database.worker.acquire() as connection:
            return await halted_because(connection, self.name)

    async def _consume(self) -> None:
        applier = Applier(
            self.consumers,
            self.database.worker.acquire,
            position_filter=self.position_filter,
            most_parked=self.most_parked,
            committed=self.committed or self.database.committed,
        )
        client = AIOKafkaConsumer(group_id=self.name, max_poll_records=MOST_RECORDS, **self.kafka.member())
        stuck_seconds = self.stuck_seconds or self.kafka.stuck_seconds
        membership = Membership(client, Assignments(), applier, self.database, stuck_seconds, self._pauses)
        try:
            async with asyncio.timeout(stuck_seconds):
                await connecting.start(client)
            client.subscribe(sorted(self.consumers.topics), listener=membership.assignments)
            self.membership = membership
            await membership.poll()
        finally:
            self.membership = None
            if membership.moved:
                self._stuck_in_a_row = 0
            self._pauses.clear()
            await _stop(client)


async def _stop(client: AIOKafkaConsumer) -> None:
    """Leave the group and close the connections within a bound; a client that cannot is left behind."""
    stopping = asyncio.ensure_future(client.stop())
    done, _ = await asyncio.wait([stopping], timeout=STOP_SECONDS)
    if not done:
        stopping.cancel()
        log.warning("the Kafka client did not stop in time")
    elif not stopping.cancelled() and (error := stopping.exception()) is not None:
        log.warning("the Kafka client stopped with an error", error=said_shortly(error))
