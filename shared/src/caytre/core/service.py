"""A service in one place: its parts, and the processes that run them.

`python -m caytre.<service> serve --role all|api|worker --port N`, `… migrate`, `… openapi` and `… asyncapi`. Role `api`
answers HTTP; role `worker` relays and consumes and answers health and operations only; `all` does both in one process.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import sqlalchemy as sa
import structlog
import uvicorn
from aiokafka.errors import KafkaError
from fastapi import APIRouter, FastAPI

from caytre.core import clock, logs, telemetry
from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.measuring import consumer_sources
from caytre.core.consuming.operations import Awaits, operations_router
from caytre.core.consuming.running import Consumer
from caytre.core.faults import said_shortly
from caytre.core.health import Health
from caytre.core.housekeeping import House
from caytre.core.keyring import Keyring
from caytre.core.outliving import Outliving
from caytre.core.policy import Policy
from caytre.core.relaying.audit import Heads, signing_key
from caytre.core.relaying.feed import feed_router
from caytre.core.relaying.following import Followers, Watch
from caytre.core.relaying.journey import journey_router
from caytre.core.relaying.measuring import relay_source
from caytre.core.relaying.notifier import Notifier
from caytre.core.relaying.relay import Relay
from caytre.core.relaying.topics import ensure_topics
from caytre.core.schemas import asyncapi
from caytre.core.scraping import Scrape, Source, database_source
from caytre.core.server import Server
from caytre.core.settings import Settings
from caytre.core.storing import migrations
from caytre.core.storing.database import DISCONNECTS, Database
from caytre.core.storing.store import Store
from caytre.core.web.app import create_app
from caytre.core.web.docs import as_text

log = structlog.get_logger(__name__)

Role = Literal["all", "api", "worker"]

#: Seconds that a stopping relay may take to publish what was committed.
DRAINED_WITHIN = 5.0
#: A relay whose loop does not turn for so long (seconds) makes the process unready.
STUCK_SECONDS = 60.0
#: The exit code of a process that could not be opened, as uvicorn's own.
NOT_STARTED = 3


@dataclass(frozen=True)
class Service:
    """The parts of one service. `publishes` is False for the gateway, which owns no records."""

    name: str
    metadata: sa.MetaData
    migrations: Path
    policy: Policy
    routers: Sequence[APIRouter]
    stores: Sequence[Store[Any]] = ()
    consumers: Consumers | None = None
    publishes: bool = True
    description: str = ""
    #: Whether the service answers its own change feed and journey; the gateway composes those of the others.
    feeds: bool = True
    #: Further context managers entered with the application (clients of the gateway).
    extras: Sequence[Any] = field(default=())
    #: Work of the service's own that a worker does until it is cancelled, e.g. its timers; begun again when it fails.
    loops: Sequence[Callable[[FastAPI], Coroutine[Any, Any, None]]] = field(default=())
    #: What a worker measures beside relay and consumer, e.g. what is overdue.
    measures: Sequence[Callable[[Database], Source]] = field(default=())
    #: The next day whose beginning brings something about here, so that a rehearsal can pass over the others at once.
    awaits: Awaits | None = None

    def app(self, settings: Settings | None, role: Role = "all") -> FastAPI:
        """The application of one process. Without settings it only describes itself."""
        health = Health()
        routers = list(self.routers) if role != "worker" else []
        if self.feeds and role != "worker":
            routers += [feed_router(self.name), journey_router(self.name)]
        routers.append(operations_router(self.consumers, self.awaits))
        running = Running(self, settings, role, health) if settings is not None else None
        return create_app(
            self.name,
            routers,
            settings,
            running.lifespan if running is not None else None,
            policy=self.policy,
            health=health,
            description=self.description,
        )


class Running:
    """The open parts of one process: database, relay, consumer, housekeeping."""

    def __init__(self, service: Service, settings: Settings, role: Role, health: Health) -> None:
        self.service = service
        self.settings = settings
        self.role = role
        self.health = health
        self.relay: Relay | None = None
        self.consumer: Consumer | None = None

    @contextlib.asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """Open in the order of need; close in the reverse: consumer, relay (drained), pools, telemetry."""
        service, settings = self.service, self.settings
        async with contextlib.AsyncExitStack() as stack:
            loop = asyncio.get_running_loop()
            stack.callback(loop.set_exception_handler, loop.get_exception_handler())
            loop.set_exception_handler(logs.loop_failed)
            database = await self._database()
            stack.push_async_callback(database.close)
            app.state.database = database
            app.state.followers, app.state.watch = Followers(settings.most_followers), Watch(database)
            for store in service.stores:
                store.use(Keyring.read(service.name, _required(settings.data_keys, "CAYTRE_DATA_KEYS")))
            if self.role != "api":
                self._make_workers(database)
            app.state.relay, app.state.consumer = self.relay, self.consumer
            app.state.scrape = Scrape(self._sources(database))
            if service.publishes:
                # Not on the commands' connections: a hint is a commit of its own, and commands wait for theirs.
                notifier = Notifier(database.worker)
                database.committed = lambda: self._wake(notifier)
                stack.callback(notifier.stop)
            self._watch_health(database)
            for extra in service.extras:
                await stack.enter_async_context(extra(app))
            await stack.enter_async_context(self._working(app, database))
            # Everything made so far lives for ever: the collector need not look at it again, which is most of p99.
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 50, 100)
            log.info("started", role=self.role)
            yield

    async def _database(self) -> Database:
        # A worker's: two for a leading relay, three for reactions side by side, one for everything else.
        sizes = {"all": (6, 4, 6), "api": (8, 4, 1), "worker": (1, 1, 6)}[self.role]
        command, query, worker = sizes
        return await Database.open(
            self.service.name, self.settings.database_url, command=command, query=query, worker=worker
        )

    def _make_workers(self, database: Database) -> None:
        settings, service = self.settings, self.service
        if service.publishes:
            self.relay = Relay(service.name, database, settings.database_url, settings.kafka_bootstrap_servers)
        if service.consumers is not None:
            self.consumer = Consumer(service.consumers, database, self._kafka, settings.database_url)

    @property
    def _kafka(self) -> KafkaSettings:
        bootstrap = self.settings.kafka_bootstrap_servers
        production = self.settings.environment == "production"
        return KafkaSettings.production(bootstrap) if production else KafkaSettings(bootstrap)

    def _sources(self, database: Database) -> list[Source]:
        found = [database_source(database)]
        if self.relay is not None:
            found.append(relay_source(self.relay))
        if self.consumer is not None:
            found += consumer_sources(self.consumer)
        if self.role != "api":
            found += [source(database) for source in self.service.measures]
        return found

    def _wake(self, notifier: Notifier) -> None:
        if self.relay is not None and self.relay.leads:
            self.relay.wake()
        else:
            notifier.notify()

    def _watch_health(self, database: Database) -> None:
        async def answers() -> str | None:
            await database.command.fetchval("SELECT 1")
            return None

        async def relays() -> str | None:
            # That it is blocked, or that Kafka is away, keeps nobody from answering requests: the status tells it.
            turns = self.relay is None or monotonic() - self.relay.turned < STUCK_SECONDS
            return None if turns else "no turn"

        async def consumes() -> str | None:
            return None if self.consumer is None or self.consumer.healthy() else "no progress"

        self.health.add("database", answers)
        if self.relay is not None:
            self.health.add("relay", relays)
        if self.consumer is not None:
            self.health.add("consumer", consumes)

    def _looping(self, app: FastAPI) -> list[asyncio.Task[None]]:
        loops = [Outliving(loop.__name__, partial(loop, app)) for loop in self.service.loops]
        for loop in loops:
            self.health.add(loop.name, loop.healthy)
        return [asyncio.create_task(loop.run(), name=loop.name) for loop in loops]

    async def _consume(self, consumer: Consumer) -> None:
        # Who hears may start before who speaks: the topics are made by whoever needs them first.
        for topic in sorted(consumer.consumers.topics):
            try:
                async with asyncio.timeout(30):
                    await ensure_topics(self.settings.kafka_bootstrap_servers, topic.split(".")[1])
            except (KafkaError, *DISCONNECTS) as error:
                log.warning("topic could not be made; waiting for its speaker", topic=topic, error=said_shortly(error))
        await consumer.run()

    @contextlib.asynccontextmanager
    async def _working(self, app: FastAPI, database: Database) -> AsyncIterator[None]:
        key, heads = self.settings.signing_key, None
        if self.relay is not None and key is not None:
            heads = Heads(self.service.name, signing_key(key), self.settings.kafka_bootstrap_servers)
        tasks = []
        if self.role != "api":
            house = House(database, self.settings, self.relay, heads, self.service.consumers, self._kafka)
            # A house that is not kept holds up no request: it is told in the log, and no matter of health.
            tasks.append(asyncio.create_task(Outliving("housekeeping", house.keep).run(), name="housekeeping"))
            tasks += self._looping(app)
        if self.consumer is not None:
            tasks.append(asyncio.create_task(self._consume(self.consumer), name="consumer"))
        if "otlp" in telemetry.metric_exporters():
            tasks.append(asyncio.create_task(app.state.scrape.keep_looking(), name="measures"))
        relaying = asyncio.create_task(self.relay.run(), name="relay") if self.relay is not None else None
        try:
            yield
        finally:
            await _end(tasks)
            if self.relay is not None and relaying is not None:
                with contextlib.suppress(TimeoutError, KafkaError, *DISCONNECTS):
                    await asyncio.wait_for(self.relay.drained(), DRAINED_WITHIN)
                await _end([relaying])


async def _end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _required(path: Path | None, name: str) -> Path:
    if path is None:
        raise SystemExit(f"{name} is not set: it names the file with this service's data keys")
    return path


def run(service: Service, arguments: Sequence[str] | None = None) -> None:
    """The command line of one service's module."""
    parser = argparse.ArgumentParser(prog=f"python -m caytre.{service.name}", description=service.description)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answer HTTP, relay and consume")
    serve.add_argument("--role", choices=("all", "api", "worker"), default="all")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, required=True)
    commands.add_parser("migrate", help="bring the database up to date")
    commands.add_parser("openapi", help="print the OpenAPI 3.1 document")
    if asyncapi.speaks(service.name):
        commands.add_parser("asyncapi", help="print the AsyncAPI 3.0 document")
    chosen = parser.parse_args(arguments)
    if chosen.command == "openapi":
        sys.stdout.write(as_text(service.app(None).openapi()))
        return
    if chosen.command == "asyncapi":
        sys.stdout.write(as_text(asyncapi.document(service.name) or {}))
        return
    settings = Settings()
    clock.rehearse(settings.rehearsal_clock)
    logs.set_up(service.name, settings.log_level)
    if chosen.command == "migrate":
        asyncio.run(migrations.migrate(settings.database_url, service.migrations))
        return
    tracing = telemetry.set_up(service.name, role=chosen.role)
    # After its own orderly end uvicorn raises the signal again: without a handler the last spans would be cut off.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        app = service.app(settings, chosen.role)
        config = uvicorn.Config(
            app,
            host=chosen.host,
            port=chosen.port,
            log_config=None,
            access_log=False,
            server_header=False,
            # Nothing here asks who or what stands before the service.
            proxy_headers=False,
            timeout_graceful_shutdown=10,
        )
        server = Server(config, app.state.health, settings.unready_seconds)
        with contextlib.suppress(KeyboardInterrupt):
            server.run()
        if not server.started:
            sys.exit(NOT_STARTED)
    finally:
        tracing.close()
