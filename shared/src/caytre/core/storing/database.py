"""Three pools on the service's own database, one per role, and the reading transaction behind row-level security.

Commands and consumers run single statements or short transactions; queries run read-only under a role that owns
nothing, with the reader's scope set for the transaction. No session state is ever set on a pooled connection, so
a release costs no round trip.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
from opentelemetry.trace import SpanKind

from caytre.core import telemetry
from caytre.core.caller import Caller

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
    Row = asyncpg.Record | Mapping[str, Any]
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool
    Row = asyncpg.Record

#: The database is away, restarting or has no room: answered with 503 and Retry-After, never with 500.
DISCONNECTS: tuple[type[BaseException], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    # What a request gets that meets a connection whose server was killed a moment ago.
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
    ConnectionError,
    OSError,
    TimeoutError,
)

_SCOPE = (
    "SELECT set_config('caytre.sees_all', $1, true), set_config('caytre.localities', $2, true), "
    "set_config('caytre.organisation', $3, true), set_config('caytre.countries', $4, true)"
)


async def _leave_no_transaction(connection: Connection) -> None:
    # A cancelled request must not hand its open transaction to the next one; otherwise nothing is sent.
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


def database_span(
    operation: str, table: str, record: UUID | None = None, reference: str | None = None
) -> AbstractContextManager[None]:
    """A CLIENT span around one statement, named as the OpenTelemetry database conventions want it."""
    return nullcontext() if telemetry.is_unsampled() else _database_span(operation, table, record, reference)


@contextmanager
def _database_span(operation: str, table: str, record: UUID | None, reference: str | None) -> Iterator[None]:
    attributes = {"db.system.name": "postgresql", "db.operation.name": operation, "db.collection.name": table}
    if record is not None:
        attributes[telemetry.RECORD] = str(record)
    if reference is not None:
        attributes[telemetry.REGISTER_NO] = reference
    span = telemetry.begin(f"{operation} {table}", SpanKind.CLIENT, attributes=attributes)
    try:
        yield
    except BaseException as error:
        telemetry.failed(span, error)
        raise
    finally:
        span.end()


def _nobody_to_wake() -> None:
    """A process without a relay and without a way to tell one; the relay's poll finds the rows."""


class Database:
    """The pools of one service: `command`, `query`, `worker`. `committed` is called after rows went to the outbox."""

    def __init__(self, service: str, command: Pool, query: Pool, worker: Pool) -> None:
        self.service = service
        self.command = command
        self.query = query
        self.worker = worker
        self.committed: Callable[[], None] = _nobody_to_wake

    @classmethod
    async def open(
        cls, service: str, url: str, *, command: int = 6, query: int = 4, worker: int = 3, statement_seconds: float = 30
    ) -> Database:
        """Open the pools with at most so many connections each. Raises one of DISCONNECTS when the server is away."""
        sizes = {"command": command, "query": query, "worker": worker}
        pools = await asyncio.gather(
            *[_pool(service, url, role, size, statement_seconds) for role, size in sizes.items()]
        )
        return cls(service, *pools)

    async def close(self, seconds: float = 5) -> None:
        """Close the pools: wait for running statements within `seconds`, then cut them off."""
        for pool in (self.command, self.query, self.worker):
            try:
                await asyncio.wait_for(pool.close(), seconds)
            except TimeoutError:
                pool.terminate()

    @asynccontextmanager
    async def reading(self, caller: Caller) -> AsyncIterator[Connection]:
        """A read-only transaction that sees only what the caller may see (row-level security is the second wall)."""
        async with self.query.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(
                _SCOPE,
                str(caller.sees_everything).lower(),
                ",".join(sorted(caller.localities)),
                caller.organisation or "",
                ",".join(sorted(caller.countries)) if caller.has("mission_officer") else "",
            )
            yield connection


async def _pool(service: str, url: str, role: str, size: int, statement_seconds: float) -> Pool:
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        command_timeout=statement_seconds,
        reset=_leave_no_transaction,
        server_settings={
            "role": f"caytre_{service}_{role}",
            "application_name": f"caytre-{service}-{role}",
            "idle_in_transaction_session_timeout": "60s",
            "jit": "off",
        },
    )
