"""HEAD wherever there is GET: the same status and headers, no content, and nothing that goes on behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from caytre.core.policy import Policy
from caytre.core.web.app import Router, create_app
from tests.builders.desk import Issuer, client_of, desk, settings_for
from tests.builders.front import serving

PAPER = "/papers/0198c2d4-0000-7000-8000-000000000001"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    issuer = Issuer(tmp_path)
    async with client_of(desk(tmp_path, issuer), issuer.token()) as client:
        yield client


@pytest.mark.parametrize("path", [PAPER, "/papers", "/problems", "/health/live", "/nowhere", "/papers?misspelt=1"])
async def test_it_answers_as_get_does_without_the_content(client: httpx2.AsyncClient, path: str) -> None:
    whole, head = await client.get(path), await client.head(path)
    assert head.status_code == whole.status_code
    assert head.content == b""
    varying = {"date", "traceparent"}
    if path != "/health/live":
        assert {k: v for k, v in head.headers.items() if k not in varying} == {
            k: v for k, v in whole.headers.items() if k not in varying
        }


async def test_conditions_hold_and_a_token_is_needed(client: httpx2.AsyncClient) -> None:
    tag = (await client.head(PAPER)).headers["etag"]
    assert (await client.head(PAPER, headers={"if-none-match": tag})).status_code == 304
    assert (await client.head(PAPER, headers={"authorization": ""})).status_code == 401


async def test_where_nothing_is_read_there_is_no_head(client: httpx2.AsyncClient) -> None:
    answer = await client.head(f"{PAPER}/stamp")
    assert answer.status_code == 405
    assert "HEAD" not in answer.headers["allow"]


def _streaming(folder: Path, ended: asyncio.Event) -> FastAPI:
    router = Router()

    async def forever() -> AsyncIterator[str]:
        try:
            while True:
                yield "event: tick\n\n"
                await asyncio.sleep(0.01)
        finally:
            ended.set()

    @router.get("/ticks", openapi_extra={"security": []})
    async def ticks() -> StreamingResponse:
        return StreamingResponse(forever(), media_type="text/event-stream")

    return create_app("ticking", [router], settings_for(folder, Issuer(folder)), policy=Policy({}))


async def test_a_stream_is_not_begun_for_a_head(tmp_path: Path) -> None:
    ended = asyncio.Event()
    async with serving(_streaming(tmp_path, ended)) as origin, httpx2.AsyncClient(trust_env=False) as client:
        for _ in range(3):
            # On one connection: what is behind a head must not hold it up.
            answer = await client.head(f"{origin}/ticks", timeout=5)
            assert (answer.status_code, answer.headers["content-type"], answer.content) == (
                200, "text/event-stream; charset=utf-8", b"",
            )  # fmt: skip
        await asyncio.wait_for(ended.wait(), 5)
        async with client.stream("GET", f"{origin}/ticks", timeout=5) as stream:
            assert await anext(stream.aiter_lines()) == "event: tick"
