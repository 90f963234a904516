"""A ministry's own table of agreements and of what falls due, kept from Caytre's topics.

It uses a stock Kafka client and SQLite and knows nothing of Caytre's code: only the topics, the CloudEvents headers and
the released schemas, as docs/subscribing.md and docs/asyncapi describe them. Whatever is delivered twice, and wherever
this program is killed, the tables end up the same: what a message changes and how far we have read are one transaction.
"""

from __future__ import annotations

import argparse
import json
import signal
import sqlite3
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

EVENTS = ("caytre.agreements.events.v1", "caytre.notifications.events.v1")
STATES = ("caytre.agreements.state.v1", "caytre.notifications.state.v1")
#: The kinds of record we keep, and the members of their public state that we want. Other kinds are passed over.
KEPT = {
    "agreement": ("title_vi", "status", "responsible_locality", "expires_on"),
    "deadline": ("owner", "code", "discriminator", "round", "status", "due_on", "answerable"),
}
#: Of a record with any other sensitivity, also one we have never heard of, we keep that it is there and no more.
OPEN = ("public", "internal")
BATCH = 500

PLACES = """
CREATE TABLE IF NOT EXISTS place (
    topic TEXT, partition INTEGER, next_offset INTEGER NOT NULL, epoch INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)
);
CREATE TABLE IF NOT EXISTS act (
    message TEXT PRIMARY KEY, type TEXT NOT NULL, record TEXT NOT NULL, time TEXT NOT NULL
);
"""
RECORDS = """
CREATE TABLE IF NOT EXISTS {kind} (
    id TEXT PRIMARY KEY, epoch INTEGER NOT NULL, position INTEGER NOT NULL, version INTEGER NOT NULL,
    sensitivity TEXT, {columns}
);
"""

Place = tuple[int, int]
Partition = tuple[str, int]


class Fact:
    """One message as we need it: CloudEvents attributes are headers, the value is JSON or, on `state`, nothing."""

    def __init__(self, message: Message) -> None:
        self.partition: Partition = (message.topic(), message.partition())
        self.offset: int = message.offset()
        self.headers = {name: value.decode() for name, value in message.headers() or ()}
        self.value: bytes | None = message.value()
        self.type = self.headers["ce_type"]
        self.kind = self.type.split(".")[1]
        self.place: Place = (int(self.headers["ce_epoch"]), int(self.headers["ce_position"]))
        self.previous = int(self.headers.get("ce_previous", 0))


@dataclass
class Register:
    """Our tables in one SQLite file, and the last place applied of each partition of the events topics."""

    database: sqlite3.Connection
    places: dict[Partition, Place] = field(default_factory=dict)
    #: Partitions that are read again from the beginning because a message was missing.
    reread: set[Partition] = field(default_factory=set)

    @classmethod
    def open(cls, path: str) -> Register:
        """Open or make the file."""
        database = sqlite3.connect(path, isolation_level=None)
        database.executescript(PLACES)
        for kind, members in KEPT.items():
            database.executescript(RECORDS.format(kind=kind, columns=", ".join(f"{name} TEXT" for name in members)))
        rows = database.execute("SELECT topic, partition, epoch, position FROM place")
        return cls(database, {(topic, number): (epoch, position) for topic, number, epoch, position in rows})

    def next_offset(self, partition: Partition) -> int:
        """Where to go on reading. Only a hint: a topic made anew has other offsets, and places drop what we have."""
        found = self.database.execute("SELECT next_offset FROM place WHERE (topic, partition) = (?, ?)", partition)
        return next((offset for (offset,) in found), OFFSET_BEGINNING)

    def apply(self, facts: Iterable[Fact]) -> set[Partition]:
        """Apply messages in one transaction; the partitions that have to be read again from their beginning."""
        again: set[Partition] = set()
        places, reread = dict(self.places), set(self.reread)
        self.database.execute("BEGIN IMMEDIATE")
        try:
            for fact in facts:
                if fact.partition in again:
                    continue
                if not self._missing_before(fact, places):
                    if self._take(fact, places):
                        reread.discard(fact.partition)
                elif fact.partition not in reread:
                    again.add(fact.partition)
                # What is missing even when all was read again will be sent once more: until then its successors are
                # passed over and our place stays.
            self.database.execute("COMMIT")
        except BaseException:
            self.database.execute("ROLLBACK")
            raise
        self.places, self.reread = places, reread | again
        return again

    def _missing_before(self, fact: Fact, places: dict[Partition, Place]) -> bool:
        """Whether it names a predecessor that we have not seen. In a later epoch than ours that says nothing."""
        epoch, position = places.get(fact.partition, (0, 0))
        return fact.place[0] == epoch and fact.previous > position

    def _take(self, fact: Fact, places: dict[Partition, Place]) -> bool:
        """Apply one message unless we have it; whether our place has moved."""
        new = fact.place > places.get(fact.partition, (0, 0))
        if new:
            if fact.kind in KEPT:
                self._record_act(fact)
                if "state" in (said := json.loads(fact.value or b"{}")):
                    self.keep(fact, said["state"])
            places[fact.partition] = fact.place
        self._remember(fact.partition, fact.offset + 1, places[fact.partition])
        return new

    def _record_act(self, fact: Fact) -> None:
        row = (fact.headers["ce_id"], fact.type, fact.headers["ce_subject"], fact.headers["ce_time"])
        self.database.execute("INSERT OR IGNORE INTO act VALUES (?, ?, ?, ?)", row)

    def _remember(self, partition: Partition, next_offset: int, place: Place) -> None:
        self.database.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?, ?, ?)", (*partition, next_offset, *place))

    def keep(self, fact: Fact, state: dict[str, object] | None) -> None:
        """Keep the last state of a record. What is no longer open to us goes from our tables too."""
        members = KEPT[fact.kind]
        sensitivity = state.get("sensitivity") if state else None
        shown = state if state and sensitivity in OPEN else {}
        names = ("id", "epoch", "position", "version", "sensitivity", *members)
        row = (fact.headers["ce_subject"], *fact.place, int(fact.headers["ce_sequence"]), sensitivity)
        self.database.execute(
            f"INSERT INTO {fact.kind} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
            f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names[1:])} "
            f"WHERE (excluded.epoch, excluded.position) > ({fact.kind}.epoch, {fact.kind}.position)",
            (*row, *(_text(shown.get(member)) for member in members)),
        )

    def start_anew(self, facts: Iterable[Fact]) -> None:
        """Replace the tables by the last states, in one transaction, and go on with the events behind them.

        A record and its state have the same key and so the same partition number: the greatest place among the states
        of a partition is how far its events are known.
        """
        self.database.execute("BEGIN IMMEDIATE")
        try:
            for table in ("place", *KEPT):
                self.database.execute(f"DELETE FROM {table}")
            places: dict[Partition, Place] = {}
            for fact in facts:
                topic, number = fact.partition
                events = (topic.replace(".state.", ".events."), number)
                places[events] = max(fact.place, places.get(events, (0, 0)))
                if fact.kind in KEPT:
                    self.keep(fact, json.loads(fact.value) if fact.value is not None else None)
            for partition, place in places.items():
                self._remember(partition, 0, place)
            self.database.execute("COMMIT")
        except BaseException:
            self.database.execute("ROLLBACK")
            raise
        self.places, self.reread = places, set()

    def due(self) -> list[tuple[str, ...]]:
        """What is still to be done, the next first."""
        return self.database.execute(
            "SELECT d.due_on, d.code, d.status, coalesce(a.title_vi, d.owner) FROM deadline d "
            "LEFT JOIN agreement a ON d.owner = 'agreement/' || a.id "
            "WHERE d.due_on IS NOT NULL AND d.status IN ('SCHEDULED', 'DUE_SOON', 'DUE', 'OVERDUE') ORDER BY d.due_on"
        ).fetchall()


