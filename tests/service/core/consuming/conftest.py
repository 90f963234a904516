"""The database of a listener, which has consumers and no records, and a log for it to hear."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from caytre.core.storing.database import Database
from caytre.core.testing import Log
from caytre.local.kafka import Kafka
from tests.builders.listening import SERVICE, lay
from tests.builders.running import a_log
from tests.engines import CreateDatabase


@pytest.fixture
async def url(create_database: CreateDatabase) -> str:
    url = create_database(SERVICE)
    await lay(url)
    return url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = await Database.open(SERVICE, url)
    yield database
    await database.close()


@pytest.fixture
async def log(kafka: Kafka) -> Log:
    return await a_log(kafka)
