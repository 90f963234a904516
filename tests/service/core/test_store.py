"""One command is one statement: what it writes, what it refuses, and what a repeated command gets."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from caytre.contracts.message import RESTRICTED, ExternalRef, Provenance
from caytre.core.caller import Caller
from caytre.core.consuming.failures import is_passing
from caytre.core.ids import new_id
from caytre.core.keyring import Undecryptable
from caytre.core.refusals import KeyReused, NotFound, Stale
from caytre.core.relaying import journal
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision, Guard
from caytre.core.storing.store import BegunBeside
from caytre.core.storing.values import TooLarge
from tests.builders.notebook import (
    Note,
    NoteWritten,
    SameTitle,
    TitleTaken,
    a_command,
    hiding,
    note,
    notes,
    renaming,
    writing,
)


async def outbox(database: Database) -> list[tuple[str, int, int]]:
    rows = await database.command.fetch("SELECT type, version, ordinal FROM outbox ORDER BY id")
    return [tuple(row) for row in rows]


async def test_a_created_record_its_message_and_its_key_are_written_together(database: Database) -> None:
    answer = await notes().create(database, a_command("k1"), writing("One"))
    assert (answer.status, answer.version, json.loads(answer.body)["title"]) == (201, 1, "One")
    assert await outbox(database) == [("caytre.note.written.v1", 1, 1)]
    data = json.loads(await database.command.fetchval("SELECT data FROM outbox"))
    assert data["state"] == json.loads(answer.body)
    assert await database.command.fetchval("SELECT count(*) FROM idempotency") == 1


async def test_a_repeated_command_is_answered_again_and_not_done_again(database: Database) -> None:
    store = notes()
    first = await store.create(database, a_command("k1"), writing("One"))
    second = await store.create(database, a_command("k1"), writing("One"))
    assert second.replayed
    assert (second.id, second.version, second.body) == (first.id, first.version, first.body)
    assert len(await outbox(database)) == 1


async def test_a_repeated_change_is_answered_before_its_version_is_found_stale(database: Database) -> None:
    store = notes()
    made = await store.create(database, a_command(), writing("One"))
    first = await store.change(database, a_command("k2"), made.id, 1, renaming("Two"))
    again = await store.change(database, a_command("k2"), made.id, 1, renaming("Two"))
    assert again.replayed
    assert again.body == first.body


async def test_a_repeated_command_is_answered_before_a_refusal_of_the_model(database: Database) -> None:
    store = notes()
    made = await store.create(database, a_command(), writing("One"))
    await store.change(database, a_command("k2"), made.id, 1, renaming("Two"))
    # The same request once more, as if If-Match named the new version: "Two" is the title already.
    again = await store.change(database, a_command("k2"), made.id, 2, renaming("Two"))
    assert again.replayed


async def test_a_repeated_create_is_answered_although_it_would_now_hit_a_unique_key(database: Database) -> None:
    store = notes()
    first = await store.create(database, a_command("k1"), writing("One", claim=True))
    again = await store.create(database, a_command("k1"), writing("One", claim=True))
    assert again.replayed
    assert again.id == first.id
    with pytest.raises(TitleTaken):
        await store.create(database, a_command("k9"), writing("One", claim=True))
    assert len(await outbox(database)) == 1


async def test_a_key_is_refused_for_another_request(database: Database) -> None:
    store = notes()
    await store.create(database, a_command("k1"), writing("One"))
    with pytest.raises(KeyReused):
        await store.create(database, a_command("k1", fingerprint=b"other"), writing("Two"))
    assert len(await outbox(database)) == 1


async def test_keys_belong_to_their_subject(database: Database) -> None:
    store = notes()
    await store.create(database, a_command("k1"), writing("One"))
    other = await store.create(database, a_command("k1", subject="officer-2"), writing("Two"))
    assert not other.replayed


async def test_behind_a_system_keys_belong_to_the_officer(database: Database) -> None:
    store, answers = notes(), []
    for actor in ("officer-1", "officer-2", "officer-1"):
        command = a_command("k1", subject="system")
        command = replace(command, caller=replace(command.caller, actor=actor))
        answers.append(await store.create(database, command, writing("One")))
    assert [answer.replayed for answer in answers] == [False, False, True]
    assert answers[2].id == answers[0].id != answers[1].id


async def test_a_stale_version_changes_nothing(database: Database) -> None:
    store = notes()
    made = await store.create(database, a_command(), writing("One"))
    await store.change(database, a_command(), made.id, 1, renaming("Two"))
    with pytest.raises(Stale):
        await store.change(database, a_command("k"), made.id, 1, renaming("Three"))
    with pytest.raises(SameTitle):
        await store.change(database, a_command("k"), made.id, 2, renaming("Two"))
    assert len(await outbox(database)) == 2
    assert await database.command.fetchval("SELECT count(*) FROM idempotency") == 0


async def test_of_many_concurrent_changes_one_wins(database: Database) -> None:
    store = notes()
    made = await store.create(database, a_command(), writing("One"))
    results = await asyncio.gather(
        *[store.change(database, a_command(f"k{n}"), made.id, 1, renaming(f"T{n}")) for n in range(12)],
        return_exceptions=True,
    )
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert sum(isinstance(result, Stale) for result in results) == 11
    assert len(await outbox(database)) == 2


async def test_many_concurrent_tries_under_one_key_have_one_effect_and_one_answer(database: Database) -> None:
    store = notes()
    answers = await asyncio.gather(*[store.create(database, a_command("k"), writing("One")) for _ in range(20)])
    assert len({answer.id for answer in answers}) == 1
    assert len(await outbox(database)) == 1


async def test_a_change_waits_for_its_guard_and_is_decided_anew_when_the_guard_moved(database: Database) -> None:
    store = notes()
    guard = await store.create(database, a_command(), writing("Guard"))
    made = await store.create(database, a_command(), writing("One"))
    seen: list[int] = []

    async def decide(present: Note, connection: Connection) -> Decision:
        held = await store.load(connection, guard.id)
        seen.append(held.version)
        if len(seen) == 1:
            await store.change(database, a_command(), guard.id, 1, renaming("Guard moved"))
        return Decision((present.rename(held.title),), (Guard(note, held.id, held.version),))

    answer = await store.change(database, a_command(), made.id, 1, decide)
    assert seen == [1, 2]
    assert json.loads(answer.body)["title"] == "Guard moved"


async def test_several_messages_of_one_command_keep_their_order(database: Database) -> None:
    store = notes()
    made = await store.create(database, a_command(), writing("One"))

    async def thrice(present: Note, _: Connection) -> Decision:
        return Decision((present.rename("A"), present.rename("B"), present.rename("C")))

    await store.change(database, a_command(), made.id, 1, thrice)
    rows = await database.command.fetch("SELECT ordinal, data->>'title' FROM outbox WHERE version = 2 ORDER BY id")
    assert [tuple(row) for row in rows] == [(1, "A"), (2, "B"), (3, "C")]


async def test_the_confidential_part_is_encrypted_and_stays_out_of_document_message_and_key(database: Database) -> None:
    store = notes()
    answer = await store.create(database, a_command("k1"), writing("One", secret="passport C1234567"))
    assert b"C1234567" not in answer.body
    row = await database.command.fetchrow("SELECT document::text, confidential FROM note")
    assert row is not None
    assert "C1234567" not in row["document"]
    assert b"C1234567" not in row["confidential"]
    assert "C1234567" not in await database.command.fetchval("SELECT data::text FROM outbox")
    assert "C1234567" not in await database.command.fetchval("SELECT body FROM idempotency")
    async with database.command.acquire() as connection:
        assert (await store.load(connection, answer.id)).secret == "passport C1234567"


async def test_an_older_or_missing_encrypted_part_is_found(database: Database) -> None:
    store = notes()
    made = await store.create(database, a_command(), writing("One", secret="first"))
    older = await database.command.fetchval("SELECT confidential FROM note")
    await store.change(database, a_command(), made.id, 1, renaming("Two"))
    for put in (older, None):
        await database.command.execute("UPDATE note SET confidential = $1", put)
        async with database.command.acquire() as connection:
            with pytest.raises(Undecryptable, match=str(made.id)):
                await store.load(connection, made.id)


@pytest.mark.parametrize("sensitivity", [RESTRICTED, "of a later release"])
async def test_of_a_restricted_record_document_and_message_are_an_envelope(
    database: Database, sensitivity: str
) -> None:
    store = notes()
    made = await store.create(database, a_command(), writing("Hidden title", sensitivity=sensitivity))
    document = await database.command.fetchval("SELECT document::text FROM note")
    assert "Hidden title" not in document
    assert "Hidden title" not in await database.command.fetchval("SELECT data::text FROM outbox")
    async with database.command.acquire() as connection:
        assert (await store.load(connection, made.id)).title == "Hidden title"


async def test_an_envelope_keeps_the_origin_and_no_number_or_file(database: Database) -> None:
    store, id = notes(), new_id()
    came = Provenance(origin="imported", file="hidden-file.csv", row=7, system="hidden-system")
    refs = (ExternalRef(system="hidden-system", id="HIDDEN-7"),)

    async def decide(_: Connection) -> tuple[Note, Decision]:
        fresh = Note(id=id, title="One", sensitivity=RESTRICTED, provenance=came, external_refs=refs)
        return fresh, Decision((NoteWritten(title="One"),))

    answer = await store.create(database, a_command("k"), decide)
    state = json.loads(answer.body)
    assert state["provenance"] == {"origin": "imported"}
    for table, column in (("note", "document"), ("outbox", "data"), ("idempotency", "body")):
        assert "hidden" not in (await database.command.fetchval(f"SELECT {column}::text FROM {table}")).lower()
    async with database.command.acquire() as connection:
        loaded = await store.load(connection, id)
    assert (loaded.provenance, loaded.external_refs) == (came, refs)


async def test_raising_sensitivity_moves_the_content_into_the_encrypted_part(database: Database) -> None:
    store = notes()
    made = await store.create(database, a_command(), writing("Open title"))
    await store.change(database, a_command(), made.id, 1, hiding)
    assert "Open title" not in await database.command.fetchval("SELECT document::text FROM note")


async def test_another_locality_cannot_read_a_restricted_row_and_a_query_without_scope_fails(
    database: Database,
) -> None:
    await notes().create(database, a_command(), writing("Hidden", sensitivity=RESTRICTED))
    other = Caller(subject="o", client="c", localities=frozenset({"VN-P-2025-04"}))
    own = Caller(subject="o", client="c", localities=frozenset({"VN-P-2025-33"}))
    ministry = Caller(subject="o", client="c", roles=frozenset({"ministry_officer"}))
    for caller, count in ((other, 0), (own, 1), (ministry, 1)):
        async with database.reading(caller) as connection:
            assert await connection.fetchval("SELECT count(*) FROM note") == count
    await database.command.execute("UPDATE note SET sensitivity = 'of a later release'")
    async with database.reading(other) as connection:
        assert await connection.fetchval("SELECT count(*) FROM note") == 0
    with pytest.raises(Exception, match=r"caytre\.|invalid input syntax"):
        await database.query.fetchval("SELECT count(*) FROM note")


async def test_a_record_that_fits_no_message_is_refused(database: Database) -> None:
    with pytest.raises(TooLarge):
        await notes().create(database, a_command(), writing("x" * 1_000_000))
    assert await outbox(database) == []


async def test_an_unknown_record_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        await notes().change(database, a_command("k"), new_id(), 1, renaming("Two"))


async def test_a_changed_or_removed_reading_is_found(database: Database) -> None:
    for reader in ("one", "two", "three"):
        await database.command.fetchval("SELECT record_reading($1, 1, $2, '')", new_id(), reader)
    tampering = {
        "UPDATE reading SET reader = 'nobody' WHERE position = 1": [1],
        "DELETE FROM reading WHERE position = 2": [2],
        "DELETE FROM reading WHERE position = 3": [2],
        "UPDATE reading SET reader = reader": [],
    }
    async with database.worker.acquire() as connection:
        await connection.execute("SET ROLE NONE")
        for statement, positions in tampering.items():
            async with connection.transaction():
                trial = connection.transaction()
                await trial.start()
                await connection.execute(statement)
                assert [found.position async for found in journal.verify_readings(connection)] == positions
                await trial.rollback()


async def test_of_two_reactions_that_begin_one_record_the_second_is_told_to_try_again(database: Database) -> None:
    store, id = notes(), new_id()

    async def begin(connection: Connection, title: str) -> bool:
        record, decision = Note(id=id, title=title), Decision((NoteWritten(title=title),))
        return await store.begin(a_command(), connection, record, decision)

    async with database.worker.acquire() as one, database.command.acquire() as two:
        beginning = one.transaction()
        await beginning.start()
        assert await begin(one, "One")
        beside = asyncio.create_task(begin(two, "Two"))
        await asyncio.sleep(0.2)
        assert not beside.done()
        await beginning.commit()
        with pytest.raises(BegunBeside) as told:
            await beside
        assert is_passing(told.value)
        assert await begin(two, "Two") is False
    assert await outbox(database) == [("caytre.note.written.v1", 1, 1)]


async def test_a_held_record_is_read_after_what_others_wrote_and_changed_by_nobody_else(database: Database) -> None:
    store = notes()
    made = await store.create(database, a_command(), writing("One"))
    async with database.worker.acquire() as reaction, reaction.transaction():
        assert await store.hold(reaction, [new_id(), made.id]) == [made.id]
        beside = asyncio.create_task(store.change(database, a_command(), made.id, 1, renaming("Two")))
        await asyncio.sleep(0.2)
        assert not beside.done()
        assert (await store.load(reaction, made.id)).title == "One"
    assert (await beside).version == 2
