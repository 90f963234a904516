"""A service that is nothing but its kernel, and backlogs for it made in SQL."""

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from caytre.core.storing import rights
from caytre.core.storing.tables import kernel, new_metadata, record_table
from caytre.local.postgres import Postgres

SERVICE = "bench"

metadata = new_metadata()
kernel(metadata)
record_table("record", metadata)

#: So many commands at once, of as many records: data of about `bytes` bytes, each with the header columns of a real
#: command, one in ten sampled.
_BACKLOG = """
INSERT INTO outbox (message_id, type, record_id, version, ordinal, data, sensitivity, localities, occurred_at, actor,
                    pseudonym, traceparent, correlation_id)
SELECT uuidv7(), 'caytre.record.noted.v1', uuidv7(), 1, 1,
       json_build_object('text', repeat('x', $2 - 60), 'state', json_build_object('n', n)),
       'internal', '{VN-P-2025-33}', clock_timestamp(), 'officer@example.org', 'p-4f1c2d3e4b5a69788796a5b4c3d2e1f0',
       '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-' || CASE WHEN n % 10 = 0 THEN '01' ELSE '00' END,
       uuidv7()
FROM generate_series(1, $1) n
"""


async def lay(postgres: Postgres) -> str:
    """Make the service's database with tables, functions, roles and policies; returns its address."""
    postgres.ensure_database(SERVICE)
    url = postgres.database_url(SERVICE)
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    plain = await asyncpg.connect(url)
    try:
        for statement in (*rights.kernel(SERVICE), *rights.records(SERVICE, ["record"])):
            await plain.execute(statement)
    finally:
        await plain.close()
    return url


#: Rows as if relayed and published long ago. Nobody verifies their chain here, so the hashes only have their length.
_JOURNAL = """
INSERT INTO journal (position, epoch, message_id, type, record_id, version, ordinal, data, sensitivity, localities,
                     occurred_at, actor, pseudonym, traceparent, correlation_id, recorded_at, data_sha256, hash)
SELECT $1 + n, 1, uuidv7(), 'caytre.record.noted.v1', uuidv7(), 1, 1,
       json_build_object('text', repeat('x', $3 - 60), 'state', json_build_object('n', n)),
       'internal', '{VN-P-2025-33}', clock_timestamp(), 'officer@example.org', 'p-4f1c2d3e4b5a69788796a5b4c3d2e1f0',
       '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00', uuidv7(), clock_timestamp(),
       sha256(int8send($1 + n)), sha256(int8send($1 + n))
FROM generate_series(1, $2) n
"""
_STEP = 100_000


async def grow(connection: "asyncpg.Connection[asyncpg.Record]", rows: int, size: int) -> None:
    """Put `rows` published messages straight into the journal; nobody may lead meanwhile."""
    position = int(await connection.fetchval("SELECT position FROM relay"))
    for first in range(0, rows, _STEP):
        await connection.execute(_JOURNAL, position + first, min(_STEP, rows - first), size)
    await connection.execute("UPDATE relay SET position = $1, published = $1", position + rows)
    await connection.execute("VACUUM ANALYZE journal")


async def fill(connection: "asyncpg.Connection[asyncpg.Record]", rows: int, size: int) -> None:
    """Put `rows` messages of about `size` bytes into the outbox in one transaction."""
    await connection.execute(_BACKLOG, rows, size)
