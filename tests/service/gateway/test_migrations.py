"""Migrations make exactly the declared tables, and can be taken back and made again."""

from __future__ import annotations

import asyncpg

from caytre.core.storing import migrations
from caytre.gateway.main import MIGRATIONS
from tests.engines import CreateDatabase

_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_FUNCTIONS = """
SELECT count(*) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""


async def test_up_is_what_is_declared_and_down_leaves_nothing(create_database: CreateDatabase) -> None:
    url = create_database("gateway")
    await migrations.migrate(url, MIGRATIONS)
    await migrations.check(url, MIGRATIONS)
    await migrations.downgrade(url, MIGRATIONS)
    connection = await asyncpg.connect(url)
    try:
        assert await connection.fetchval(_TABLES) == 0
        assert await connection.fetchval(_FUNCTIONS) == 0
        await migrations.migrate(url, MIGRATIONS)
        assert await connection.fetchval(_TABLES) > 0
    finally:
        await connection.close()


async def test_a_database_tells_its_revision_and_one_that_cannot_be_asked_tells_none(
    create_database: CreateDatabase,
) -> None:
    url = create_database("gateway")
    assert await migrations.revision(url) is None
    await migrations.migrate(url, MIGRATIONS)
    assert await migrations.revision(url) == migrations.head(MIGRATIONS)
    assert await migrations.revision("postgresql://nobody@127.0.0.1:1/none") is None
