"""Views follow from messages alone: delivered twice, replayed, out of order between records, restricted and back."""

from __future__ import annotations

from uuid import UUID

from caytre.contracts.agreements import AgreementAmended
from caytre.contracts.message import Settlement
from caytre.core.caller import Caller
from caytre.core.consuming.applying import Applier
from caytre.core.consuming.received import Received
from caytre.core.storing.database import Database
from caytre.core.testing import Log, deliver
from caytre.gateway.consumers import consumers
from caytre.gateway.rows import rows_of
from tests.builders.front import contents, fold
from tests.builders.views import CAO_BANG, HUNG_YEN, OLD_THAI_BINH, Register, deadline


class Polled:
    """A message as the Kafka client hands it out."""

    def __init__(self, message: Received) -> None:
        self.offset, self.timestamp, self.value = message.offset, message.recorded_ms, message.data
        self.key: bytes | None = message.key.encode()
        self.headers: list[tuple[str, bytes]] = list(message.headers.items())


async def open_deadlines(database: Database, owner: UUID) -> set[tuple[str, str, int]]:
    rows = await database.worker.fetch(
        "SELECT code, discriminator, round FROM obligation WHERE owner_id = $1 AND met_at IS NULL", owner
    )
    return {tuple(row) for row in rows}


async def test_views_hold_the_last_state_every_act_and_what_is_open(database: Database) -> None:
    register = Register()
    partner = register.partner("Thành phố Minh Họa")
    agreement = register.agreement(partner, title="Thỏa thuận đào tạo")
    for step in (register.ask, register.answer, register.sign):
        step(agreement)
    await deliver(consumers, database, register.messages)
    row = await database.worker.fetchrow("SELECT * FROM agreement_view WHERE id = $1", agreement)
    assert row is not None
    assert (row["version"], row["status"], row["partner_ids"]) == (4, "SIGNED", [partner])
    assert "thoa thuan dao tao" in row["search"]
    assert "thanh pho minh hoa" in row["search"]
    assert str(row["signed_on"]) == "2026-03-20"
    assert await database.worker.fetchval("SELECT count(*) FROM act WHERE record_id = $1", agreement) == 4
    assert await open_deadlines(database, agreement) == {("AGR_PM_REPORT", "", 1)}


async def test_redelivery_and_replay_change_nothing(database: Database) -> None:
    register = Register()
    made = register.many(6)
    register.restrict(made[0])
    register.restrict(made[1])
    register.reopen(made[1])
    await deliver(consumers, database, register.messages, twice=False)
    once = await contents(database)
    await deliver(consumers, database, register.messages)
    assert await contents(database) == once
    assert len(once["agreement_view"]) == 6


async def test_a_batch_and_single_messages_leave_the_same_views(database: Database) -> None:
    register = Register()
    made = register.many(3)
    register.restrict(made[0])
    register.reopen(made[0])
    await fold(database, register.messages)
    assert len((await contents(database))["agreement_view"]) == 3


async def test_a_settlement_that_comes_first_lets_its_deadline_be_born_met(database: Database) -> None:
    register = Register()
    other = register.agreement()
    agreement = register.agreement()
    early = Settlement(owner=f"agreement/{agreement}", code="AGR_PLAN")
    settling = register.say(other, AgreementAmended(fields=(), draft=1, settles=(early,)))
    await deliver(consumers, database, register.messages, twice=False)
    plan = register.say(agreement, AgreementAmended(fields=(), draft=1, deadlines=(deadline("AGR_PLAN"),)))
    await deliver(consumers, database, [plan], twice=False)
    row = await database.worker.fetchrow("SELECT met_by, n FROM obligation WHERE owner_id = $1", agreement)
    assert row is not None
    assert (row["met_by"], row["n"]) == (settling.id, 15)


async def test_a_restricted_record_is_an_envelope_and_what_was_said_before_is_not_repeated(database: Database) -> None:
    register = Register()
    agreement = register.agreement(title="Thỏa thuận mật")
    register.restrict(agreement)
    await deliver(consumers, database, register.messages)
    row = await database.worker.fetchrow("SELECT * FROM agreement_view WHERE id = $1", agreement)
    assert row is not None
    assert (row["search"], row["status"], row["localities"]) == ("", "", [HUNG_YEN])
    assert "mật" not in row["document"]
    assert await database.worker.fetchval("SELECT count(*) FROM act WHERE changed IS NOT NULL") == 0


