"""How far a consumer has got in a partition, stored with the effects of its messages in one transaction.

The compare-and-set names the whole former state (offset, epoch, position), so that of two owners of a partition only
one can move it from there, and it is the first statement of the transaction, so that the other has done nothing yet.

Nobody waits for the disk at the end of such a transaction. A crash of the server may take the last ones back, each
whole: checkpoint and effects, and the messages come again. What leaves the server because of them waits for a later
commit of its own, before which they are on the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aiokafka.structs import TopicPartition

from caytre.core.storing.database import Connection

_STATE = ("next_offset", "epoch", "position", "last_offset", "last_id", "generation")


class Superseded(Exception):
    """Another process moved the checkpoint: this one reads it again and goes on from there."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The stored state of one partition. `last_id` stood at `last_offset`; both are None before the first message."""

    next_offset: int = 0
    epoch: int = 0
    position: int = 0
    last_offset: int | None = None
    last_id: str | None = None
    generation: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """(epoch, position) of the last message; whatever is not behind it was applied, parked or skipped already."""
        return self.epoch, self.position


@dataclass(slots=True)
class Partition:
    """One partition as its present owner knows it.

    `cursor` is the offset up to which this owner has settled everything: `stored.next_offset`, or less after going back
    to the beginning of a log that is not the one remembered. `blocked` gives the first parked place of each parked key.
    `looked_for` is the place behind which records are missing and were looked for from the beginning, `missing_after`
    the one behind which they were not found.
    """

    topic: str
    number: int
    stored: Checkpoint
    cursor: int = 0
    verify: bool = False
    looked_for: tuple[int, int] | None = None
    missing_after: tuple[int, int] | None = None
    blocked: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def tp(self) -> TopicPartition:
        """The client's name of the partition."""
        return TopicPartition(self.topic, self.number)

    def gap_after(self, place: tuple[int, int]) -> str | None:
        """What an operator is told while this is the place behind which records are missing."""
        if place != self.looked_for:
            return None
        return f"gap after position {place[1]}: run `caytre republish {self.topic.split('.')[1]}`"


@dataclass(frozen=True, slots=True)
class Move:
    """One partition's step: from the stored state to `target`; `first_position` and `messages` are for the journey.

    `paused` says why the place does not move although records come.
    """

    partition: Partition
    target: Checkpoint
    first_position: int
    messages: int
    paused: str | None = None

    def staying(self) -> Move:
        """No step: it only makes sure that the partition is still this owner's."""
        return Move(self.partition, self.partition.stored, self.first_position, 0)


class Checkpoints:
    """The checkpoint rows of one consumer. `schema` is empty, or a shadow schema while views are rebuilt."""

    def __init__(self, consumer: str, schema: str = "") -> None:
        self.consumer = consumer
        prefix = f'"{schema}".' if schema else ""
        self._insert = f"""
            INSERT INTO {prefix}checkpoint (consumer, topic, partition)
            SELECT $1, n.topic, n.partition FROM unnest($2::text[], $3::int[]) n (topic, partition)
            ON CONFLICT DO NOTHING"""
        self._read = f"""
            SELECT c.topic, c.partition, next_offset, epoch, position, last_offset, last_id, generation
            FROM {prefix}checkpoint c JOIN unnest($2::text[], $3::int[]) n (topic, partition) USING (topic, partition)
            WHERE consumer = $1"""
        self._blocked = f"""
            SELECT DISTINCT ON (p.topic, p.partition, p.key) p.topic, p.partition, p.key, p.epoch, p.position
            FROM {prefix}parked p JOIN unnest($2::text[], $3::int[]) n (topic, partition) USING (topic, partition)
            WHERE p.consumer = $1 AND p.position IS NOT NULL
            ORDER BY p.topic, p.partition, p.key, p.epoch, p.position"""
        # A rebuild says itself how its transactions end.
        relaxed = "" if schema else ", set_config('synchronous_commit', 'off', true)"
        self._move = f"""
            WITH n AS (
                SELECT * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::int[], $6::bigint[], $7::bigint[],
                                     $8::int[], $9::bigint[], $10::bigint[], $11::text[], $12::bigint[], $13::int[],
                                     $14::int[], $15::text[])
                    n (topic, partition, old_offset, old_epoch, old_position, next_offset, epoch,
                       position, last_offset, last_id, first_position, messages, generation, paused)),
            moved AS (
                UPDATE {prefix}checkpoint c
                SET next_offset = n.next_offset, epoch = n.epoch, position = n.position, last_offset = n.last_offset,
                    last_id = n.last_id, paused = n.paused, progressed_at = clock_timestamp()
                FROM n
                WHERE c.consumer = $1 AND c.topic = n.topic AND c.partition = n.partition
                  AND c.next_offset = n.old_offset AND c.epoch = n.old_epoch AND c.position = n.old_position
                  AND c.generation = n.generation
                RETURNING c.topic, c.partition),
            passed AS (
                INSERT INTO {prefix}passage (consumer, topic, partition, epoch, from_position, to_position, messages)
                SELECT $1, n.topic, n.partition, n.epoch, n.first_position, n.position, n.messages
                FROM n JOIN moved USING (topic, partition) WHERE n.messages > 0)
            SELECT count(*){relaxed} FROM moved"""

    async def open(self, connection: Connection, partitions: Iterable[TopicPartition]) -> list[Partition]:
        """The partitions' stored states and parked keys, from new rows at offset 0 where there were none."""
        tps = sorted(partitions)
        names = (self.consumer, [tp.topic for tp in tps], [tp.partition for tp in tps])
        await connection.execute(self._insert, *names)
        opened = {}
        for row in await connection.fetch(self._read, *names):
            stored = Checkpoint(*(row[name] for name in _STATE))
            partition = Partition(row["topic"], row["partition"], stored, cursor=stored.next_offset)
            opened[partition.tp] = partition
        for row in await connection.fetch(self._blocked, *names):
            opened[TopicPartition(row["topic"], row["partition"])].blocked[row["key"]] = (row["epoch"], row["position"])
        return list(opened.values())

    async def move(self, connection: Connection, moves: Sequence[Move]) -> None:
        """Take the step in every partition, or raise Superseded; the caller's transaction is then rolled back."""
        moved = await connection.fetchval(
            self._move,
            self.consumer,
            [move.partition.topic for move in moves],
            [move.partition.number for move in moves],
            [move.partition.stored.next_offset for move in moves],
            [move.partition.stored.epoch for move in moves],
            [move.partition.stored.position for move in moves],
            [move.target.next_offset for move in moves],
            [move.target.epoch for move in moves],
            [move.target.position for move in moves],
            [move.target.last_offset for move in moves],
            [move.target.last_id for move in moves],
            [move.first_position for move in moves],
            [move.messages for move in moves],
            [move.partition.stored.generation for move in moves],
            [move.paused for move in moves],
        )
        if moved != len(moves):
            names = ", ".join(f"{move.partition.topic}/{move.partition.number}" for move in moves)
            raise Superseded(f"{len(moves) - moved} of the checkpoints of {names} were moved by another process")
