"""Spans of consumers: `process <topic>`, kind CONSUMER, child of the span that published the message.

Attributes follow the OpenTelemetry conventions for messaging with Kafka (status: development).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from time import time_ns

from opentelemetry.trace import Span, SpanKind
from opentelemetry.util.types import AttributeValue

from caytre.core.consuming.received import Received
from caytre.core.telemetry import MESSAGE_ID, RECORD, TYPE, begin, failed, span

#: A batch that catches up must not drown the exporter: so many of its messages get a span.
MOST_SPANS = 200
REACTION = "caytre.reaction"


def _attributes(consumer: str, message: Received) -> dict[str, AttributeValue]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": message.topic,
        "messaging.destination.partition.id": str(message.partition),
        "messaging.consumer.group.name": consumer,
        "messaging.kafka.offset": message.offset,
        "messaging.message.id": message.message_id,
        RECORD: message.key,
        TYPE: message.type,
        MESSAGE_ID: message.message_id,
    }


def _begin(consumer: str, message: Received, start: int | None = None) -> Span:
    name = f"process {message.topic}"
    return begin(name, SpanKind.CONSUMER, message.traceparent, _attributes(consumer, message), start)


def process_spans(consumer: str, messages: Iterable[Received], began: int) -> None:
    """One span per sampled message of a committed batch, each with the batch's times (`began` in nanoseconds)."""
    ended = time_ns()
    for message in islice((each for each in messages if each.sampled), MOST_SPANS):
        _begin(consumer, message, began).end(ended)


def process_span(consumer: str, message: Received, error: BaseException) -> None:
    """The span of a message that was parked."""
    if message.sampled:
        started = _begin(consumer, message)
        failed(started, error)
        started.end()


@contextmanager
def reaction_span(consumer: str, reaction: str, message: Received) -> Iterator[Span]:
    """The span inside which a reaction runs; what it says is published as this span's child."""
    name = f"process {message.topic}"
    if message.sampled:
        attributes = {**_attributes(consumer, message), REACTION: reaction}
        with span(name, SpanKind.CONSUMER, message.traceparent, attributes) as started:
            yield started
    else:
        with span(name, SpanKind.CONSUMER, message.traceparent) as started:
            yield started
