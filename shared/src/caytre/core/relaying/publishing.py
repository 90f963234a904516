"""Journal rows as CloudEvents on Kafka (binary mode), in batches built by hand.

aiokafka makes a future and a task switch per message in `send`; one batch per partition and page, sent with
`send_batch`, is about twice as fast. A page is one prefix of every partition: any error ends the relay's term.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from opentelemetry.trace import Span, SpanKind

from caytre.core import connecting, telemetry
from caytre.core.metrics import outbox_publish_duration
from caytre.core.relaying.topics import PARTITIONS, partition_of
from caytre.core.storing.database import Connection, Row

#: Seconds within which a page must be acknowledged; an idempotent producer would otherwise retry for ever.
ACKNOWLEDGED_WITHIN = 20.0
STOPPED_WITHIN = 5.0

#: How many combinations of repeated headers are kept; pseudonyms are what makes them many.
REPEATED = 10_000

Headers = list[tuple[str, bytes]]


@dataclass(slots=True)
class Flight:
    """A page on its way: first and last position, acknowledgements to come, and the spans of sampled messages."""

    first: int
    last: int
    pending: list[asyncio.Future[Any]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    sent: float = field(default_factory=monotonic)

    async def landed(self) -> None:
        """Wait until the brokers have every batch. Raises KafkaError or TimeoutError; then the term is over."""
        await acknowledged(self.pending)
        outbox_publish_duration.record(monotonic() - self.sent)
        for span in self.spans:
            span.end()


async def acknowledged(pending: Sequence[asyncio.Future[Any]]) -> None:
    """Wait for the brokers within a bound. Raises KafkaError or TimeoutError."""
    async with asyncio.timeout(ACKNOWLEDGED_WITHIN):
        for future in pending:
            await future


_LOOK_BACK = "SELECT position, record_id FROM journal WHERE position <= $1 ORDER BY position DESC LIMIT 2000"


@asynccontextmanager
async def producing(bootstrap: str, **settings: Any) -> AsyncIterator[AIOKafkaProducer]:
    """An idempotent producer with every durable setting on; `transactional_id` makes it a transactional one."""
    kafka = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=262_144,
        # One request carries the batches of all partitions.
        max_request_size=PARTITIONS * 1_048_588,
        request_timeout_ms=11_000,
        metadata_max_age_ms=5_000,
        **settings,
    )
    try:
        async with asyncio.timeout(30):
            await connecting.start(kafka)
        yield kafka
    finally:
        # A stop first sends what is unsent, even when the term has ended in an error; within this bound it may come
        # after a later leader's. Readers drop it by its place, or leave it out while what it follows is missing.
        stopping = asyncio.ensure_future(kafka.stop())
        with contextlib.suppress(KafkaError, TimeoutError, OSError):
            await asyncio.wait_for(asyncio.shield(stopping), STOPPED_WITHIN)
        if not stopping.done():
            stopping.cancel()


async def previous_positions(connection: Connection, position: int) -> dict[int, int]:
    """The last position of each partition at or before `position`; a partition silent for long is left out."""
    found: dict[int, int] = {}
    for row in await connection.fetch(_LOOK_BACK, position):
        found.setdefault(partition_of(str(row["record_id"]).encode()), row["position"])
        if len(found) == PARTITIONS:
            break
    return found


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


class Envelopes:
    """Makes the CloudEvents headers of one service's journal rows, and remembers each partition's last position.

    `previous` is the position of the message before it in the same partition: a consumer that sees a `previous` later
    than the last one it applied knows that the log lost records between the two.
    """

    def __init__(self, service: str, previous: Mapping[int, int]) -> None:
        self._source = f"/caytre/{service}".encode()
        self._previous = dict(previous)
        self._repeated: dict[tuple[str, str, str, str, int, int], Headers] = {}

    def headers(self, row: Row, partition: int, traceparent: str | None) -> Headers:
        """The headers of one message on the `events` topic, from a row of `journal.PAGE`."""
        alike = (row["type"], row["sensitivity"], row["localities"], row["pseudonym"], row["epoch"], row["ordinal"])
        position = b"%d" % row["position"]
        headers = [
            *(self._repeated.get(alike) or self._repeat(*alike)),
            ("ce_id", row["message_id"]),
            ("ce_subject", row["record_id"]),
            ("ce_time", row["occurred_at"]),
            ("ce_sequence", b"%d" % row["version"]),
            ("ce_position", position),
            ("ce_correlationid", row["correlation_id"]),
        ]
        previous = self._previous.get(partition)
        if previous is not None:
            headers.append(("ce_previous", b"%d" % previous))
        if row["causation_id"] is not None:
            headers.append(("ce_causationid", row["causation_id"]))
        if traceparent is not None:
            trace = traceparent.encode()
            headers += (("ce_traceparent", trace), ("traceparent", trace))
        self._previous[partition] = row["position"]
        return headers

    def _repeat(
        self, type: str, sensitivity: str, localities: str, pseudonym: str, epoch: int, ordinal: int
    ) -> Headers:
        # Most messages of a page differ in little: what they have in common is made once.
        if len(self._repeated) >= REPEATED:
            self._repeated.clear()
        made = self._repeated[type, sensitivity, localities, pseudonym, epoch, ordinal] = [
            ("ce_specversion", b"1.0"),
            ("ce_source", self._source),
            ("content-type", b"application/json"),
            ("ce_type", type.encode()),
            ("ce_dataschema", f"/schemas/{type}".encode()),
            ("ce_ordinal", b"%d" % ordinal),
            ("ce_epoch", b"%d" % epoch),
            ("ce_actor", pseudonym.encode()),
            ("ce_sensitivity", sensitivity.encode()),
            ("ce_localities", localities.encode()),
        ]
        return made


def _sampled_span(row: Row, topic: str) -> Span | None:
    traceparent = row["traceparent"]
    if traceparent is None or traceparent[-1] not in "13579bdf":
        return None
    return telemetry.begin(
        f"send {topic}",
        SpanKind.PRODUCER,
        traceparent,
        {
            "messaging.system": "kafka",
            "messaging.operation.type": "send",
            "messaging.destination.name": topic,
            telemetry.RECORD: row["record_id"].decode(),
            telemetry.TYPE: row["type"],
            telemetry.MESSAGE_ID: row["message_id"].decode(),
            telemetry.LOCALITY: row["localities"],
            "caytre.position": row["position"],
        },
    )


async def send_events(kafka: AIOKafkaProducer, topic: str, envelopes: Envelopes, rows: Sequence[Row]) -> Flight:
    """Hand a page to the producer, in order; the flight has landed when the brokers have it."""
    flight = Flight(rows[0]["position"], rows[-1]["position"])
    batches = _Batches(kafka)
    for row in rows:
        key = row["record_id"]
        partition = partition_of(key)
        traceparent, span = row["traceparent"], _sampled_span(row, topic)
        if span is not None:
            traceparent = telemetry.traceparent_of(span) or traceparent
            flight.spans.append(span)
        batches.add(partition, key, row["data"], row["at_ms"], envelopes.headers(row, partition, traceparent))
    flight.pending = await batches.send(topic)
    return flight


async def send_states(
    kafka: AIOKafkaProducer, topic: str, service: str, rows: Sequence[Row]
) -> list[asyncio.Future[Any]]:
    """Hand the last states of a page to the transactional producer; a state that is None is a tombstone."""
    batches = _Batches(kafka)
    for row in rows:
        key = str(row["record_id"]).encode()
        kind = row["type"].split(".")[1]
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", str(row["message_id"]).encode()),
            ("ce_source", f"/caytre/{service}".encode()),
            ("ce_type", f"caytre.{kind}.state.v1".encode()),
            ("ce_subject", key),
            ("ce_time", _rfc3339(row["occurred_at"]).encode()),
            ("ce_dataschema", f"/schemas/caytre.{kind}.state.v1".encode()),
            ("ce_sequence", b"%d" % row["version"]),
            ("ce_position", b"%d" % row["position"]),
            ("ce_epoch", b"%d" % row["epoch"]),
            ("content-type", b"application/json"),
        ]
        value = row["state"].encode() if row["state"] is not None else None
        batches.add(partition_of(key), key, value, int(row["recorded_at"].timestamp() * 1000), headers)
    return await batches.send(topic)


class _Batches:
    """The batches of one page, per partition in order; `append` answers None when one is full."""

    def __init__(self, kafka: AIOKafkaProducer) -> None:
        self._kafka = kafka
        self._open: dict[int, Any] = {}
        self._all: list[tuple[int, Any]] = []

    def add(self, partition: int, key: bytes, value: bytes | None, at: int, headers: Headers) -> None:
        """Put a record into its partition's batch; `at` is its timestamp in milliseconds."""
        batch = self._open.get(partition)
        if batch is None or batch.append(key=key, value=value, timestamp=at, headers=headers) is None:
            batch = self._open[partition] = self._kafka.create_batch()
            self._all.append((partition, batch))
            batch.append(key=key, value=value, timestamp=at, headers=headers)

    async def send(self, topic: str) -> list[asyncio.Future[Any]]:
        return [await self._kafka.send_batch(batch, topic, partition=partition) for partition, batch in self._all]
