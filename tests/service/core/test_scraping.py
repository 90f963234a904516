"""`/metrics` of a whole service: readable by the official parsers, right, open to scrapers only, and never failing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic

import httpx2
import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from caytre.core import scraping
from caytre.core.policy import Policy
from caytre.core.scraping import Scrape, database_source
from caytre.core.storing.database import Database
from caytre.core.web.app import create_app
from tests.builders.desk import Issuer, settings_for
from tests.builders.exposition import measuring, scraped, told
from tests.service.core.test_service import Client, client

pytestmark = pytest.mark.xdist_group("topics of the notebook")
__all__ = ["client"]
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
#: What an identity looks like that must not be a label.
PRIVATE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|@|officer|Secret")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    measuring()
    monkeypatch.setattr(scraping, "FRESH_SECONDS", 0.0)


async def test_the_official_parsers_read_it_and_find_what_happened(client: Client) -> None:
    before = await scraped(client.http)
    made = await client.post("/notes", {"title": "Secret"})
    await client.get("/nowhere/officer@example.org")
    published = before.total("relay_published_total")
    async with asyncio.timeout(30):
        while (found := await scraped(client.http)).total("relay_published_total") == published or found.total(
            "relay_unpublished"
        ):
            await asyncio.sleep(0.1)
    served = {"http_route": "/notes", "http_request_method": "POST", "http_response_status_code": "201"}
    counted = "http_server_request_duration_seconds_count"
    assert (found.total(counted, **served) or 0) - (before.total(counted, **served) or 0) == 1
    assert (found.total("database_up"), found.total("relay_leading")) == (1, 1)
    assert (found.total("outbox_depth"), found.total("relay_unpublished")) == (0, 0)
    assert found.by("db_client_connection_max", "db_client_connection_pool_name") == {
        "command": 6, "query": 4, "worker": 6,
    }  # fmt: skip
    text = (await client.http.get("/metrics")).text
    assert made.json()["id"] not in text
    for family in text_string_to_metric_families(text):
        assert re.fullmatch(r"[a-z_][a-z0-9_]*", family.name)
        assert family.documentation or family.name == "target_info"
        # Of a process it tells the number of its start (service.instance.id).
        for sample in family.samples if family.name != "target_info" else ():
            assert not [value for value in sample.labels.values() if PRIVATE.search(value)], sample


@pytest.fixture
async def scraper(database: Database, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an application that tells of its database only, and has nothing to start or stop."""
    app = create_app("watched", [], settings_for(tmp_path, Issuer(tmp_path)), policy=Policy({}))
    app.state.scrape = Scrape([database_source(database)])
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://watched") as http:
        yield http


async def test_openmetrics_is_told_to_who_asks_for_it(scraper: httpx2.AsyncClient) -> None:
    answer = await scraper.get("/metrics", headers={"accept": OPENMETRICS})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    families = openmetrics.text_string_to_metric_families(answer.text)  # type: ignore[no-untyped-call]
    names = {family.name for family in families}
    assert {"database_up", "db_client_connection_max", "process_cpu_seconds"} <= names
    plain = await scraper.get("/metrics")
    assert plain.headers["content-type"].startswith("text/plain")
    assert plain.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
async def test_through_a_proxy_there_is_no_such_page(scraper: httpx2.AsyncClient, header: str) -> None:
    assert (await scraper.get("/metrics", headers={header: "for=192.0.2.60"})).status_code == 404
    assert (await scraper.get("/metrics")).status_code == 200


async def test_scrapes_and_probes_are_not_counted(scraper: httpx2.AsyncClient) -> None:
    before = await scraped(scraper)
    await scraper.get("/health/live")
    found = await scraped(scraper)
    counted = "http_server_request_duration_seconds_count"
    assert found.total(counted) == before.total(counted)


async def test_a_scrape_succeeds_while_the_database_is_away(database: Database) -> None:
    scrape = Scrape([database_source(database)])
    assert told(bytes((await scrape.answer("")).body).decode()).total("database_up") == 1
    await database.close()
    answer = await scrape.answer("")
    found = told(bytes(answer.body).decode())
    assert (answer.status_code, found.total("database_up"), found.total("pg_oldest_xact_seconds")) == (200, 0, None)


async def test_a_database_that_hangs_holds_up_nobody_for_long(database: Database) -> None:
    scrape = Scrape([database_source(database)])
    async with AsyncExitStack() as stack:
        for _ in range(database.command.get_max_size()):
            await stack.enter_async_context(database.command.acquire())
        began = monotonic()
        await scrape.look()
        assert monotonic() - began < scraping.LOOK_SECONDS + 0.5
    assert told().total("database_up") == 0
    assert told().total("db_client_connection_count", db_client_connection_state="used") == 6
    await scrape.look()
    assert told().total("database_up") == 1


async def test_all_who_ask_at_once_share_one_look(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scraping, "FRESH_SECONDS", 2.0)
    asked = []

    async def find() -> None:
        asked.append(monotonic())
        await database.command.fetchval("SELECT pg_sleep(0.05)")

    scrape = Scrape([scraping.Source("counted", find, ())])
    await asyncio.gather(*[scrape.look() for _ in range(20)])
    assert len(asked) == 1


async def test_what_is_measured_shows_the_oldest_transaction(database: Database) -> None:
    async with database.worker.acquire() as connection, connection.transaction():
        await connection.fetchval("SELECT 1")
        await asyncio.sleep(0.3)
        await Scrape([database_source(database)]).look()
    assert 0.3 <= (told().total("pg_oldest_xact_seconds") or 0) < 30


async def test_where_nothing_is_measured_there_is_no_page(
    scraper: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_METRICS_EXPORTER", "none")
    assert (await scraper.get("/metrics")).status_code == 404
