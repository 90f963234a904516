"""The gateway in this process before services on loopback ports, and the people who use it."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import uvicorn
from fastapi import FastAPI

from caytre.agreements.main import service as agreements
from caytre.core.consuming.received import Received
from caytre.core.relaying import journal
from caytre.core.relaying.publishing import Envelopes
from caytre.core.relaying.topics import events_topic, partition_of
from caytre.core.service import Role
from caytre.core.storing.database import Database, Row
from caytre.core.testing import deliver
from caytre.gateway.consumers import consumers
from caytre.gateway.main import service as gateway
from caytre.gateway.tables import VIEWS
from tests.builders.agreements_office import OFFICER, Office, Person
from tests.builders.desk import Issuer, settings_for


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The application behind a real server on a loopback port; its origin."""
    # With the protocol named, asyncio turns Nagle off for what is accepted.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve([listener]))
    while not server.started:
        assert not task.done(), task
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


@asynccontextmanager
async def an_agreements_service(
    folder: Path, issuer: Issuer, url: str, *, kafka: str = "nowhere:9092", role: Role = "api"
) -> AsyncIterator[tuple[str, Office]]:
    """The agreements service on a port, and its people speaking to it directly."""
    ring = folder / "keys.json"
    ring.write_text(json.dumps({"primary": "k1", "keys": {"k1": base64.b64encode(b"k" * 32).decode()}}))
    settings = settings_for(folder, issuer, database_url=url, kafka_bootstrap_servers=kafka, data_keys=ring)
    app = agreements.app(settings, role)
    async with serving(app) as origin, httpx2.AsyncClient(base_url=origin, trust_env=False) as http:
        yield origin, Office(http, issuer, app.state.database)


@dataclass
class Front:
    """A client of the gateway that speaks for anybody, and what stands behind it."""

    app: FastAPI
    http: httpx2.AsyncClient
    issuer: Issuer
    carried: int = 0

    @property
    def database(self) -> Database:
        """The gateway's pools."""
        database: Database = self.app.state.database
        return database

    async def get(self, path: str, by: Person = OFFICER, **headers: str) -> httpx2.Response:
        """A question; header names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.get(path, headers={"authorization": f"Bearer {self.issuer.token(**by)}"} | named)

    async def carry(self, office: Office, *, twice: bool = True) -> list[Received]:
        """Journal what the office has done and apply it to the views, as relay, topic and consumer would."""
        async with office.database.worker.acquire() as connection:
            await connection.fetchval(journal.COLLECT, "agreements", 0, 10_000)
            rows = await connection.fetch(journal.PAGE, self.carried, 10_000)
        envelopes = Envelopes("agreements", {})
        messages = [_received(envelopes, row) for row in rows]
        self.carried = rows[-1]["position"] if rows else self.carried
        await deliver(consumers, self.database, messages, twice=twice)
        return messages


def _received(envelopes: Envelopes, row: Row) -> Received:
    partition = partition_of(row["record_id"])
    headers = envelopes.headers(row, partition, row["traceparent"])
    topic, offset = events_topic("agreements"), row["position"]
    return Received(topic, partition, offset, row["at_ms"], row["record_id"], row["data"], headers)


@asynccontextmanager
async def a_front(
    folder: Path,
    issuer: Issuer,
    url: str,
    services: Mapping[str, str],
    *,
    kafka: str = "nowhere:9092",
    role: Role = "api",
) -> AsyncIterator[Front]:
    """The gateway over the database at `url`, before these services."""
    settings = settings_for(
        folder, issuer, database_url=url, kafka_bootstrap_servers=kafka, services=dict(services), max_body_bytes=65536
    )
    app = gateway.app(settings, role)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://gateway") as http,
    ):
        yield Front(app, http, issuer)


async def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Everything the gateway's views hold."""
    return {
        view.name: [tuple(row) for row in await database.worker.fetch(f"SELECT * FROM {view.name} v ORDER BY v")]
        for view in VIEWS
    }


async def fold(database: Database, messages: Sequence[Received]) -> None:
    """Let the views follow the messages; one by one, in batches, again or from nothing, they hold the same."""
    for message in messages:
        await deliver(consumers, database, [message], twice=False)
    singly = await contents(database)
    await deliver(consumers, database, messages)
    assert await contents(database) == singly
    for view in (*VIEWS, "checkpoint"):
        await database.worker.execute(f"DELETE FROM {view}")
    await deliver(consumers, database, messages)
    assert await contents(database) == singly
