"""What was polled of a partition, cut into pieces that are applied in one transaction each.

Duplicates fall out here, by their place in the journal; what no handler wants only moves the checkpoint; a message
with a reaction and a record that is no CloudEvent stand alone; everything between goes to the projections together.

Every message names the position before it in its partition, so that records which the log has lost, or which this
reader has jumped over while the log was cut and written anew, are missed. The partition is then read again from its
beginning, once. While they are not there either, what comes after them is left out and the place stays before them:
the journal sent again (`caytre republish`) brings them and everything after them, in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from caytre.core.consuming.checkpoint import Checkpoint, Move, Partition
from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.received import Received, Undecodable
from caytre.core.metrics import consumer_duplicates, consumer_gaps

log = structlog.get_logger(__name__)


class Record(Protocol):
    """What is used of aiokafka's ConsumerRecord."""

    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


@dataclass(frozen=True, slots=True)
class Poison:
    """A record that is no CloudEvent of a journal: parked as it is."""

    record: Record
    error: Undecodable


class RecordsMissing(Exception):
    """The message names one before it in its partition that this reader has not seen."""


@dataclass(slots=True)
class Slice:
    """A piece of one partition. `messages` are those a handler wants; `end` is the offset behind the piece.

    `alone` pieces (a reaction's message, a poison, a gap) share their transaction with nothing else.
    """

    partition: Partition
    end: int
    place: tuple[int, int]
    last: tuple[int | None, str | None]
    first_position: int = 0
    covered: int = 0
    messages: list[Received] = field(default_factory=list)
    poison: Poison | None = None
    gap: RecordsMissing | None = None
    alone: bool = False

    def move(self) -> Move:
        """The checkpoint's step over this piece."""
        target = Checkpoint(self.end, *self.place, *self.last, self.partition.stored.generation)
        return Move(self.partition, target, self.first_position, self.covered, self.partition.gap_after(self.place))

    def halves(self) -> tuple[Slice, Slice]:
        """Two pieces in order, to find the message that fails; both hold at least one message."""
        middle = len(self.messages) // 2
        before, after = self.messages[:middle], self.messages[middle:]
        border = before[-1]
        first = Slice(self.partition, border.offset + 1, border.place, (border.offset, border.message_id))
        first.first_position, first.covered, first.messages = self.first_position, middle, before
        second = Slice(self.partition, self.end, self.place, self.last)
        second.first_position, second.covered, second.messages = after[0].position, self.covered - middle, after
        return first, second


class Cutter:
    """Cuts what was polled; with `rewinds`, up to where records are missing that may be found from the beginning.

    `position_filter` off plants a known bug: the oracle of a fault run must then see it.
    """

    def __init__(self, consumers: Consumers, *, position_filter: bool = True, rewinds: bool = False) -> None:
        self._consumers = consumers
        self._filter = position_filter
        self._rewinds = rewinds
        self._reacting_topics = consumers.reacting_topics

    def cut(self, partition: Partition, records: Sequence[Record]) -> deque[Slice]:
        """The pieces in order. Duplicates and gaps are counted here."""
        projected = partition.topic in self._consumers.projections
        reacts = partition.topic in self._reacting_topics
        stored = partition.stored
        pieces: deque[Slice] = deque()
        piece = Slice(partition, partition.cursor, stored.place, (stored.last_offset, stored.last_id))
        duplicates = 0
        for record in records:
            try:
                message = Received(
                    partition.topic,
                    partition.number,
                    record.offset,
                    record.timestamp,
                    record.key,
                    record.value,
                    record.headers,
                )
            except Undecodable as error:
                if piece.end > partition.cursor:
                    pieces.append(piece)
                following = Slice(partition, record.offset + 1, piece.place, piece.last)
                following.poison, following.alone = Poison(record, error), True
                pieces.append(following)
                piece = Slice(partition, following.end, following.place, following.last)
                continue
            if self._filter and message.place <= piece.place:
                duplicates += 1
                piece.end = record.offset + 1
                continue
            if _is_behind_a_gap(message, piece.place):
                if self._rewinds and partition.looked_for != piece.place:
                    if piece.end > partition.cursor:
                        pieces.append(piece)
                    partition.looked_for = piece.place
                    gap = RecordsMissing(str(partition.gap_after(piece.place)))
                    pieces.append(Slice(partition, piece.end, piece.place, piece.last, gap=gap, alone=True))
                    return pieces
                self._alarm(partition, piece.place, message)
                piece.end = record.offset + 1
                continue
            alone = reacts and bool(self._consumers.reactions_to(message))
            if alone and piece.messages:
                pieces.append(piece)
                piece = Slice(partition, piece.end, piece.place, piece.last)
            piece.end = record.offset + 1
            piece.place = message.place
            piece.last = (record.offset, message.message_id)
            piece.covered += 1
            if piece.covered == 1:
                piece.first_position = message.position
            if projected or alone:
                piece.messages.append(message)
            if alone:
                piece.alone = True
                pieces.append(piece)
                piece = Slice(partition, piece.end, piece.place, piece.last)
        if not pieces or piece.end > pieces[-1].end:
            pieces.append(piece)
        if duplicates:
            consumer_duplicates.add(duplicates, {"consumer": self._consumers.name, "topic": partition.topic})
        return pieces

    def _alarm(self, partition: Partition, place: tuple[int, int], message: Received) -> None:
        if partition.missing_after == place:
            return
        partition.looked_for = partition.missing_after = place
        consumer_gaps.add(1, {"consumer": self._consumers.name, "topic": partition.topic})
        log.error(
            "the log has lost records: nothing of this partition is applied until they are sent again",
            consumer=self._consumers.name,
            topic=partition.topic,
            partition=partition.number,
            reason=partition.gap_after(place),
            previous=message.previous,
            position=message.position,
        )


def _is_behind_a_gap(message: Received, place: tuple[int, int]) -> bool:
    # After a recovery positions are given anew: another epoch's say nothing about this one's.
    return message.previous > place[1] and place[0] in (0, message.epoch)
