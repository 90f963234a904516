"""What is kept for a time goes when it is over, and not before it could be needed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.retention import forget, kept_by_topics
from caytre.core.housekeeping import House
from caytre.core.ids import new_id
from caytre.core.storing.database import Database, Pool
from caytre.core.storing.purging import purge
from caytre.local.kafka import Kafka
from tests.builders.desk import Issuer, settings_for
from tests.builders.listening import SERVICE, Listening

WEEK = {"retention.ms": str(7 * 86_400_000), "cleanup.policy": "delete"}
DAY = {"retention.ms": "86400000", "cleanup.policy": "delete"}
FOR_EVER = {"retention.ms": "-1", "cleanup.policy": "delete"}
COMPACTED = {"retention.ms": "86400000", "cleanup.policy": "compact"}
BOTH = {"retention.ms": "86400000", "cleanup.policy": "compact,delete"}

_REACTED = (
    "INSERT INTO reacted (consumer, reaction, key, message_id, reacted_at) "
    "VALUES ($1, 'note_due', $2, $3, now() - $4::interval)"
)
_DISCARDED = (
    'INSERT INTO discarded (id, consumer, topic, partition, "offset", message_id, reason, discarded_by, discarded_at) '
    "VALUES ($1, $2, 't', 0, $1, $1::bigint::text, 'sent by mistake', 'p', now() - $3::interval)"
)


async def topics(kafka: Kafka, *configs: dict[str, str]) -> list[str]:
    """Topics of their own with these settings."""
    named = {f"kept-{new_id()}": config for config in configs}
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    await admin.create_topics([NewTopic(name, 1, 1, topic_configs=config) for name, config in named.items()])
    await admin.close()
    return list(named)


async def handled(database: Database, *ages: int, consumer: str = SERVICE) -> None:
    """Messages that were reacted to, and discarded, so many days ago; and a reaction with a key of its own."""
    for n, age in enumerate(ages):
        days = timedelta(days=age)
        await database.worker.execute(_REACTED, consumer, f"m{n}", f"m{n}", days)
        await database.worker.execute(_REACTED, consumer, f"deadline {n}", f"m{n}", days)
        await database.worker.execute(_DISCARDED, n + 1, consumer, days)


async def left(database: Database) -> tuple[set[str], int]:
    """The keys of reactions, and how many discarded messages are known."""
    rows = await database.worker.fetch("SELECT key FROM reacted")
    return {row["key"] for row in rows}, await database.worker.fetchval("SELECT count(*) FROM discarded")


def house_of(database: Database, folder: Path, kafka: str, *names: str) -> House:
    """The housekeeping of a service that listens to these topics."""
    consumers = Listening(names[0]).reacting()
    for name in names[1:]:
        consumers.reactions |= Listening(name).reacting().reactions
    return House(database, settings_for(folder, Issuer(folder)), consumers=consumers, kafka=KafkaSettings(kafka))


@pytest.mark.parametrize(
    ("configs", "expected"),
    [
        ((WEEK, DAY), timedelta(days=7)),
        ((WEEK, FOR_EVER), None),
        ((WEEK, COMPACTED), None),
        ((DAY, BOTH), None),
    ],
)
async def test_how_long_a_message_can_come_again_is_what_the_topics_say(
    kafka: Kafka, configs: tuple[dict[str, str], ...], expected: timedelta | None
) -> None:
    names = await topics(kafka, *configs)
    assert await kept_by_topics(KafkaSettings(kafka.address), names) == expected


async def test_a_topic_that_is_not_there_counts_as_keeping_everything(kafka: Kafka) -> None:
    assert await kept_by_topics(KafkaSettings(kafka.address), [f"nowhere-{new_id()}"]) is None


async def test_handled_messages_outlive_their_topics_and_no_longer(
    database: Database, kafka: Kafka, tmp_path: Path
) -> None:
    await handled(database, 1, 36, 38)
    await house_of(database, tmp_path, kafka.address, *await topics(kafka, WEEK, DAY)).tidy()
    # 7 days on the topic and 30 beyond; what may happen only once whatever asks for it is remembered for ever.
    assert await left(database) == ({"m0", "m1", "deadline 0", "deadline 1", "deadline 2"}, 2)


async def test_nothing_handled_is_forgotten_while_a_topic_keeps_everything(
    database: Database, kafka: Kafka, tmp_path: Path
) -> None:
    await handled(database, 1, 4000)
    await house_of(database, tmp_path, kafka.address, *await topics(kafka, WEEK, FOR_EVER)).tidy()
    assert await left(database) == ({"m0", "m1", "deadline 0", "deadline 1"}, 2)


async def test_another_consumers_messages_are_its_own(database: Database) -> None:
    await handled(database, 90, consumer="another")
    assert await forget(database.worker, SERVICE, timedelta(days=7)) == 0
    assert await forget(database.worker, "another", timedelta(days=7)) == 2


async def test_keys_and_passages_go_also_while_kafka_is_away(database: Database, tmp_path: Path) -> None:
    for key, hours in (("old", 73), ("new", 71)):
        await database.worker.execute(
            "INSERT INTO idempotency (client, subject, key, fingerprint, kind, record_id, version, status, body, "
            "created_at) VALUES ('c', 's', $1, '', 'note', $2, 1, 201, '{}', now() - $3::interval)",
            key,
            new_id(),
            timedelta(hours=hours),
        )
    for position, days in ((1, 31), (2, 29)):
        await database.worker.execute(
            "INSERT INTO passage VALUES ('c', 't', 0, 1, $1, $1, 1, now() - $2::interval)",
            position,
            timedelta(days=days),
        )
    await handled(database, 4000)
    await house_of(database, tmp_path, "127.0.0.1:1", "t").tidy()
    assert [row["key"] for row in await database.worker.fetch("SELECT key FROM idempotency")] == ["new"]
    assert await database.worker.fetchval("SELECT array_agg(from_position) FROM passage") == [2]
    assert await left(database) == ({"m0", "deadline 0"}, 1)


class Counted:
    """A pool that remembers how many rows each statement deleted."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.gone: list[int] = []

    async def execute(self, statement: str, *arguments: Any) -> str:
        """The statement's tag."""
        tag = await self.pool.execute(statement, *arguments)
        self.gone.append(int(tag.rsplit(" ", 1)[1]))
        return tag


@pytest.mark.parametrize(("step", "steps"), [(1, [1, 1, 1, 0]), (2, [2, 1]), (3, [3, 0]), (10, [3])])
async def test_old_rows_go_step_by_step_and_the_others_stay(database: Database, step: int, steps: list[int]) -> None:
    await handled(database, 1, 4, 5, 6)
    counted = Counted(database.worker)
    old = "discarded_at < now() - $1::interval"
    assert await purge(cast(Pool, counted), "discarded", old, timedelta(days=3), step=step) == 3
    assert counted.gone == steps
    assert await left(database) == ({f"{kind}{n}" for kind in ("m", "deadline ") for n in range(4)}, 1)
