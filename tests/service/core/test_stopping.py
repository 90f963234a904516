"""A process that is told to stop: unready at once, while its socket still takes what is on its way."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI

from caytre.core.health import Health
from caytre.core.server import Server
from caytre.local.ports import free_port


@pytest.fixture
def ignoring_the_signal() -> Iterator[None]:
    # After its orderly end uvicorn raises the signal again.
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("ignoring_the_signal")
async def test_it_is_unready_from_the_signal_on_and_still_answers() -> None:
    health = Health()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        health.started()
        yield

    app = FastAPI(lifespan=lifespan)
    app.include_router(health.router)
    port = free_port()
    server = Server(uvicorn.Config(app, port=port, log_config=None), health, 3.0)
    serving = asyncio.create_task(server.serve())
    url = f"http://127.0.0.1:{port}/health/ready"
    async with httpx2.AsyncClient() as client:
        async with asyncio.timeout(10):
            while not server.started:
                await asyncio.sleep(0.02)
        assert (await client.get(url)).status_code == 200
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(0.2)
    async with httpx2.AsyncClient() as client:
        assert (await client.get(url)).status_code == 503
    async with asyncio.timeout(10):
        await serving
    assert server.should_exit
