"""The delegations service over a database of its own, migrated once and copied for each test."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from caytre.core.storing import migrations
from caytre.delegations.main import service
from caytre.local.postgres import Postgres
from tests.builders.delegations_office import Office, an_office
from tests.builders.desk import Issuer
from tests.engines import making_databases

_numbers = itertools.count(1)


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> str:
    """The name of a database that every test's is copied from."""
    with making_databases():
        name = postgres.ensure_database("delegations", f"caytre_delegations_template_{_worker()}")
    asyncio.run(migrations.migrate(postgres.database_url("delegations", name), service.migrations))
    return name


@contextmanager
def _copy(postgres: Postgres, migrated: str) -> Iterator[str]:
    name = postgres.ensure_database(
        "delegations", f"caytre_delegations_{_worker()}_copy_{next(_numbers)}", template=migrated
    )
    yield postgres.database_url("delegations", name)
    postgres.drop_database(name)


@pytest.fixture
def url(postgres: Postgres, migrated: str) -> Iterator[str]:
    with _copy(postgres, migrated) as url:
        yield url


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture
async def office(tmp_path: Path, issuer: Issuer, url: str) -> AsyncIterator[Office]:
    async with an_office(tmp_path, issuer, url) as office:
        yield office


@pytest.fixture(scope="module")
async def shared(
    postgres: Postgres, migrated: str, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    """One office for the tests of a module that leave nothing behind, or name all they leave."""
    with _copy(postgres, migrated) as url:
        async with an_office(tmp_path_factory.mktemp("office"), issuer, url) as office:
            yield office
