"""Topics: two per service, six partitions, never changed; and the topic of the journals' signed heads."""

from __future__ import annotations

from struct import Struct

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from aiokafka.partitioner import murmur2

from caytre.core import connecting

#: The partition of a key depends on this number, so it never changes; more partitions would be a new topic.
PARTITIONS = 6

_WORDS = Struct("<I")

HEADS = "caytre.audit.heads.v1"

_DAY_MS = 86_400_000


def events_topic(service: str) -> str:
    """Everything a service said, kept for ever."""
    return f"caytre.{service}.events.v1"


def state_topic(service: str) -> str:
    """The last public state per record id, compacted; a tombstone where there is none any more."""
    return f"caytre.{service}.state.v1"


def partition_of(key: bytes) -> int:
    """The partition of a key, as Java's default partitioner chooses it (murmur2).

    aiokafka's own murmur2 goes byte by byte, which was a third of the relay's time per message; this one takes whole
    words and leaves keys of another length than a UUID's text to it.
    """
    if len(key) % 4:
        return int(murmur2(key) & 0x7FFFFFFF) % PARTITIONS
    h = 0x9747B28C ^ len(key)
    for (word,) in _WORDS.iter_unpack(key):
        k = word * 0x5BD1E995 & 0xFFFFFFFF
        h = (h * 0x5BD1E995 ^ (k ^ k >> 24) * 0x5BD1E995) & 0xFFFFFFFF
    h = (h ^ h >> 13) * 0x5BD1E995 & 0xFFFFFFFF
    return ((h ^ h >> 15) & 0x7FFFFFFF) % PARTITIONS


#: How the topics are made.
EVENTS_SETTINGS = {
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "cleanup.policy": "delete",
    "max.message.bytes": "1048588",
}
STATE_SETTINGS = {
    "cleanup.policy": "compact",
    # Readers that were away for a week still see a tombstone; old values are gone within a day.
    "delete.retention.ms": str(7 * _DAY_MS),
    "max.compaction.lag.ms": str(_DAY_MS),
    "min.cleanable.dirty.ratio": "0.1",
    "max.message.bytes": "1048588",
}

# Every head stays: a chain computed anew agrees with the heads signed after it and contradicts the older ones.
HEADS_SETTINGS = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}


async def ensure_topics(bootstrap: str, service: str, *, replicas: int = -1) -> str:
    """Create the service's topics where they are missing and return the cluster id.

    `replicas` -1 leaves the number to the broker's default. Raises KafkaError when the cluster cannot be asked.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=11_000)
    try:
        await connecting.start(admin)
        cluster = await admin.describe_cluster()
        have = set(await admin.list_topics())
        wanted = {
            events_topic(service): (PARTITIONS, EVENTS_SETTINGS),
            state_topic(service): (PARTITIONS, STATE_SETTINGS),
            HEADS: (1, HEADS_SETTINGS),
        }
        # aiokafka wants an (empty) assignment beside the -1 that leaves the number of replicas to the broker.
        assignment: dict[int, list[int]] | None = {} if replicas == -1 else None
        missing = [
            NewTopic(name, partitions, replicas, assignment, topic_configs=configs)
            for name, (partitions, configs) in wanted.items()
            if name not in have
        ]
        if missing:
            response = await admin.create_topics(missing, timeout_ms=10_000)
            for topic, code, *_ in response.topic_errors:
                error = for_code(code)
                if code and error is not TopicAlreadyExistsError:
                    raise KafkaError(f"topic {topic} could not be created: {error.__name__}")
        return str(cluster["cluster_id"])
    finally:
        await admin.close()
