"""A gateway database with its views, fresh for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from caytre.core import migrations
from caytre.core.database import Database
from caytre.gateway.main import MIGRATIONS
from tests.engines import CreateDatabase


@pytest.fixture
async def url(create_database: CreateDatabase) -> str:
    """The address of a migrated database."""
    url = create_database("gateway")
    await migrations.migrate(url, MIGRATIONS)
    return url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """Its pools."""
    database = await Database.open("gateway", url)
    yield database
    await database.close()
