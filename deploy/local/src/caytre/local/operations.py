"""What a service's `GET /operations/status` says, and what in it is not well."""

from datetime import date
from typing import Any

from pydantic import BaseModel

#: A relay or a consumer this many seconds behind is not well.
LATE = 60.0


class Relay(BaseModel):
    """The relay of a service."""

    led: bool
    position: int
    published: int | None
    outbox: int
    oldest_seconds: float | None
    blocked: str | None = None

    def complaints(self) -> list[str]:
        """What is not well with it."""
        found = []
        if not self.led:
            found.append("no relay leads")
        if self.blocked:
            found.append(f"relay blocked: {self.blocked}")
        if (self.oldest_seconds or 0) > LATE:
            found.append(f"relay {self.oldest_seconds:.0f} s behind, {self.outbox} messages wait")
        return found


class Lag(BaseModel):
    """What lies unread in a topic: messages (at most) and the age in seconds of the oldest."""

    messages: int
    seconds: float


class Consumer(BaseModel):
    """One consumer; `lag` by topic, None with the reason in `kafka` when Kafka did not answer."""

    consumer: str
    lag: dict[str, Lag] | None
    kafka: str | None = None
    parked: int
    halted: dict[str, Any] | None = None
    paused: dict[str, Any] = {}

    @property
    def behind(self) -> int:
        """Messages not yet applied, over all topics."""
        return sum(lag.messages for lag in (self.lag or {}).values())

    def complaints(self) -> list[str]:
        """What is not well with it."""
        found = []
        if self.lag is None:
            found.append(f"{self.consumer}: lag unknown ({self.kafka})")
        if self.halted is not None:
            found.append(f"{self.consumer} halted: {self.halted.get('reason', '')}")
        if self.parked:
            found.append(f"{self.consumer}: {self.parked} parked")
        if self.paused:
            found.append(f"{self.consumer}: paused on {', '.join(self.paused)}")
        found += [
            f"{self.consumer}: {topic} {lag.seconds:.0f} s behind"
            for topic, lag in (self.lag or {}).items()
            if lag.seconds > LATE
        ]
        return found


class Operations(BaseModel):
    """The whole answer."""

    relay: Relay | None = None
    consumers: list[Consumer] = []
    #: The next day whose beginning brings something about in the service.
    awaited_day: date | None = None

    def complaints(self) -> list[str]:
        """What is not well, in words."""
        parts: list[Relay | Consumer] = [*([self.relay] if self.relay is not None else []), *self.consumers]
        return [complaint for part in parts for complaint in part.complaints()]
