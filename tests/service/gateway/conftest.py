"""The gateway with its views, fresh for each test, before the agreements service on a port."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from caytre.agreements.main import service as agreements
from caytre.core.storing import migrations
from caytre.core.storing.database import Database
from caytre.gateway.main import MIGRATIONS
from caytre.local.postgres import Postgres
from tests.builders.agreements_office import Office
from tests.builders.desk import Issuer
from tests.builders.front import Front, a_front, an_agreements_service
from tests.engines import making_databases

_numbers = itertools.count(1)


def _name(what: str) -> str:
    return f"caytre_{what}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def templates(postgres: Postgres) -> dict[str, str]:
    """Migrated databases that every test's are copied from."""
    made = {}
    for service, folder in {"gateway": MIGRATIONS, "agreements": agreements.migrations}.items():
        with making_databases():
            made[service] = postgres.ensure_database(service, _name(f"{service}_before_gateway"))
        asyncio.run(migrations.migrate(postgres.database_url(service, made[service]), folder))
    return made


@pytest.fixture
def urls(postgres: Postgres, templates: dict[str, str]) -> Iterator[dict[str, str]]:
    """The address of a migrated database for each service."""
    names = {
        service: postgres.ensure_database(service, _name(f"{service}_front_{next(_numbers)}"), template=template)
        for service, template in templates.items()
    }
    yield {service: postgres.database_url(service, name) for service, name in names.items()}
    for name in names.values():
        postgres.drop_database(name)


@pytest.fixture
async def database(urls: dict[str, str]) -> AsyncIterator[Database]:
    """The gateway's pools, without an application."""
    database = await Database.open("gateway", urls["gateway"])
    yield database
    await database.close()


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    """Who signs tokens."""
    return Issuer(tmp_path_factory.mktemp("issuer"))


@dataclass
class House:
    """The gateway and the agreements service behind it."""

    front: Front
    office: Office
    origin: str


@pytest.fixture
async def house(tmp_path: Path, issuer: Issuer, urls: dict[str, str]) -> AsyncIterator[House]:
    """Both, over databases of their own."""
    async with (
        an_agreements_service(tmp_path, issuer, urls["agreements"]) as (origin, office),
        a_front(tmp_path, issuer, urls["gateway"], {"agreements": origin}) as front,
    ):
        yield House(front, office, origin)


@pytest.fixture
async def front(tmp_path: Path, issuer: Issuer, urls: dict[str, str]) -> AsyncIterator[Front]:
    """The gateway alone: no service behind it answers."""
    async with a_front(tmp_path, issuer, urls["gateway"], {}) as front:
        yield front
