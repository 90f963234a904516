"""What every service's HTTP side does alike: commands, answers, conditions, pages, health, documents, spans."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx2
import pytest
from fastapi import APIRouter, Depends
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from starlette.responses import Response

from caytre.core import health as health_module
from caytre.core.command import Answer, Command
from caytre.core.health import Health
from caytre.core.ids import new_id
from caytre.core.policy import Policy, Rule
from caytre.core.pseudonyms import Pseudonyms
from caytre.core.schemas import serving as released_schemas
from caytre.core.web.app import Router, UnguardedRoute, create_app
from caytre.core.web.commanding import issuing, respond
from tests.builders.desk import POLICY, Issuer, client_of, desk, router, settings_for

PAPER = "/papers/0198c2d4-0000-7000-8000-000000000001"


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)


@pytest.fixture
async def client(tmp_path: Path, issuer: Issuer) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(desk(tmp_path, issuer), issuer.token()) as client:
        yield client


class Recorder:
    """An application whose only command is remembered."""

    def __init__(self, folder: Path, issuer: Issuer) -> None:
        self.commands: list[Command] = []
        routes = Router()

        @routes.api_route("/acts/{id}", methods=["POST", "PUT"])
        async def act(
            id: int, command: Annotated[Command, Depends(issuing("paper.write"))], mode: str | None = None
        ) -> Response:
            self.commands.append(command)
            return respond(Answer("paper", UUID(int=id), 4, 200, b"{}", replayed=id == 2))

        self.app = create_app("recorder", [routes], settings_for(folder, issuer), policy=POLICY)


async def test_a_command_knows_its_circumstances(tmp_path: Path, issuer: Issuer) -> None:
    recorder, correlation = Recorder(tmp_path, issuer), new_id()
    async with client_of(recorder.app, issuer.token(act={"sub": "officer-7"})) as client:
        await client.post(
            "/acts/1?mode=b", headers={"idempotency-key": "k 1", "correlation-id": str(correlation)}, content=b"x"
        )
        await client.put("/acts/1")
    posted, put = recorder.commands
    pseudonyms = Pseudonyms(settings_for(tmp_path, issuer).derived("pseudonym"))
    assert posted.key == "k 1"
    assert posted.correlation == correlation != put.correlation
    assert posted.actor == pseudonyms.of(posted.caller)
    assert posted.actor.count("~") == 1
    assert "officer" not in posted.actor
    assert posted.at.tzinfo is not None
    assert len(posted.fingerprint) == hashlib.sha256().digest_size
    assert put.key is None


async def test_the_fingerprint_is_the_request(tmp_path: Path, issuer: Issuer) -> None:
    recorder = Recorder(tmp_path, issuer)
    async with client_of(recorder.app, issuer.token()) as client:
        for path, body in (
            ("/acts/1", b"a"),
            ("/acts/1", b"a"),
            ("/acts/1", b"b"),
            ("/acts/2", b"a"),
            ("/acts/1?mode", b"a"),
        ):
            await client.post(path, headers={"idempotency-key": "k"}, content=body)
    prints = [command.fingerprint for command in recorder.commands]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 4


async def test_an_answer_names_its_version(tmp_path: Path, issuer: Issuer) -> None:
    async with client_of(Recorder(tmp_path, issuer).app, issuer.token()) as client:
        first = await client.post("/acts/1", headers={"idempotency-key": "k"})
        again = await client.post("/acts/2", headers={"idempotency-key": "k"})
    assert first.headers["etag"] == '"4"'
    assert first.headers["consistency-token"] == f"paper/{UUID(int=1)}@4"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"


async def test_a_created_record_has_a_location(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/papers", json={"title": "x"}, headers={"idempotency-key": "k"})
    assert (answer.status_code, answer.headers["location"]) == (201, "/papers/1")


@pytest.mark.parametrize(
    ("given", "status"),
    [('"3"', 304), ('W/"3"', 304), ('"1", "3"', 304), ("*", 304), ('"2"', 200), ("3", 200), ('"13"', 200), ("", 200)],
)
async def test_what_the_reader_has_is_not_sent_again(given: str, status: int, client: httpx2.AsyncClient) -> None:
    answer = await client.get(PAPER, headers={"if-none-match": given})
    assert answer.status_code == status
    assert answer.headers["etag"] == '"3"'
    assert bool(answer.content) is (status == 200)


async def test_pages_follow_each_other(client: httpx2.AsyncClient) -> None:
    seen, reference = [], "/papers?q=a%20b&limit=4"
    while reference:
        answer = await client.get(reference)
        assert answer.json()["position"] == 7
        seen += [item["n"] for item in answer.json()["items"]]
        links = {rel: target for target, rel in (part.split("; ") for part in answer.headers["link"].split(", "))}
        reference = links.get('rel="next"', "").strip("<>")
        assert links['rel="first"'] == "</papers?q=a+b&limit=4>"
    assert seen == list(range(1, 11))


@pytest.mark.parametrize("query", ["q=other&", "since=2026-01-01&", ""])
async def test_a_cursor_of_another_list_is_refused(query: str, client: httpx2.AsyncClient) -> None:
    cursor = (await client.get("/papers?q=mine")).json()["next"]
    answer = await client.get(f"/papers?{query}cursor={cursor}")
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/cursor-of-another-query"


async def test_health_follows_its_checks(tmp_path: Path, issuer: Issuer) -> None:
    health = Health()
    relay, reasons = health.heartbeat("relay", 1.0), [None, "no answer"]

    async def database() -> str | None:
        return reasons.pop(0)

    async def away() -> str | None:
        raise ConnectionRefusedError

    health.add("database", database)
    app = create_app("desk", [router], settings_for(tmp_path, issuer), policy=POLICY, health=health)
    async with client_of(app) as client:
        relay.beat()
        assert (await client.get("/health/ready")).json() == {
            "status": "ready",
            "checks": {"relay": "ok", "database": "ok"},
        }
        await asyncio.sleep(1.1)
        unready = await client.get("/health/ready")
        assert unready.status_code == 503
        assert unready.json()["checks"]["database"] == "no answer"
        assert unready.json()["checks"]["relay"].startswith("no turn for")
        relay.beat()
        health.add("database", away)
        assert (await client.get("/health/ready")).json()["checks"] == {
            "relay": "ok",
            "database": "ConnectionRefusedError",
        }
        assert (await client.get("/health/live")).status_code == 200
        health.stopping()
        assert (await client.get("/health/ready")).status_code == 503
        assert (await client.get("/health/live")).status_code == 200


async def test_a_check_that_hangs_is_a_failed_check(
    tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_module, "CHECK_SECONDS", 0.05)
    health = Health()

    async def hanging() -> str | None:
        await asyncio.sleep(60)
        return None

    health.add("database", hanging)
    app = create_app("desk", [router], settings_for(tmp_path, issuer), policy=POLICY, health=health)
    async with client_of(app) as client:
        assert (await client.get("/health/ready")).json()["checks"] == {"database": "TimeoutError"}


async def test_a_service_is_not_ready_before_it_has_started_nor_after(tmp_path: Path, issuer: Issuer) -> None:
    health = Health()
    app = create_app("desk", [router], settings_for(tmp_path, issuer), policy=POLICY, health=health)
    assert (await health.ready()).status_code == 503
    async with client_of(app):
        assert (await health.ready()).status_code == 200
    assert (await health.ready()).status_code == 503


async def test_released_schemas_are_served(
    client: httpx2.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "released" / "caytre.paper.stamped.v1"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text('{"type": "object"}')
    (folder / "2.json").write_text('{"type": "object", "title": "two"}')
    monkeypatch.setattr(released_schemas, "released", lambda: tmp_path / "released")
    released_schemas.all_released.cache_clear()
    newest = await client.get("/schemas/caytre.paper.stamped.v1", headers={"authorization": ""})
    first = await client.get("/schemas/caytre.paper.stamped.v1/1")
    again = await client.get("/schemas/caytre.paper.stamped.v1/1", headers={"if-none-match": first.headers["etag"]})
    missing = [
        (await client.get(f"/schemas/{name}")).status_code
        for name in ("caytre.paper.stamped.v1/3", "caytre.paper.burnt.v1", "..%2f..%2fsettings", "x")
    ]
    released_schemas.all_released.cache_clear()
    assert newest.json()["title"] == "two"
    assert newest.headers["content-type"] == "application/schema+json"
    assert "immutable" in first.headers["cache-control"]
    assert again.status_code == 304
    assert missing == [404, 404, 404, 422]


async def test_one_request_is_one_span(tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr("caytre.core.web.tracing._TRACER", provider.get_tracer("caytre"))
    recorder, trace_id = Recorder(tmp_path, issuer), "0af7651916cd43dd8448eb211c80319c"
    async with client_of(recorder.app, issuer.token()) as client:
        traced = {"traceparent": f"00-{trace_id}-b7ad6b7169203331-01", "idempotency-key": "k"}
        await client.post("/acts/1", headers=traced)
        refused = await client.post("/acts/1", headers={"traceparent": traced["traceparent"]})
        await client.get("/health/live", headers=traced)
        await client.get("/nowhere?name=Nguyen")
    first, second, third = exporter.get_finished_spans()
    assert first.name == "POST /acts/{id}"
    assert first.attributes == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "http.route": "/acts/{id}",
        "url.path": "/acts/1",
        "url.scheme": "http",
    }
    assert f"{first.context.trace_id:032x}" == trace_id
    assert recorder.commands[0].traceparent == f"00-{trace_id}-{first.context.span_id:016x}-01"
    assert refused.json()["trace_id"] == trace_id
    assert second.status.is_ok or second.status.is_unset
    assert (third.name, third.parent) == ("GET", None)
    assert "Nguyen" not in third.to_json()


async def test_a_failed_request_is_a_failed_span(
    tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr("caytre.core.web.tracing._TRACER", provider.get_tracer("caytre"))
    routes = Router()

    @routes.get("/broken", openapi_extra={"security": []})
    async def broken() -> Response:
        raise RuntimeError("passport C1234567")

    async with client_of(create_app("broken", [routes], settings_for(tmp_path, issuer))) as client:
        assert (await client.get("/broken")).status_code == 500
    (finished,) = exporter.get_finished_spans()
    assert finished.status.status_code is StatusCode.ERROR
    assert finished.attributes is not None
    assert finished.attributes["error.type"] == "RuntimeError"
    assert "C1234567" not in finished.to_json()


def test_a_route_without_a_guard_stops_the_start(tmp_path: Path, issuer: Issuer) -> None:
    bare = APIRouter()

    @bare.get("/open")
    async def open_door() -> None: ...

    with pytest.raises(UnguardedRoute, match="/open"):
        create_app("desk", [bare], settings_for(tmp_path, issuer), policy=POLICY)


def test_a_router_inside_another_stops_the_start(tmp_path: Path, issuer: Issuer) -> None:
    outer = Router()
    outer.include_router(router, prefix="/desks")
    with pytest.raises(UnguardedRoute, match="/desks/papers"):
        create_app("desk", [outer], settings_for(tmp_path, issuer), policy=POLICY)


def test_an_operation_outside_the_policy_stops_the_start(tmp_path: Path, issuer: Issuer) -> None:
    with pytest.raises(UnguardedRoute, match="no operation paper"):
        create_app("desk", [router], settings_for(tmp_path, issuer), policy=Policy({"x.y": Rule("auditor")}))


def test_a_service_describes_itself_without_settings() -> None:
    document = create_app("desk", [router], None, policy=POLICY).openapi()
    assert document["openapi"] == "3.1.0"
    stamp = document["paths"]["/papers/{id}/stamp"]["post"]
    assert {p["name"]: p["required"] for p in stamp["parameters"] if p["in"] == "header"} == {
        "Accept-Language": False, "If-Match": True, "Idempotency-Key": True, "Correlation-Id": False,
    }  # fmt: skip
    assert {"400", "401", "403", "404", "409", "412", "422", "428", "500", "503"} <= set(stamp["responses"])
    assert document["security"] == [{"bearer": []}]
    assert document["paths"]["/schemas/{type}"]["get"]["security"] == []
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_every_answer_is_private_unless_it_says_more(client: httpx2.AsyncClient) -> None:
    answer = await client.get(PAPER)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["x-frame-options"] == "DENY"
