"""`/docs` of every service: its own documents, shown without anything from elsewhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from importlib import import_module
from urllib.parse import urljoin

import httpx2
import pytest

from tests.house.sources import ROOT, services

_LINK = re.compile(r'(?:href|src|data-url)="([^"#]+)"')


@pytest.fixture(params=services())
async def service(request: pytest.FixtureRequest) -> AsyncIterator[tuple[str, httpx2.AsyncClient]]:
    app = import_module(f"caytre.{request.param}.main").service.app(None)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service") as client:
        yield request.param, client


async def test_the_served_documents_are_the_committed_ones(service: tuple[str, httpx2.AsyncClient]) -> None:
    name, client = service
    for kind in ("openapi", "asyncapi"):
        answer, committed = await client.get(f"/{kind}.json"), ROOT / "docs" / kind / f"{name}.json"
        assert answer.status_code == (200 if committed.exists() else 404)
        if committed.exists():
            assert answer.content == committed.read_bytes()
            unchanged = await client.get(f"/{kind}.json", headers={"if-none-match": answer.headers["etag"]})
            assert unchanged.status_code == 304


async def test_every_link_of_the_pages_leads_somewhere_on_the_same_origin(
    service: tuple[str, httpx2.AsyncClient],
) -> None:
    name, client = service
    seen = {"/docs"}
    waiting = ["/docs"]
    while waiting:
        path = waiting.pop()
        # What the gateway has of the services it asks them for; there are none here.
        if name == "gateway" and path.endswith("openapi.json") and path != "/openapi.json":
            continue
        answer = await client.get(path)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            found = {urljoin(path, link) for link in _LINK.findall(answer.text)} - seen
            assert [link for link in found if not link.startswith("/")] == []
            seen |= found
            waiting += found
    assert {"/openapi.json", "/docs/http", "/docs/assets/swagger-ui-bundle.js", "/docs/assets/swagger-ui.css"} <= seen


async def test_the_pages_may_load_and_run_only_what_is_theirs(service: tuple[str, httpx2.AsyncClient]) -> None:
    _, client = service
    for path in ("/docs", "/docs/http"):
        answer = await client.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "http:" not in policy
        assert "//" not in answer.text


async def test_the_page_of_messages_names_every_message_with_its_members() -> None:
    app = import_module("caytre.agreements.main").service.app(None)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://service") as client:
        page = (await client.get("/docs/messages")).text
    types = import_module("caytre.contracts.agreements").MESSAGES
    assert [type_ for type_ in types if f'id="{type_}"' not in page] == []
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert {link for link in re.findall(r'href="#([^"]+)"', page)} - anchors == set()
    assert "AGR_PM_OPINION" in page


async def test_an_unknown_file_is_not_served(service: tuple[str, httpx2.AsyncClient]) -> None:
    _, client = service
    for name in ("redoc.standalone.js", "..%2Fdocs.py", "nothing"):
        assert (await client.get(f"/docs/assets/{name}")).status_code == 404
