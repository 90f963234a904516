"""How consumers talk to Kafka: time-outs that fit each other, measured on Apache Kafka 4.3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """Times in milliseconds. Raises ValueError for combinations after which aiokafka stays silent for ever.

    The rebalance time-out equals the session's, or a dead member would hold up all others for minutes; a request
    outlives both, or the client never recovers from an outage. `client_id` names the process to the broker.
    """

    bootstrap_servers: str
    session_timeout_ms: int = 6_000
    heartbeat_interval_ms: int = 1_000
    request_timeout_ms: int = 11_000
    metadata_max_age_ms: int = 5_000
    fetch_max_wait_ms: int = 500
    max_partition_fetch_bytes: int = 1_048_588
    client_id: str = "caytre"

    def __post_init__(self) -> None:
        if self.request_timeout_ms < self.session_timeout_ms + 3_000:
            raise ValueError("request_timeout_ms must exceed session_timeout_ms by at least 3000")
        if self.heartbeat_interval_ms * 3 > self.session_timeout_ms:
            raise ValueError("three heartbeats must fit into session_timeout_ms")

    @classmethod
    def production(cls, bootstrap_servers: str) -> Self:
        """For clusters whose brokers are replaced and whose networks pause: a session of 30 s."""
        return cls(bootstrap_servers, 30_000, 3_000, 40_000, 60_000)

    @property
    def stuck_seconds(self) -> float:
        """How long nothing may move although there is something to read."""
        return max(3 * self.session_timeout_ms / 1000, 20.0)

    def reader(self) -> dict[str, Any]:
        """Arguments of a client outside of any group."""
        return {
            "bootstrap_servers": self.bootstrap_servers,
            "client_id": self.client_id,
            "request_timeout_ms": self.request_timeout_ms,
            "metadata_max_age_ms": self.metadata_max_age_ms,
            "max_partition_fetch_bytes": self.max_partition_fetch_bytes,
            "fetch_max_wait_ms": self.fetch_max_wait_ms,
            "isolation_level": "read_committed",
            "auto_offset_reset": "none",
            "enable_auto_commit": False,
        }

    def member(self) -> dict[str, Any]:
        """Arguments of a member of a consumer group."""
        return self.reader() | {
            "session_timeout_ms": self.session_timeout_ms,
            "rebalance_timeout_ms": self.session_timeout_ms,
            "heartbeat_interval_ms": self.heartbeat_interval_ms,
        }