async def test_the_place_decides_and_not_the_version_after_a_restore(database: Database) -> None:
    register = Register()
    agreement = register.agreement(title="trước khi khôi phục")
    register.ask(agreement)
    await deliver(consumers, database, register.messages, twice=False)
    register.log, old = Log("agreements", epoch=2), register.log
    register.states[agreement].version = 1
    restored = register.say(agreement, AgreementAmended(fields=(), draft=1), title_vi="sau khi khôi phục")
    restored.offset = 1000
    await deliver(consumers, database, [*old.messages, restored], twice=False)
    row = await database.worker.fetchrow("SELECT version, epoch, search FROM agreement_view WHERE id = $1", agreement)
    assert row is not None
    assert (row["version"], row["epoch"]) == (2, 2)
    assert row["search"].startswith("sau khi khoi phuc")


async def test_unknown_types_fields_and_values_are_kept(database: Database) -> None:
    register = Register()
    agreement = register.agreement()
    state = register.states[agreement].model_dump(mode="json") | {"status": "DREAMT_OF", "novelty": 1, "version": 2}
    register.log.say("caytre.agreement.dreamt_of.v9", agreement, {"by": "whom"}, state=state)
    register.log.say("caytre.plan.approved.v1", Register().agreement(), {"n": 1}, state={"version": 1})
    await deliver(consumers, database, register.messages)
    row = await database.worker.fetchrow("SELECT status, document FROM agreement_view WHERE id = $1", agreement)
    assert row is not None
    assert row["status"] == "DREAMT_OF"
    assert '"novelty": 1' in row["document"]
    assert await database.worker.fetchval("SELECT count(*) FROM parked") == 0


async def test_the_second_wall_hides_a_restricted_record_and_all_that_hangs_on_it(database: Database) -> None:
    register = Register()
    hidden = register.agreement(place=CAO_BANG)
    register.ask(hidden)
    register.restrict(hidden)
    shown = register.agreement(place=OLD_THAI_BINH)
    await deliver(consumers, database, register.messages)
    stranger = Caller("o", "c", frozenset({"locality_officer"}), frozenset({HUNG_YEN}))
    own = Caller("o", "c", frozenset({"locality_officer"}), frozenset({CAO_BANG}))
    ids = {"agreement_view": "id", "act": "record_id", "obligation": "owner_id"}
    for table, column in ids.items():
        async with database.reading(stranger) as connection:
            seen = {row[0] for row in await connection.fetch(f"SELECT {column} FROM {table}")}
        assert hidden not in seen, table
        async with database.reading(own) as connection:
            seen = {row[0] for row in await connection.fetch(f"SELECT {column} FROM {table}")}
        assert hidden in seen, table
    async with database.reading(stranger) as connection:
        candidates = "SELECT agreement_candidates(NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,10)"
        assert [row[0] for row in await connection.fetch(candidates)] == [shown]


async def test_one_broken_message_in_a_large_batch_is_parked_alone(database: Database) -> None:
    register = Register()
    made = register.many(300)
    broken = made[150]
    state = register.states[broken].model_dump(mode="json") | {"version": 5}
    data = {"deadlines": [{"code": "AGR_PLAN"}]}
    register.log.say("caytre.agreement.amended.v1", broken, data, state=state, sequence=5)
    for each in made[200:]:
        register.ask(each, round=2)
    applier = Applier(consumers, database.worker.acquire)
    async with database.worker.acquire() as connection:
        partitions = await applier.checkpoints.open(connection, {message.tp for message in register.messages})
    polled = [(p, [Polled(m) for m in register.messages if m.tp == p.tp]) for p in partitions]
    assert await applier.process(polled) == []
    parked = await database.worker.fetch("SELECT key, error FROM parked")
    assert [row["key"] for row in parked] == [str(broken)]
    assert await database.worker.fetchval("SELECT count(*) FROM act") == len(register.messages) - 1
    assert await database.worker.fetchval("SELECT version FROM agreement_view WHERE id = $1", broken) == 4


def test_a_sensitivity_of_a_later_release_is_shown_as_restricted() -> None:
    register = Register()
    partner = register.partner(sensitivity="of a later release")
    rows = rows_of(register.messages)
    [row] = rows.partners
    assert row[-7:-1] == ([], [], "", "", "", None)
    assert rows.hidden[0][0] == str(partner)
