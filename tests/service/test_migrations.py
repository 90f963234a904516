"""Migrations on a real PostgreSQL: they make what the code declares, and there is a way back."""

from __future__ import annotations

from importlib import import_module

import asyncpg
import pytest

from caytre.core.service import Service
from caytre.core.storing import migrations
from tests.engines import CreateDatabase

SERVICES = ("agreements", "delegations", "events", "gateway", "notifications")

_OBJECTS = """
SELECT 'relation ' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relname NOT LIKE '%alembic_version%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'function ' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1
"""


def _service(name: str) -> Service:
    service: Service = import_module(f"caytre.{name}.main").service
    return service


async def _objects(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row["name"] for row in await connection.fetch(_OBJECTS)]
    finally:
        await connection.close()


@pytest.mark.parametrize("name", SERVICES)
async def test_migrations_make_exactly_the_declared_tables(name: str, create_database: CreateDatabase) -> None:
    service, url = _service(name), create_database(name)
    await migrations.migrate(url, service.migrations)
    await migrations.check(url, service.migrations)
    made = await _objects(url)
    assert {f"relation {table}" for table in service.metadata.tables} <= set(made)


@pytest.mark.parametrize("name", SERVICES)
async def test_there_is_a_way_back_that_leaves_nothing_and_forward_again(
    name: str, create_database: CreateDatabase
) -> None:
    service, url = _service(name), create_database(name)
    await migrations.migrate(url, service.migrations)
    first = await _objects(url)
    await migrations.downgrade(url, service.migrations)
    assert await _objects(url) == []
    await migrations.migrate(url, service.migrations)
    assert await _objects(url) == first


@pytest.mark.parametrize("name", SERVICES)
async def test_migrating_again_changes_nothing(name: str, create_database: CreateDatabase) -> None:
    # Every replica migrates before it starts; all but the first find the work done.
    service, url = _service(name), create_database(name)
    await migrations.migrate(url, service.migrations)
    before = await _objects(url)
    await migrations.migrate(url, service.migrations)
    assert await _objects(url) == before


@pytest.mark.parametrize("name", SERVICES)
async def test_the_role_that_queries_can_write_nothing(name: str, create_database: CreateDatabase) -> None:
    service, url = _service(name), create_database(name)
    await migrations.migrate(url, service.migrations)
    connection = await asyncpg.connect(url, server_settings={"role": f"caytre_{name}_query"})
    try:
        for table in service.metadata.tables:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f'DELETE FROM "{table}"')
    finally:
        await connection.close()


@pytest.mark.parametrize("name", SERVICES)
async def test_the_role_that_queries_reads_neither_who_acted_nor_what_waits(
    name: str, create_database: CreateDatabase
) -> None:
    service, url = _service(name), create_database(name)
    await migrations.migrate(url, service.migrations)
    owner = await asyncpg.connect(url)
    shown = {
        (table.name, column.name)
        for table in service.metadata.tables.values()
        for column in table.columns
        if await owner.fetchval(
            "SELECT has_column_privilege($1, $2, $3, 'SELECT')", f"caytre_{name}_query", table.name, column.name
        )
    }
    await owner.close()
    assert not shown & {("journal", "actor"), ("journal", "hash"), ("relay", "owner"), ("relay", "topic")}
    hidden = {"outbox", "idempotency", "reading", "reading_head", "parked", "discarded", "reacted", "rebuild"}
    assert not {table for table, _ in shown} & (hidden | {"partner_name", "stay", "known_partner", "plan_year"})
    assert ("journal", "data") in shown


@pytest.mark.parametrize("name", SERVICES)
async def test_a_query_without_a_readers_scope_fails_instead_of_showing_anything(
    name: str, create_database: CreateDatabase
) -> None:
    service, url = _service(name), create_database(name)
    await migrations.migrate(url, service.migrations)
    owner = await asyncpg.connect(url)
    guarded = await owner.fetch(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind = 'r'"
    )
    query = await asyncpg.connect(url, server_settings={"role": f"caytre_{name}_query"})
    try:
        records = {table.name for table in service.metadata.tables.values() if table.info.get("record")}
        assert records | {"journal"} <= {row["relname"] for row in guarded}
        for sensitivity in ("internal", "restricted"):
            with pytest.raises(asyncpg.PostgresError, match=r"caytre\.|boolean"):
                await query.fetch("SELECT FROM unnest($1::text[]) s WHERE may_read(s, '{}', '{}', '{}')", [sensitivity])
    finally:
        await owner.close()
        await query.close()
