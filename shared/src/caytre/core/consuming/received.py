"""A message as a consumer receives it: a CloudEvent in Kafka's binary content mode, decoded as far as it is asked for.

Of a batch of thousands most headers are never looked at, so everything but the position is decoded on demand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from aiokafka.structs import TopicPartition
from pydantic_core import from_json

from caytre.contracts.message import INTERNAL

_INT, _BIGINT = 2**31, 2**63


class Undecodable(ValueError):
    """The record is no CloudEvent of a Caytre journal: a required header is missing or has no such value."""


class Received:
    """One message of one partition: `type` and `message_id` are the CloudEvents type and id, `key` the record's id.

    `epoch` and `position` order it, `previous` is the position before it in its partition (0: none is named),
    `sequence` is the record's version after it, `data` the value as it came,
    `recorded_ms` the Kafka timestamp. Properties raise Undecodable when their header is missing or malformed.
    """

    __slots__ = (
        "_headers",
        "_json",
        "data",
        "epoch",
        "key",
        "message_id",
        "offset",
        "partition",
        "position",
        "previous",
        "recorded_ms",
        "sequence",
        "topic",
        "type",
    )

    def __init__(
        self,
        topic: str,
        partition: int,
        offset: int,
        recorded_ms: int,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
    ) -> None:
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.recorded_ms = recorded_ms
        self.data = value
        self._headers = dict(headers)
        self._json: Any = None
        try:
            self.key = key.decode() if key is not None else ""
            self.epoch = int(self._headers["ce_epoch"])
            self.position = int(self._headers["ce_position"])
            self.previous = int(self._headers.get("ce_previous", 0))
            self.sequence = int(self._headers["ce_sequence"])
            self.message_id = self._headers["ce_id"].decode()
            self.type = self._headers["ce_type"].decode()
        except (KeyError, ValueError, TypeError) as error:
            raise Undecodable(f"no CloudEvent of a journal: {error!r}") from error
        # Null bytes are valid UTF-8 but no PostgreSQL text: such a record could not even be parked under its name.
        names = (self.key, self.message_id, self.type)
        if not all(names) or "\0" in "".join(names) or not 0 < self.position < _BIGINT or not 0 <= self.epoch < _INT:
            raise Undecodable("a CloudEvent needs an id, a type, a key and a place in its journal")

    @property
    def headers(self) -> Mapping[str, bytes]:
        """All headers as they came; of a repeated one the last."""
        return self._headers

    def text(self, name: str, default: str | None = None) -> str:
        """A header's text. Raises Undecodable when there is neither the header nor a default."""
        value = self._headers.get(name)
        if value is None:
            if default is None:
                raise Undecodable(f"the header {name} is missing")
            return default
        try:
            return value.decode()
        except UnicodeDecodeError as error:
            raise Undecodable(f"the header {name} is no UTF-8") from error

    def _uuid(self, name: str) -> UUID:
        try:
            return UUID(self.text(name))
        except ValueError as error:
            raise Undecodable(f"the header {name} is no UUID") from error

    @property
    def place(self) -> tuple[int, int]:
        """Where the message stands among all of its journal: (epoch, position)."""
        return self.epoch, self.position

    @property
    def tp(self) -> TopicPartition:
        """The partition as the Kafka client names it."""
        return TopicPartition(self.topic, self.partition)

    @property
    def id(self) -> UUID:
        """The CloudEvents id."""
        return self._uuid("ce_id")

    @property
    def source(self) -> str:
        """The CloudEvents source, `/caytre/<service>`."""
        return self.text("ce_source", "")

    @property
    def subject(self) -> UUID:
        """The id of the record that the message is about."""
        return self._uuid("ce_subject")

    @property
    def time(self) -> datetime:
        """When it happened, in business time; aware."""
        try:
            moment = datetime.fromisoformat(self.text("ce_time"))
        except ValueError as error:
            raise Undecodable("the header ce_time is no RFC 3339 time") from error
        if moment.tzinfo is None:
            raise Undecodable("the header ce_time has no offset from UTC")
        return moment

    @property
    def recorded_at(self) -> datetime:
        """When the relay gave it to Kafka, in machine time."""
        return datetime.fromtimestamp(self.recorded_ms / 1000, UTC)

    @property
    def traceparent(self) -> str | None:
        """W3C Trace Context of the span that published the message; malformed or not, it never makes a message fail."""
        value = self._headers.get("ce_traceparent")
        return value.decode(errors="replace") if value else None

    @property
    def sampled(self) -> bool:
        """Whether the trace of this message is recorded (W3C Trace Context, trace-flags bit 0)."""
        value = self._headers.get("ce_traceparent")
        return value is not None and value[-1:] in b"13579bdf"

    @property
    def correlation(self) -> UUID:
        """The id shared by everything that followed from one request."""
        return self._uuid("ce_correlationid")

    @property
    def causation(self) -> UUID | None:
        """The id of the message that caused this one, if a message did."""
        return self._uuid("ce_causationid") if "ce_causationid" in self._headers else None

    @property
    def sensitivity(self) -> str:
        """`public`, `internal` or `restricted`; of a restricted record the message is only an envelope."""
        return self.text("ce_sensitivity", INTERNAL)

    @property
    def localities(self) -> tuple[str, ...]:
        """The localities that the record concerns."""
        text = self.text("ce_localities", "")
        return tuple(text.split(",")) if text else ()

    @property
    def actor(self) -> str:
        """The pseudonym of who acted."""
        return self.text("ce_actor", "")

    def json(self) -> dict[str, Any]:
        """The value as an object, parsed once. Raises ValueError for a tombstone or anything but a JSON object."""
        if self._json is None:
            if self.data is None:
                raise ValueError("a tombstone has no value")
            parsed = from_json(self.data)
            if not isinstance(parsed, dict):
                raise ValueError("the value is no JSON object")
            self._json = parsed
        return cast(dict[str, Any], self._json)

    def __repr__(self) -> str:
        return (
            f"<Received {self.topic}/{self.partition}@{self.offset} key={self.key} "
            f"place={self.epoch}.{self.position} type={self.type}>"
        )
