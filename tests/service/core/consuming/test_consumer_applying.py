"""Effects happen exactly once, failures hold up their own key only: the apply path on PostgreSQL, without Kafka."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest

from caytre.core.consuming.applying import SIDE_BY_SIDE, Applier
from caytre.core.consuming.checkpoint import Partition, Superseded
from caytre.core.consuming.consumer import Consumers, Reaction, Received
from caytre.core.consuming.parking import Halted, halted_because
from caytre.core.consuming.redriving import discard, list_parked, replay
from caytre.core.ids import new_id
from caytre.core.storing.database import Database
from caytre.core.testing import Log, deliver
from tests.builders.listening import DUE, EFFECT, RENAMED, SERVICE, SIGNED, Broken, Listening, effects, titles

TOPIC = "caytre.applying.events.v1"


class Polled:
    """A message as the client hands it out, or any other record."""

    def __init__(self, message: Received) -> None:
        self.offset, self.timestamp, self.value = message.offset, message.recorded_ms, message.data
        self.key: bytes | None = message.key.encode()
        self.headers: list[tuple[str, bytes]] = list(message.headers.items())


class Owner:
    """One process that believes to own all partitions of the messages it is given."""

    def __init__(self, consumers: Consumers, database: Database, **settings: Any) -> None:
        self.applier = Applier(consumers, database.worker.acquire, **settings)
        self.database = database
        self.partitions: dict[int, Partition] = {}

    async def open(self, messages: Sequence[Received]) -> None:
        async with self.database.worker.acquire() as connection:
            opened = await self.applier.checkpoints.open(connection, {message.tp for message in messages})
        self.partitions = {partition.number: partition for partition in opened}

    async def process(self, messages: Sequence[Received]) -> list[str]:
        if not self.partitions:
            await self.open(messages)
        polled = {n: [Polled(each) for each in messages if each.partition == n] for n in self.partitions}
        later = await self.applier.process([(self.partitions[n], records) for n, records in polled.items() if records])
        return [str(each.error) for each in later]


def notes(log: Log, count: int, versions: int = 1, type: str = SIGNED) -> list[Received]:
    ids = [new_id() for _ in range(count)]
    return [log.say(type, id, {}, state={"title": f"v{n + 1}"}) for n in range(versions) for id in ids]


async def test_effects_happen_once_whether_checkpoints_are_kept_or_a_reaction_is_replayed(database: Database) -> None:
    log = Log("x", topic=TOPIC)
    messages = notes(log, 30, 3, DUE)
    await deliver(Listening(TOPIC).reacting(), database, messages)
    applied = await effects(database)
    assert sorted(applied) == sorted((message.key, message.sequence) for message in messages)
    assert await database.worker.fetchval("SELECT count(*) FROM reacted") == len(messages)


async def test_a_projection_keeps_the_order_of_each_key(database: Database) -> None:
    log = Log("x", topic=TOPIC)
    messages = notes(log, 20, 5)
    await deliver(Listening(TOPIC).projecting(), database, messages, twice=False)
    applied = await effects(database)
    for message in messages:
        assert [version for key, version in applied if key == message.key] == [1, 2, 3, 4, 5]
    assert set((await titles(database)).values()) == {"v5"}


async def test_a_reaction_with_the_same_idempotency_key_runs_once(database: Database) -> None:
    log = Log("x", topic=TOPIC)
    id = new_id()
    messages = [log.say(DUE, id, {}, state={"title": "due"}) for _ in range(3)]
    await deliver(Listening(TOPIC).reacting(key=lambda message: f"due:{message.key}"), database, messages)
    assert await effects(database) == [(str(id), 1)]


async def test_a_general_reaction_hears_wanted_messages_of_any_type_once(database: Database) -> None:
    log, listening = Log("x", topic=TOPIC), Listening(TOPIC)
    unheard_of = notes(log, 5, type="caytre.anything.happened.v1")
    others = [log.say(SIGNED, new_id(), {}, state={"title": "unwanted"}) for _ in range(5)]
    due = notes(log, 5, type=DUE)
    consumers = listening.reacting()

    @consumers.general_reaction(TOPIC, wanted=lambda message: message.json()["state"]["title"] != "unwanted")
    async def hear_all(reaction: Reaction, message: Received) -> None:
        row = (message.id, message.subject, 1000 + message.sequence, message.position)
        await reaction.connection.execute(EFFECT, *([value] for value in row))

    await deliver(consumers, database, [*unheard_of, *others, *due])
    expected = [(message.key, 1001) for message in (*unheard_of, *due)] + [(message.key, 1) for message in due]
    assert sorted(await effects(database)) == sorted(expected)
    assert await database.worker.fetchval("SELECT count(*) FROM reacted") == 15


async def test_a_message_that_a_general_reaction_cannot_read_is_parked(database: Database) -> None:
    log = Log("x", topic=TOPIC)
    consumers = Consumers(SERVICE)

    @consumers.general_reaction(TOPIC, wanted=lambda message: bool(message.json()["deadlines"]))
    async def hear(reaction: Reaction, message: Received) -> None:
        assert message.json()["deadlines"]

    unreadable = log.say(SIGNED, new_id(), {"title": "no deadlines member"})
    owner = Owner(consumers, database)
    assert await owner.process([unreadable]) == []
    assert len(await list_parked(database, consumers.name)) == 1


async def test_of_two_owners_of_a_partition_only_one_has_an_effect(database: Database) -> None:
    log = Log("x", topic=TOPIC)
    messages = notes(log, 30, 2)
    consumers = Listening(TOPIC).projecting()
    one, two = Owner(consumers, database), Owner(consumers, database)
    await one.open(messages)
    await two.open(messages)
    await one.process(messages[:30])
    with pytest.raises(Superseded):
        await two.process(messages)
    await two.open(messages)
    await two.process(messages)
    with pytest.raises(Superseded):
        await one.process(messages[30:])
    assert sorted(await effects(database)) == sorted((message.key, message.sequence) for message in messages)


async def test_what_an_older_epoch_still_says_is_dropped(database: Database) -> None:
    old, new = Log("x", topic=TOPIC), Log("x", topic=TOPIC, epoch=2)
    id = new_id()
    before = old.say(SIGNED, id, {}, state={"title": "before"})
    after = new.say(SIGNED, id, {}, state={"title": "after"}, sequence=2)
    stale = old.say(RENAMED, id, {}, state={"title": "stale"}, sequence=3)
    await deliver(Listening(TOPIC).projecting(), database, [before, after, stale], twice=False)
    assert await effects(database) == [(str(id), 1), (str(id), 2)]


async def test_a_failed_message_holds_up_its_key_and_nothing_else(database: Database) -> None:
    log, listening = Log("x", topic=TOPIC), Listening(TOPIC, fails={"bad"})
    bad = new_id()
    messages = [*notes(log, 20), log.say(SIGNED, bad, {}, state={"title": "bad"}), *notes(log, 20)]
    messages += [log.say(RENAMED, bad, {}, state={"title": f"after {n}"}) for n in range(3)]
    owner = Owner(listening.projecting(), database)
    assert await owner.process(messages) == []
    assert sorted(await effects(database)) == sorted((m.key, m.sequence) for m in messages if m.key != str(bad))
    rows = await database.worker.fetch("SELECT key, error, attempts FROM parked ORDER BY epoch, position")
    assert [(row["key"], row["attempts"]) for row in rows] == [(str(bad), 1)] + [(str(bad), 0)] * 3
    assert rows[0]["error"] == "Broken: cannot take bad"
    assert [row["error"] for row in rows[1:]] == [None] * 3
    # A new owner knows of the blocked key too.
    later = log.say(RENAMED, bad, {}, state={"title": "later"})
    assert await Owner(listening.projecting(), database).process([later]) == []
    assert await database.worker.fetchval("SELECT count(*) FROM parked") == 5


async def test_a_record_that_is_no_cloud_event_is_parked_and_the_rest_flows(database: Database) -> None:
    log = Log("x", topic=TOPIC)
    id = new_id()
    first, second, third = [log.say(SIGNED, id, {}, state={"title": str(n)}) for n in range(3)]
    owner = Owner(Listening(TOPIC).projecting(), database)
    await owner.open([first])
    poison = Polled(second)
    poison.key, poison.value, poison.headers = None, None, [("odd\0", b"\xff\0")]
    partition = owner.partitions[first.partition]
    assert await owner.applier.process([(partition, [Polled(first), poison, Polled(third)])]) == []
    assert await effects(database) == [(str(id), 1), (str(id), 3)]
    row = await database.worker.fetchrow('SELECT key, position, "offset", error FROM parked')
    assert row is not None
    assert (row["key"], row["position"], row["offset"]) == (None, None, second.offset)


async def test_a_tombstone_and_a_value_that_is_no_json_are_parked(database: Database) -> None:
    log = Log("x", topic=TOPIC)
    tombstone = log.say(SIGNED, new_id(), None)
    good = notes(log, 10)
    assert await Owner(Listening(TOPIC).projecting(), database).process([tombstone, *good]) == []
    assert await database.worker.fetchval("SELECT key FROM parked") == tombstone.key
    assert len(await effects(database)) == 10


async def test_too_many_failures_in_a_row_halt_before_the_topic_is_emptied(database: Database) -> None:
    log, listening = Log("x", topic=TOPIC), Listening(TOPIC, fails={"v1"})
    messages = notes(log, 60)
    owner = Owner(listening.projecting(), database, most_parked=5)
    with pytest.raises(Halted):
        await owner.process(messages)
    assert await database.worker.fetchval("SELECT count(*) FROM parked") == 5
    async with database.worker.acquire() as connection:
        assert "Broken: cannot take v1" in (await halted_because(connection, SERVICE) or "")


async def test_a_failure_that_passes_by_itself_stops_its_partition_only(database: Database) -> None:
    log, listening = Log("x", topic=TOPIC), Listening(TOPIC, waits={"locked"})
    locked = log.say(SIGNED, new_id(), {}, state={"title": "locked"})
    messages = [locked, *notes(log, 60)]
    owner = Owner(listening.projecting(), database)
    assert await owner.process(messages) == ["locked is locked"]
    expected = [m.key for m in messages if m.partition != locked.partition]
    assert sorted(key for key, _ in await effects(database)) == sorted(expected)
    assert await database.worker.fetchval("SELECT count(*) FROM parked") == 0
    listening.waits.clear()
    assert await owner.process([m for m in messages if m.partition == locked.partition]) == []
    assert len(await effects(database)) == len(messages)


async def test_messages_without_a_handler_cost_one_transaction_together(database: Database) -> None:
    log = Log("x", topic=TOPIC)
    ids = [new_id() for _ in range(200)]
    messages = [log.say(SIGNED, id, {}, state={"title": "x"}) for id in ids]
    messages.append(log.say(DUE, ids[0], {}, state={"title": "due"}))
    owner = Owner(Listening(TOPIC).reacting(), database)
    assert await owner.process(messages) == []
    assert await database.worker.fetchval("SELECT count(*) FROM passage") <= len(owner.partitions) + 1
    assert await effects(database) == [(str(ids[0]), 2)]
    assert await database.worker.fetchval("SELECT sum(next_offset) FROM checkpoint") == len(messages)


async def test_deliver_raises_what_a_handler_raises(database: Database) -> None:
    log = Log("x", topic=TOPIC)
    with pytest.raises(Broken):
        await deliver(Listening(TOPIC, fails={"v1"}).projecting(), database, notes(log, 1))


async def test_poison_that_was_seen_before_is_neither_counted_nor_parked_again(database: Database) -> None:
    log = Log("x", topic=TOPIC)
    record = new_id()
    messages = [log.say(SIGNED, record, {}, state={"title": "t"}) for _ in range(5)]
    records = [Polled(message) for message in messages]
    for poison in records[1:4]:
        poison.headers = []
    consumers = Listening(TOPIC).projecting()

    async def read() -> None:
        most = 3 if not await list_parked(database) else 0
        owner = Owner(consumers, database, most_parked=most)
        await owner.open(messages)
        assert await owner.applier.process([(owner.partitions[messages[0].partition], records)]) == []

    await read()
    assert await database.worker.fetchval("SELECT count(*) FROM parked") == 3
    [first, *_] = await list_parked(database)
    await discard(consumers, database, first.id, "never ours", "operator")
    for _ in range(2):
        await replay(database, consumers.name)
        await read()
    assert [parked.id for parked in await list_parked(database)] == [first.id + 1, first.id + 2]
    assert [version for _, version in await effects(database)].count(5) == 3


async def test_partitions_react_side_by_side_and_each_in_its_order(database: Database) -> None:
    log, consumers = Log("x", topic=TOPIC), Consumers(SERVICE)
    running: set[int] = set()
    together: list[set[int]] = []
    done: dict[int, list[int]] = defaultdict(list)

    @consumers.reaction(TOPIC, DUE)
    async def take_its_time(reaction: Reaction, message: Received) -> None:
        assert message.partition not in running
        running.add(message.partition)
        together.append(set(running))
        await reaction.connection.execute("SELECT pg_sleep(0.01)")
        done[message.partition].append(message.position)
        running.remove(message.partition)

    messages = notes(log, 30, type=DUE)
    assert await Owner(consumers, database).process(messages) == []
    assert max(map(len, together)) == SIDE_BY_SIDE
    assert done == {n: sorted(positions) for n, positions in done.items()}
    assert sum(map(len, done.values())) == 30


async def test_who_was_superseded_begins_nothing_more(database: Database) -> None:
    log, consumers = Log("x", topic=TOPIC), Consumers(SERVICE)
    begun: list[str] = []

    @consumers.reaction(TOPIC, DUE)
    async def begin(reaction: Reaction, message: Received) -> None:
        begun.append(message.key)

    messages = notes(log, 30, type=DUE)
    one, two = Owner(consumers, database), Owner(consumers, database)
    await one.open(messages)
    await two.process(messages)
    assert sorted(begun) == sorted(message.key for message in messages)
    begun.clear()
    with pytest.raises(Superseded):
        await one.process(messages)
    assert begun == []


async def test_only_a_readers_transactions_end_without_waiting_for_the_disk(database: Database) -> None:
    log, consumers = Log("x", topic=TOPIC), Consumers(SERVICE)
    waits: list[str] = []

    @consumers.reaction(TOPIC, DUE)
    async def look(reaction: Reaction, message: Received) -> None:
        waits.append(await reaction.connection.fetchval("SHOW synchronous_commit"))

    await database.worker.execute("SET synchronous_commit = on")
    try:
        assert await Owner(consumers, database).process(notes(log, 1, type=DUE)) == []
        # The pool hands out the connection that was used last.
        waits.append(await database.worker.fetchval("SHOW synchronous_commit"))
    finally:
        await database.worker.execute("RESET synchronous_commit")
    assert waits == ["off", "on"]
