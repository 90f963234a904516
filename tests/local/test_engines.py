"""The embedded engines, started and used for real."""

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from caytre.local.kafka import Kafka
from caytre.local.postgres import ROLES, Postgres
from tests.engines import CreateDatabase


async def test_a_service_owns_its_database_and_may_take_its_roles(create_database: CreateDatabase) -> None:
    connection = await asyncpg.connect(create_database("agreements"))
    try:
        assert (await connection.fetchval("SHOW server_version")).startswith("18.")
        assert await connection.fetchval("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'") == 1
        assert await connection.fetchval("SELECT system_identifier FROM pg_control_system()") > 0
        assert await connection.fetchval("SELECT timeline_id FROM pg_control_checkpoint()") == 1
        for role in ROLES:
            await connection.execute(f"SET ROLE caytre_agreements_{role}")
            assert await connection.fetchval("SELECT current_user") == f"caytre_agreements_{role}"
    finally:
        await connection.close()


async def test_another_service_is_not_let_into_the_database(
    postgres: Postgres, create_database: CreateDatabase
) -> None:
    create_database("agreements")
    url = create_database("gateway")
    stranger = url.replace(url.split("@")[0], postgres.database_url("agreements").split("@")[0])
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
        await asyncpg.connect(stranger)


async def test_kafka_takes_a_message_and_gives_it_back(kafka: Kafka) -> None:
    topic = "engines.round-trip"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=kafka.address, enable_idempotence=True)
    await producer.start()
    await producer.send_and_wait(topic, b"value", key=b"key")
    await producer.stop()
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=kafka.address,
        auto_offset_reset="earliest",
        group_id="engines",
        session_timeout_ms=6000,
    )
    await consumer.start()
    message = await consumer.getone()
    await consumer.stop()
    assert (message.key, message.value) == (b"key", b"value")
