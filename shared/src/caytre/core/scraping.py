"""`GET /metrics`: what a process has counted, and gauges that are looked for when somebody asks.

A look is a few small statements, shared by all who ask within two seconds. Whatever does not answer in time is left
out and told by `database_up` and `kafka_up`: a scrape succeeds while everything else is away. In front of a public
address stands a proxy; to whoever comes through one there is no such page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

import asyncpg
import structlog
from aiokafka.errors import KafkaError
from fastapi import APIRouter, Depends, Request
from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder
from starlette.responses import Response

from caytre.core.faults import said_shortly
from caytre.core.metrics import Gauge, database_connections, database_most_connections, database_up, oldest_transaction
from caytre.core.storing.database import DISCONNECTS, Database
from caytre.core.telemetry import metric_exporters
from caytre.core.web.http_refusals import NoSuchPage
from caytre.core.web.query_parameters import only_declared

log = structlog.get_logger(__name__)

#: What was found is told to everybody for so long; one look may take so long (seconds).
FRESH_SECONDS, LOOK_SECONDS = 2.0, 2.0
#: Who does not answer within this part of a look is away (seconds).
ANSWER_SECONDS = 1.5
#: How often it is looked where metrics are sent and not fetched (seconds).
PUSHED_EVERY = 10.0
#: What proxies put on a request (RFC 7239, RFC 9110 section 7.6.3, and the older custom).
_PROXIED = ("forwarded", "x-forwarded-for", "via")
_MISSED: tuple[type[BaseException], ...] = (KafkaError, asyncpg.PostgresError, *DISCONNECTS)

#: The roles that pools take may not see each other's sessions; the one that logged in may see its own. It is taken
#: for this statement only, before the sessions are looked at.
_OLDEST = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(a.xact_start)), 0)::float8
FROM (SELECT set_config('role', 'none', true) AS role OFFSET 0) AS taken
CROSS JOIN LATERAL pg_stat_get_activity(CASE taken.role WHEN 'none' THEN NULL::integer END) AS a
WHERE a.datid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND a.pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Source:
    """One question, and the gauges that are not known when it is not answered. `find` may raise what is missed."""

    name: str
    find: Callable[[], Awaitable[None]]
    gauges: Sequence[Gauge]


@dataclass
class Scrape:
    """The sources of one process."""

    sources: Sequence[Source]
    _looked: float = -FRESH_SECONDS
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _telling: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> None:
        """Ask all sources at once, unless somebody just did. Nothing that is away raises."""
        async with self._looking:
            if monotonic() - self._looked >= FRESH_SECONDS:
                await asyncio.gather(*map(_asked, self.sources))
                self._looked = monotonic()

    async def answer(self, accept: str) -> Response:
        """The exposition in the format that is asked for: Prometheus' text, or OpenMetrics."""
        await self.look()
        encode, media_type = choose_encoder(accept)
        # Hundreds of lines are made in another thread: requests go on meanwhile. One at a time: what two collect at
        # once, the library tells twice to one of them.
        async with self._telling:
            body = await asyncio.to_thread(encode, REGISTRY)
        return Response(body, headers={"Content-Type": media_type})

    async def keep_looking(self) -> None:
        """For metrics that are sent: until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(PUSHED_EVERY)


async def _asked(source: Source) -> None:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await source.find()
    except _MISSED as error:
        for gauge in source.gauges:
            gauge.forget()
        log.debug("not measured", source=source.name, error=said_shortly(error))


def database_source(database: Database) -> Source:
    """Whether the database answers, its oldest transaction, and the pools."""

    async def find() -> None:
        pools = {"command": database.command, "query": database.query, "worker": database.worker}
        counts = {name: (pool.get_idle_size(), pool.get_size()) for name, pool in pools.items()}
        database_connections.show_each(
            (count, {"db.client.connection.pool.name": name, "db.client.connection.state": state})
            for name, (idle, all_) in counts.items()
            for state, count in (("idle", idle), ("used", all_ - idle))
        )
        database_most_connections.show_each(
            (pool.get_max_size(), {"db.client.connection.pool.name": name}) for name, pool in pools.items()
        )
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                age = await database.command.fetchval(_OLDEST)
        except _MISSED:
            database_up.show(0)
            raise
        database_up.show(1)
        oldest_transaction.show(age)

    return Source("database", find, (oldest_transaction,))


router = APIRouter(include_in_schema=False, dependencies=[Depends(only_declared)])


@router.get("/metrics", openapi_extra={"security": []})
async def metrics(request: Request) -> Response:
    """The exposition, to whoever asks this process itself."""
    scrape: Scrape | None = getattr(request.app.state, "scrape", None)
    if scrape is None or "prometheus" not in metric_exporters() or any(name in request.headers for name in _PROXIED):
        raise NoSuchPage
    return await scrape.answer(request.headers.get("accept", ""))
