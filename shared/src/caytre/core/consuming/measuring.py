"""What operators alert on of a consumer, looked for in each process that runs it."""

from __future__ import annotations

import asyncio

from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from caytre.core.consuming import lag
from caytre.core.consuming.lag import Lag
from caytre.core.consuming.running import Consumer
from caytre.core.metrics import (
    consumer_applied,
    consumer_duplicates,
    consumer_gaps,
    consumer_halted,
    consumer_lag,
    consumer_lag_seconds,
    consumer_paused,
    kafka_up,
    parked_messages,
)
from caytre.core.scraping import ANSWER_SECONDS, Source

_STATE = """
SELECT (SELECT count(*) FROM parked WHERE consumer = $1) AS parked,
       (SELECT count(*) FROM halted WHERE consumer = $1) AS halted,
       (SELECT count(*) FROM checkpoint WHERE consumer = $1 AND paused IS NOT NULL) AS paused
"""
_OFFSETS = "SELECT topic, partition, next_offset FROM checkpoint WHERE consumer = $1"


def consumer_sources(consumer: Consumer) -> tuple[Source, Source]:
    """What the database knows of the consumer, the same in every process, and what Kafka has for this process."""
    labels = {"consumer": consumer.name}
    # Counters are there from the start, so that their first step is seen.
    for topic in consumer.consumers.topics:
        for counter in (consumer_applied, consumer_duplicates, consumer_gaps):
            counter.add(0, {**labels, "topic": topic})

    async def state() -> None:
        (row,) = await consumer.database.worker.fetch(_STATE, consumer.name)
        for gauge, column in ((parked_messages, "parked"), (consumer_halted, "halted"), (consumer_paused, "paused")):
            gauge.show(row[column], labels)

    async def unread() -> None:
        kafka_up.forget()
        membership = consumer.membership
        # Where nobody reads, nobody's client knows: it is halted, or starts over.
        offsets = {} if membership is not None else await _offsets(consumer)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                asked = membership.lags() if membership else lag.lags(consumer.consumers, consumer.kafka, offsets)
                found = await asked
        except (KafkaError, OSError, TimeoutError):
            kafka_up.show(0)
            raise
        kafka_up.show(1)
        for gauge, value in ((consumer_lag, _messages), (consumer_lag_seconds, _seconds)):
            gauge.show_each(
                (value(each), {**labels, "topic": tp.topic, "partition": str(tp.partition)})
                for tp, each in found.items()
            )

    return (
        Source("consumer", state, (parked_messages, consumer_halted, consumer_paused)),
        Source("lag", unread, (consumer_lag, consumer_lag_seconds)),
    )


def _messages(lag: Lag) -> float:
    return lag.messages


def _seconds(lag: Lag) -> float:
    return lag.seconds


async def _offsets(consumer: Consumer) -> dict[TopicPartition, int]:
    rows = await consumer.database.worker.fetch(_OFFSETS, consumer.name)
    return {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows}