def _text(value: object) -> str | None:
    """A column's text; a date with its precision is kept by the last day it can mean."""
    if isinstance(value, dict):
        value = value.get("latest")
    return None if value is None else str(value)


def reader(settings: dict[str, str]) -> Consumer:
    """A consumer whose positions are ours: it joins no group and commits nothing."""
    return Consumer(
        {
            "group.id": "a-ministry-of-its-own",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            # A topic that was made anew may be shorter than where we were.
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            **settings,
        }
    )


def partitions_of(consumer: Consumer, topics: Iterable[str]) -> list[Partition]:
    """The partitions of those topics that are there."""
    known = consumer.list_topics(timeout=30).topics
    return [(topic, number) for topic in topics if topic in known for number in known[topic].partitions]


def polled(consumer: Consumer, ended: set[Partition]) -> list[Fact]:
    """The next messages; partitions at whose end we are come into `ended`. Raises KafkaException."""
    facts = []
    for message in consumer.consume(BATCH, timeout=0.5):
        error = message.error()
        if error is None:
            ended.discard((message.topic(), message.partition()))
            facts.append(Fact(message))
        elif error.code() == KafkaError._PARTITION_EOF:
            ended.add((message.topic(), message.partition()))
        elif not error.retriable():
            raise KafkaException(error)
    return facts


def everything(consumer: Consumer, topics: Iterable[str]) -> Iterable[Fact]:
    """All messages of these topics up to their present ends."""
    partitions = partitions_of(consumer, topics)
    consumer.assign([TopicPartition(*partition, OFFSET_BEGINNING) for partition in partitions])
    ended: set[Partition] = set()
    while len(ended) < len(partitions):
        yield from polled(consumer, ended)


def follow(consumer: Consumer, register: Register, *, once: bool) -> None:
    """Apply what comes until a signal, or with `once` up to the present ends of the topics."""
    stopped: list[int] = []
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda number, _: stopped.append(number))
    partitions = partitions_of(consumer, EVENTS)
    consumer.assign([TopicPartition(*each, register.next_offset(each)) for each in partitions])
    ended: set[Partition] = set()
    while not stopped and not (once and len(ended) == len(partitions)):
        facts = polled(consumer, ended)
        for partition in register.apply(facts) if facts else ():
            ended.discard(partition)
            consumer.seek(TopicPartition(*partition, OFFSET_BEGINNING))


def main() -> None:
    """Keep the tables, make them anew, or show what is due."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="register.sqlite")
    parser.add_argument("--bootstrap-servers", default="127.0.0.1:9092")
    parser.add_argument("-X", dest="settings", action="append", default=[], help="a setting of librdkafka, name=value")
    parser.add_argument("--rebuild", action="store_true", help="first make the tables anew from the last states")
    parser.add_argument("--once", action="store_true", help="stop at the present ends of the topics")
    parser.add_argument("--due", action="store_true", help="show what is due, and read nothing")
    options = parser.parse_args()
    register = Register.open(options.database)
    if options.due:
        sys.stdout.writelines("\t".join(row) + "\n" for row in register.due())
        return
    settings = dict(each.split("=", 1) for each in options.settings)
    consumer = reader({"bootstrap.servers": options.bootstrap_servers, **settings})
    try:
        if options.rebuild:
            register.start_anew(everything(consumer, STATES))
        follow(consumer, register, once=options.once)
    finally:
        consumer.close()


if __name__ == "__main__":
    main()
