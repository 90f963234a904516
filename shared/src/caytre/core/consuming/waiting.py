"""How long partitions wait: after failures that pass by themselves, and for somebody to read what is in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic, time

from aiokafka.structs import TopicPartition

SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 30.0


@dataclass(slots=True)
class Pause:
    """How long a partition is left alone after failures in a row that pass by themselves (monotonic seconds)."""

    until: float = 0.0
    seconds: float = 0.0
    reason: str = ""

    def again(self, reason: str) -> None:
        """Another failure: wait twice as long."""
        self.seconds = min(max(SHORTEST_PAUSE, self.seconds * 2), LONGEST_PAUSE)
        self.until = monotonic() + self.seconds
        self.reason = reason


@dataclass(slots=True)
class Ages:
    """How old the oldest unread record of a partition is at most, without reading it (times in seconds since 1970).

    It is no older than the first record of the batch that was polled last, which for a partition that waits is the very
    one, and no older than the last time when there was none.
    """

    _heard: dict[TopicPartition, float] = field(default_factory=dict)
    _level: dict[TopicPartition, float] = field(default_factory=dict)

    def heard(self, tp: TopicPartition, timestamp_ms: int) -> None:
        """A batch was polled whose first record has this timestamp."""
        self._heard[tp] = timestamp_ms / 1000

    def level(self, tp: TopicPartition) -> None:
        """There is nothing unread now."""
        self._level[tp] = time()

    def unread_for(self, tp: TopicPartition) -> float:
        """Seconds; 0 while nothing is known yet."""
        since = max(self._heard.get(tp, 0.0), self._level.get(tp, 0.0))
        return max(0.0, time() - since) if since else 0.0

    def clear(self) -> None:
        """Other partitions come."""
        self._heard.clear()
        self._level.clear()
