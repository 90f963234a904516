"""Shadow copies of views: filled by a replay while the live ones serve, then swapped in one transaction.

The copy has everything the live table has: columns, defaults, constraints and indexes under the same names, storage
parameters, grants and row-level security. What it cannot copy, triggers and objects that depend on the table's
identity (SQL views, functions with a parsed body), a view must not have; the swap then fails and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from caytre.core.storing.database import Connection, Pool

#: What the apply path itself writes; filled beside the views, so that a rebuild parks and proceeds on its own.
OWN_TABLES = ("checkpoint", "parked", "passage")

_PARKED = """consumer, topic, partition, "offset", epoch, position, key, message_id, type, headers, value, record_at,
             error, attempts, parked_at"""
_INDEXES = """
SELECT c.relname AS name,
       regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE (UNIQUE )?INDEX .* ON .* USING ', '\\1')
       || coalesce((SELECT k.contype::text FROM pg_constraint k WHERE k.conindid = i.indexrelid LIMIT 1), '') AS form
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ($1::text || '.' || quote_ident($2))::regclass ORDER BY form, c.relname
"""
#: Indexes that only make reading fast: no constraint, and nothing that an upsert could name as its arbiter.
_SECONDARY = """
SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ($1::text || '.' || quote_ident($2))::regclass AND NOT i.indisunique AND NOT i.indisexclusion
"""
#: Seconds that one index of a large view may take to build, and the memory it may take for it.
_INDEX_SECONDS, _INDEX_MEMORY = 3600, "128MB"

_OPTIONS = "SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = ('public.' || quote_ident($1))::regclass"
_SECURITY = """
SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = ('public.' || quote_ident($1))::regclass
"""
_GRANTS = """
SELECT a.privilege_type AS privilege, quote_ident(pg_get_userbyid(a.grantee)) AS role
FROM pg_class c, aclexplode(c.relacl) a
WHERE c.oid = ('public.' || quote_ident($1))::regclass AND a.grantee <> 0 AND a.grantee <> c.relowner
"""
_POLICIES = """
SELECT quote_ident(policyname) AS name, permissive, cmd, qual, with_check,
       (SELECT string_agg(quote_ident(role), ', ') FROM unnest(roles) role WHERE role <> 'public') AS roles
FROM pg_policies WHERE schemaname = 'public' AND tablename = $1
"""


async def create(connection: Connection, catalogue: Pool, schema: str, prefix: str, views: Sequence[str]) -> list[str]:
    """Make the schema with empty copies, and drop what an abandoned rebuild left behind.

    `connection` has the schema first in its search path, `catalogue` has not: row-level security policies are read as
    the live tables say them and then mean the copies. Returns the statements that build the copies' secondary
    indexes, for `index`: built at the end they cost a fraction of what keeping them during the replay would.
    """
    for row in await connection.fetch("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)", prefix):
        await drop(connection, row["nspname"])
    await connection.execute(f'CREATE SCHEMA "{schema}"')
    for table in (*views, *OWN_TABLES):
        await connection.execute(f'CREATE TABLE "{schema}"."{table}" (LIKE public."{table}" INCLUDING ALL)')
    deferred = []
    for view in views:
        async with catalogue.acquire() as plain:
            await _dress(connection, plain, schema, view)
        for row in await connection.fetch(_SECONDARY, f'"{schema}"', view):
            deferred.append(row["definition"])
            await connection.execute(f'DROP INDEX "{schema}"."{row["name"]}"')
    return deferred


async def index(connection: Connection, definitions: Sequence[str]) -> None:
    """Build the secondary indexes of the filled copies."""
    await connection.execute(f"SET maintenance_work_mem = '{_INDEX_MEMORY}'")
    for definition in definitions:
        await connection.execute(definition, timeout=_INDEX_SECONDS)


async def drop(connection: Connection, schema: str) -> None:
    """Drop a shadow schema with everything in it."""
    await connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


async def _dress(connection: Connection, catalogue: Connection, schema: str, view: str) -> None:
    table = f'"{schema}"."{view}"'
    live = await connection.fetch(_INDEXES, "public", view)
    copies = await connection.fetch(_INDEXES, f'"{schema}"', view)
    if [row["form"] for row in live] != [row["form"] for row in copies]:
        raise asyncpg.DataError(f"the copy of {view} has other indexes than the view")
    for old, new in zip(live, copies, strict=True):
        if old["name"] != new["name"]:
            await connection.execute(f'ALTER INDEX "{schema}"."{new["name"]}" RENAME TO "{old["name"]}"')
    options = await connection.fetchval(_OPTIONS, view)
    if options:
        await connection.execute(f"ALTER TABLE {table} SET ({options})")
    for grant in await connection.fetch(_GRANTS, view):
        await connection.execute(f"GRANT {grant['privilege']} ON {table} TO {grant['role']}")
    security = await connection.fetchrow(_SECURITY, view)
    if security is not None and security["relrowsecurity"]:
        await connection.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    if security is not None and security["relforcerowsecurity"]:
        await connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for policy in await catalogue.fetch(_POLICIES, view):
        using = f" USING ({policy['qual']})" if policy["qual"] else ""
        check = f" WITH CHECK ({policy['with_check']})" if policy["with_check"] else ""
        await connection.execute(
            f"CREATE POLICY {policy['name']} ON {table} AS {policy['permissive']} FOR {policy['cmd']} "
            f"TO {policy['roles'] or 'public'}{using}{check}"
        )


async def analyse(connection: Connection, schema: str, views: Sequence[str]) -> None:
    """Statistics for the planner, before the first query meets the new tables."""
    for view in views:
        await connection.execute(f'ANALYZE "{schema}"."{view}"')


async def swap(
    connection: Connection, schema: str, consumer: str, topics: Sequence[str], views: Sequence[str], *, mixed: bool
) -> None:
    """Put the copies in the place of the views, in the caller's transaction, which holds the checkpoints' locks.

    What the rebuild parked replaces what was parked before; where reactions share the consumer (`mixed`), a parked
    message may be theirs and stays.
    """
    await connection.execute("DROP TABLE " + ", ".join(f'public."{view}"' for view in views))
    for view in views:
        await connection.execute(f'ALTER TABLE "{schema}"."{view}" SET SCHEMA public')
    if not mixed:
        await connection.execute("DELETE FROM public.parked WHERE consumer = $1 AND topic = ANY ($2)", consumer, topics)
    await connection.execute(
        f'INSERT INTO public.parked ({_PARKED}) SELECT {_PARKED} FROM "{schema}".parked ORDER BY id '
        "ON CONFLICT DO NOTHING"
    )
    await connection.execute(
        "UPDATE public.checkpoint SET generation = generation + 1 WHERE consumer = $1 AND topic = ANY ($2)",
        consumer,
        topics,
    )
