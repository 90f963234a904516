"""The events service over a database of its own, migrated once and copied for each test."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from caytre.core.storing import migrations
from caytre.core.testing import Log
from caytre.events.main import service
from caytre.local.postgres import Postgres
from tests.builders.desk import Issuer
from tests.builders.events_office import EventsOffice, an_events_office
from tests.engines import making_databases

_numbers = itertools.count(1)


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> str:
    """The name of a database that every test's is copied from."""
    with making_databases():
        name = postgres.ensure_database("events", f"caytre_events_template_{_worker()}")
    asyncio.run(migrations.migrate(postgres.database_url("events", name), service.migrations))
    return name


@contextmanager
def _copy(postgres: Postgres, migrated: str) -> Iterator[str]:
    name = postgres.ensure_database("events", f"caytre_events_{_worker()}_copy_{next(_numbers)}", template=migrated)
    yield postgres.database_url("events", name)
    postgres.drop_database(name)


@pytest.fixture
def url(postgres: Postgres, migrated: str) -> Iterator[str]:
    with _copy(postgres, migrated) as url:
        yield url


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture
async def office(tmp_path: Path, issuer: Issuer, url: str) -> AsyncIterator[EventsOffice]:
    async with an_events_office(tmp_path, issuer, url) as office:
        yield office


@pytest.fixture
def own() -> Log:
    """The service's own topic."""
    return Log("events")
