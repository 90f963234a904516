"""The migrations make what the tables declare, go back to nothing, and protect what they made."""

from __future__ import annotations

import asyncpg
import pytest

from caytre.agreements.main import service
from caytre.core.caller import Caller
from caytre.core.storing import migrations
from tests.builders.agreements_office import Office
from tests.engines import CreateDatabase


async def test_the_migrations_make_the_declared_tables_and_go_back_to_nothing(create_database: CreateDatabase) -> None:
    url = create_database("agreements")
    await migrations.migrate(url, service.migrations)
    await migrations.check(url, service.migrations)
    await migrations.downgrade(url, service.migrations)
    plain = await asyncpg.connect(url)
    left = await plain.fetch(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole "
        "UNION ALL SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') "
        "AND relname <> 'alembic_version'"
    )
    await plain.close()
    assert [row[0] for row in left] == []
    await migrations.migrate(url, service.migrations)


async def test_a_query_without_a_reader_fails_instead_of_showing_anything(office: Office) -> None:
    await office.draft()
    async with office.database.query.acquire() as connection:
        for question in ("SELECT id FROM agreement", "SELECT id FROM partner", "SELECT agreement_found('{%}')"):
            with pytest.raises(asyncpg.PostgresError):
                await connection.fetch(question)


async def test_the_reader_s_role_writes_nothing_and_the_search_shows_only_what_may_be_seen(office: Office) -> None:
    await office.draft(title_vi="Hồ sơ mở")
    await office.draft(title_vi="Hồ sơ kín", sensitivity="restricted")
    async with office.database.reading(Caller("neighbour", "tests", localities=frozenset({"VN-P-2008-04"}))) as reader:
        assert len(await reader.fetch("SELECT agreement_found('{%}')")) == 1
        with pytest.raises(asyncpg.PostgresError):
            await reader.execute("DELETE FROM agreement")


async def test_the_search_uses_its_index(office: Office) -> None:
    body = await office.database.command.fetchval("SELECT prosrc FROM pg_proc WHERE proname = 'agreement_found'")
    asked = body.replace("patterns[1]", "'%hoc%'").replace("patterns", "'{%hoc%,%dai%}'")
    async with office.database.command.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        for name in ("sees_all", "localities", "organisation", "countries"):
            await connection.execute(f"SET LOCAL caytre.{name} = ''")
        await connection.execute("SET LOCAL caytre.sees_all = 'false'")
        plan = await connection.fetch(f"EXPLAIN {asked}")
    assert any("ix_agreement_search" in row[0] for row in plan)
