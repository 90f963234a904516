"""`/docs` of the gateway: the documents of all services from one origin, those of HTTP as their services give them."""

from __future__ import annotations

from tests.builders.front import Front
from tests.house.sources import ROOT
from tests.service.gateway.conftest import House


async def test_a_services_openapi_document_comes_from_the_service(house: House) -> None:
    answer = await house.front.http.get("/docs/agreements/openapi.json")
    assert answer.content == (ROOT / "docs" / "openapi" / "agreements.json").read_bytes()
    page = await house.front.http.get("/docs/agreements/http")
    assert 'data-url="openapi.json"' in page.text


async def test_messages_are_shown_whether_their_service_answers_or_not(front: Front) -> None:
    answer = await front.http.get("/docs/events/asyncapi.json")
    assert answer.content == (ROOT / "docs" / "asyncapi" / "events.json").read_bytes()
    assert "caytre.lead.won.v1" in (await front.http.get("/docs/events/messages")).text
    assert (await front.http.get("/docs/events/openapi.json")).status_code == 503


async def test_what_is_no_service_has_no_documents(front: Front) -> None:
    for path in ("nobody/http", "nobody/openapi.json", "nobody/asyncapi.json", "gateway/messages", "caytre/messages"):
        assert (await front.http.get(f"/docs/{path}")).status_code == 404
