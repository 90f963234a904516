"""How long a consumer remembers what it has handled: longer than a message can come again.

`reacted` and `discarded` are all that keeps a replay from the beginning of a topic from acting twice, or from bringing
a discarded message back. So their rows live as long as the topics keep messages, and a margin: for ever where a topic
keeps everything, which is what Caytre's own topics do. A reaction with a key of its own (a deadline, say) may happen
once whatever message asks for it, so that its row stays anyway.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from caytre.core import connecting
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.storing.database import Pool
from caytre.core.storing.purging import purge

_REACTED = "consumer = $1 AND key = message_id AND reacted_at < clock_timestamp() - $2::interval"
_DISCARDED = "consumer = $1 AND discarded_at < clock_timestamp() - $2::interval"


async def kept_by_topics(kafka: KafkaSettings, topics: Collection[str]) -> timedelta | None:
    """The longest that one of the topics keeps a message, None for ever. Raises KafkaError or OSError.

    A topic that is not there or does not tell counts as one that keeps everything.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers, request_timeout_ms=kafka.request_timeout_ms)
    try:
        await connecting.start(admin)
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in topics])
    finally:
        await admin.close()
    resources = [resource for answer in answers for resource in answer.resources]
    told = {resource[3]: {entry[0]: entry[1] for entry in resource[4]} for resource in resources}
    longest = 0
    for name in topics:
        config = told.get(name, {})
        milliseconds = int(config.get("retention.ms") or -1)
        if milliseconds < 0 or "compact" in (config.get("cleanup.policy") or "compact"):
            return None
        longest = max(longest, milliseconds)
    return timedelta(milliseconds=longest)


async def forget(pool: Pool, consumer: str, older: timedelta) -> int:
    """Delete what the consumer handled longer ago than this; returns how many rows."""
    reacted = await purge(pool, "reacted", _REACTED, consumer, older)
    return reacted + await purge(pool, "discarded", _DISCARDED, consumer, older)
