"""The notifications service over a database of its own, migrated once and copied for each test."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from caytre.core.storing import migrations
from caytre.local.postgres import Postgres
from caytre.notifications.main import service
from tests.builders.desk import Issuer
from tests.builders.notice_desk import NoticeDesk, a_notice_desk
from tests.engines import making_databases

_numbers = itertools.count(1)


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> str:
    """The name of a database that every test's is copied from."""
    with making_databases():
        name = postgres.ensure_database("notifications", f"caytre_notifications_template_{_worker()}")
    asyncio.run(migrations.migrate(postgres.database_url("notifications", name), service.migrations))
    return name


@pytest.fixture
def url(postgres: Postgres, migrated: str) -> Iterator[str]:
    name = postgres.ensure_database(
        "notifications", f"caytre_notifications_{_worker()}_copy_{next(_numbers)}", template=migrated
    )
    yield postgres.database_url("notifications", name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture
async def desk(tmp_path: Path, issuer: Issuer, url: str) -> AsyncIterator[NoticeDesk]:
    async with a_notice_desk(tmp_path, issuer, url) as desk:
        yield desk
