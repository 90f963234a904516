"""On real Kafka: clients whose start is called off, at every moment of it."""

from __future__ import annotations

import asyncio
import gc
import warnings

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError

from caytre.core import connecting
from caytre.local.kafka import Kafka
from caytre.local.ports import free_port

#: The moments (seconds after it began) at which a start is called off; one needs a few milliseconds.
MOMENTS = [n / 10_000 for n in range(50)]


@pytest.mark.parametrize("client_of", [AIOKafkaConsumer, AIOKafkaProducer])
async def test_a_start_called_off_at_any_moment_leaves_no_connection_open(
    kafka: Kafka, client_of: type[AIOKafkaConsumer | AIOKafkaProducer]
) -> None:
    called_off = 0
    with warnings.catch_warnings(record=True) as left_open:
        warnings.simplefilter("always", ResourceWarning)
        for moment in MOMENTS:
            client = client_of(bootstrap_servers=kafka.address)
            starting = asyncio.create_task(connecting.start(client))
            await asyncio.sleep(moment)
            called_off += starting.cancel()
            await asyncio.wait([starting])
            await client.stop()
        del client
        gc.collect()
    assert called_off > 5
    assert [str(each.message) for each in left_open] == []


async def test_a_start_that_fails_says_why() -> None:
    client = AIOKafkaConsumer(bootstrap_servers=f"127.0.0.1:{free_port()}")
    with pytest.raises(KafkaConnectionError, match="Unable to bootstrap"):
        await connecting.start(client)
    await client.stop()


async def test_a_broker_that_does_not_answer_holds_up_whoever_calls_off_no_longer_than_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connecting, "CALLED_OFF_WITHIN", 0.2)
    asked = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        asked.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1") as silent:
        client = AIOKafkaConsumer(bootstrap_servers=f"127.0.0.1:{silent.sockets[0].getsockname()[1]}")
        starting = asyncio.create_task(connecting.start(client))
        await asyncio.wait_for(asked.wait(), 10)
        starting.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait([starting])
        assert starting.cancelled()
        await client.stop()
