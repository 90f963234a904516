"""What tests of any service need: facts as Kafka would carry them, and their delivery with or without Kafka."""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from aiokafka import AIOKafkaProducer

from caytre.contracts.message import INTERNAL, Message
from caytre.core import connecting
from caytre.core.clock import business_now, machine_now
from caytre.core.consuming.applying import Applier, Unfinished
from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.received import Received
from caytre.core.consuming.slices import Cutter, Slice
from caytre.core.ids import new_id
from caytre.core.relaying.topics import events_topic, partition_of
from caytre.core.storing.database import Database


class Log:
    """The journal and events topic of one service as a test writes it: places, versions and offsets count up."""

    def __init__(self, service: str, *, epoch: int = 1, topic: str | None = None) -> None:
        self.service = service
        self.epoch = epoch
        self.topic = topic or events_topic(service)
        self.position = 0
        self.messages: list[Received] = []
        self._versions: dict[str, int] = defaultdict(int)
        self._offsets: dict[int, int] = defaultdict(int)

    def say(
        self,
        type: str,
        record: UUID,
        data: Mapping[str, object] | Message | None,
        *,
        state: Mapping[str, object] | None = None,
        sequence: int | None = None,
        at: datetime | None = None,
        causation: UUID | None = None,
        sensitivity: str = INTERNAL,
        localities: Sequence[str] = (),
        traceparent: str | None = None,
    ) -> Received:
        """Add a fact about a record; None as data is a tombstone. The version counts up unless `sequence` is given."""
        key = str(record)
        self.position += 1
        self._versions[key] = self._versions[key] + 1 if sequence is None else sequence
        headers = {
            "ce_specversion": "1.0",
            "ce_id": str(new_id()),
            "ce_type": type,
            "ce_source": f"/caytre/{self.service}",
            "ce_subject": key,
            "ce_time": (at or business_now()).isoformat(),
            "ce_dataschema": f"/schemas/{type}",
            "ce_sequence": str(self._versions[key]),
            "ce_position": str(self.position),
            "ce_epoch": str(self.epoch),
            "ce_ordinal": "0",
            "ce_correlationid": str(new_id()),
            "ce_actor": "p-test",
            "ce_sensitivity": sensitivity,
            "ce_localities": ",".join(localities),
            "content-type": "application/json",
        }
        headers |= {"ce_traceparent": traceparent} if traceparent else {}
        headers |= {"ce_causationid": str(causation)} if causation else {}
        partition = partition_of(key.encode())
        message = Received(
            self.topic,
            partition,
            self._offsets[partition],
            int(machine_now().timestamp() * 1000),
            key.encode(),
            _value(data, state),
            [(name, text.encode()) for name, text in headers.items()],
        )
        self._offsets[partition] += 1
        self.messages.append(message)
        return message


def _value(data: Mapping[str, object] | Message | None, state: Mapping[str, object] | None) -> bytes | None:
    if data is None:
        return None
    changed = data.model_dump(mode="json", exclude_none=True) if isinstance(data, Message) else dict(data)
    if state is not None:
        changed["state"] = dict(state)
    return json.dumps(changed, default=str).encode()


class _Polled:
    """A message as the client would hand it out."""

    def __init__(self, message: Received) -> None:
        self.offset = message.offset
        self.timestamp = message.recorded_ms
        self.key: bytes | None = message.key.encode()
        self.value = message.data
        self.headers = list(message.headers.items())


async def deliver(
    consumers: Consumers, database: Database, messages: Sequence[Received], *, twice: bool = True
) -> None:
    """Apply messages as a running consumer would, and raise what a handler raises.

    With `twice` they come again with checkpoints kept, then once more with checkpoints deleted: a correct handler's
    effects stay as they were. Only topics that the consumers listen to are delivered.
    """
    await _deliver_once(consumers, database, messages)
    if twice:
        await _deliver_once(consumers, database, messages)
        await database.worker.execute("DELETE FROM checkpoint WHERE consumer = $1", consumers.name)
        await _deliver_once(consumers, database, messages)


async def deliver_a_page(consumers: Consumers, database: Database, message: Received) -> None:
    """Apply one page of what follows from a message, as a process does that ends before the next one."""
    applier, pieces = await _cut(consumers, database, [message])
    with contextlib.suppress(Unfinished):
        await applier.apply(pieces)


async def _deliver_once(consumers: Consumers, database: Database, messages: Sequence[Received]) -> None:
    applier, pieces = await _cut(consumers, database, messages)
    for piece in pieces:
        while not await _is_done(applier, piece):
            continue


async def _is_done(applier: Applier, piece: Slice) -> bool:
    try:
        await applier.apply([piece])
    except Unfinished:
        return False
    return True


async def _cut(consumers: Consumers, database: Database, messages: Sequence[Received]) -> tuple[Applier, list[Slice]]:
    applier, cutter = Applier(consumers, database.worker.acquire), Cutter(consumers)
    heard = [message for message in messages if message.topic in consumers.topics]
    async with database.worker.acquire() as connection:
        partitions = await applier.checkpoints.open(connection, {message.tp for message in heard})
    pieces: list[Slice] = []
    for partition in partitions:
        pieces += cutter.cut(partition, [_Polled(message) for message in heard if message.tp == partition.tp])
    return applier, pieces


async def publish(bootstrap: str, messages: Iterable[Received]) -> None:
    """Publish messages to their topics and partitions, in order, as the relay would."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    try:
        await connecting.start(producer)
        sent = [
            await producer.send(
                message.topic,
                message.data,
                message.key.encode(),
                message.partition,
                message.recorded_ms,
                list(message.headers.items()),
            )
            for message in messages
        ]
        for acknowledged in sent:
            await acknowledged
    finally:
        await producer.stop()
