"""The database of a notebook, the smallest service there is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from caytre.core.storing.database import Database
from tests.builders.notebook import SERVICE, lay, opened
from tests.engines import CreateDatabase


@pytest.fixture
async def url(create_database: CreateDatabase) -> str:
    url = create_database(SERVICE)
    await lay(url)
    return url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = await opened(url)
    yield database
    await database.close()
