"""A whole small service in one process: HTTP in, journal and topic out, feed and journey back, operations."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

import asyncpg
import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import Depends, Request
from pydantic import BaseModel
from starlette.responses import Response

from caytre.core.caller import ROLES, Caller
from caytre.core.command import Command
from caytre.core.policy import Policy, Rule
from caytre.core.relaying import audit, journal
from caytre.core.relaying.feed import Feed, Place
from caytre.core.service import Service
from caytre.core.settings import Settings
from caytre.core.web.app import Router
from caytre.core.web.commanding import issuing, respond
from caytre.core.web.conditional import if_match
from caytre.local import issuer
from caytre.local.kafka import Kafka
from tests.builders.notebook import SERVICE, hiding, lay, metadata, notes, renaming, writing
from tests.engines import CreateDatabase

#: Its topics are shared by the workers of a run, so one worker runs everything that publishes to them.
pytestmark = pytest.mark.xdist_group("topics of the notebook")
OWN, OTHER = "VN-P-2025-33", "VN-P-2025-04"
STORE = notes()
router = Router(prefix="/notes")
POLICY = Policy({
    "note.write": Rule("locality_officer"),
    "note.change": Rule("locality_officer", scope="own"),
    "changes.read": Rule("locality_officer", "ministry_officer", "auditor"),
    "journey.read": Rule(*ROLES),
})  # fmt: skip


class Title(BaseModel):
    title: str


@router.post("", status_code=201)
async def write(request: Request, body: Title, command: Annotated[Command, Depends(issuing("note.write"))]) -> Response:
    return respond(await STORE.create(request.app.state.database, command, writing(body.title)))


@router.post("/{id}/rename")
async def rename(
    request: Request,
    id: UUID,
    body: Title,
    command: Annotated[Command, Depends(issuing("note.change"))],
    version: Annotated[int, Depends(if_match)],
) -> Response:
    return respond(await STORE.change(request.app.state.database, command, id, version, renaming(body.title)))


@router.post("/{id}/hide")
async def hide(
    request: Request,
    id: UUID,
    command: Annotated[Command, Depends(issuing("note.change"))],
    version: Annotated[int, Depends(if_match)],
) -> Response:
    return respond(await STORE.change(request.app.state.database, command, id, version, hiding))


@dataclass
class Client:
    http: httpx2.AsyncClient
    folder: Path
    keys: int = 0

    def headers(self, role: str = "locality_officer", locality: str = OWN) -> dict[str, str]:
        token = issuer.mint(self.folder, subject="officer", roles=[role], localities=[locality], client_id="tests")
        return {"authorization": f"Bearer {token}"}

    async def post(self, path: str, body: object = None, *, version: int | None = None) -> httpx2.Response:
        self.keys += 1
        headers = self.headers() | {"idempotency-key": f"key-{self.keys}"}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        return await self.http.post(path, json=body, headers=headers)

    async def get(self, path: str, role: str = "locality_officer", locality: str = OWN) -> httpx2.Response:
        return await self.http.get(path, headers=self.headers(role, locality))


@pytest.fixture
async def client(create_database: CreateDatabase, kafka: Kafka, tmp_path: Path) -> AsyncIterator[Client]:
    url = create_database(SERVICE)
    await lay(url)
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "signing.pem").write_bytes(key)
    (tmp_path / "pseudonym").write_bytes(b"p" * 32)
    ring = {"primary": "k1", "keys": {"k1": base64.b64encode(b"k" * 32).decode()}}
    (tmp_path / "ring.json").write_text(json.dumps(ring))
    issuer.prepare(tmp_path)
    settings = Settings(
        environment="test",
        database_url=url,
        kafka_bootstrap_servers=kafka.address,
        issuer=issuer.ISSUER,
        audience=issuer.AUDIENCE,
        jwks=str(issuer.jwks_path(tmp_path)),
        pseudonym_key=tmp_path / "pseudonym",
        data_keys=tmp_path / "ring.json",
        signing_key=tmp_path / "signing.pem",
    )
    service = Service(SERVICE, metadata, tmp_path, POLICY, [router], [STORE])
    app = service.app(settings)
    transport = httpx2.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport, base_url="http://t") as http:
        yield Client(http, tmp_path)


async def test_a_command_is_answered_with_its_version_and_appears_in_the_feed(client: Client) -> None:
    made = await client.post("/notes", {"title": "One"})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    id = made.json()["id"]
    assert made.headers["consistency-token"] == f"note/{id}@1"
    await client.post(f"/notes/{id}/rename", {"title": "Two"}, version=1)
    page = (await client.get("/changes?wait=10&limit=1")).json()
    rest = (await client.get(f"/changes?wait=10&after={page['next']}")).json()
    events = page["items"] + rest["items"]
    assert [event["type"] for event in events] == ["caytre.note.written.v1", "caytre.note.renamed.v1"]
    assert [event["position"] for event in events] == [1, 2]
    assert events[1]["data"]["state"]["title"] == "Two"
    assert "officer" not in json.dumps(events)


async def test_the_feed_goes_on_where_everything_was_hidden_from_the_reader(client: Client) -> None:
    made = (await client.post("/notes", {"title": "One"})).json()
    await client.post(f"/notes/{made['id']}/hide", version=1)
    own = (await client.get("/changes?wait=10&limit=2")).json()
    while len(own["items"]) < 2:
        own = (await client.get("/changes?wait=10&limit=2")).json()
    foreign = (await client.get("/changes", locality=OTHER)).json()
    assert foreign["items"] == []
    assert foreign["next"] == own["next"] == "1.2"


async def test_a_place_that_is_none_is_a_problem(client: Client) -> None:
    for after in ("x", "1", "-1.2", "1.2.3", "1." + "9" * 30):
        assert (await client.get(f"/changes?after={after}")).status_code in {400, 422}


async def test_the_journey_of_a_record_shows_journal_topic_and_relay(client: Client) -> None:
    id = (await client.post("/notes", {"title": "One"})).json()["id"]
    for _ in range(100):
        answer = await client.get(f"/journey/{id}")
        if answer.status_code == 200 and answer.json()["messages"][0]["hops"]:
            break
        await asyncio.sleep(0.1)
    message = answer.json()["messages"][0]
    assert message["position"] == 1
    assert [hop["hop"] for hop in message["hops"]] == ["relay"]
    assert (await client.get(f"/journey/{message['message']}")).json()["messages"][0]["record"] == id


async def test_the_journey_of_what_one_may_not_know_of_is_not_found(client: Client) -> None:
    made = (await client.post("/notes", {"title": "One"})).json()
    await client.post(f"/notes/{made['id']}/hide", version=1)
    await asyncio.sleep(0.5)
    assert (await client.get(f"/journey/{made['id']}", locality=OTHER)).status_code == 404


async def test_operators_see_the_relay_and_others_do_not(client: Client) -> None:
    await client.post("/notes", {"title": "One"})
    for _ in range(100):
        status = (await client.get("/operations/status", role="operator")).json()
        if status["relay"]["published"] == 1:
            break
        await asyncio.sleep(0.1)
    assert status["relay"]["leader"] is True
    assert (status["relay"]["position"], status["relay"]["outbox"]) == (1, 0)
    assert (await client.get("/operations/status")).status_code == 403


async def test_a_signed_head_finds_a_cut_tail_and_a_rewritten_chain(
    client: Client, kafka: Kafka, create_database: CreateDatabase
) -> None:
    app = client.http._transport.app  # type: ignore[attr-defined]
    database = app.state.database
    for n in range(3):
        await client.post("/notes", {"title": f"N{n}"})
    while (await database.worker.fetchval("SELECT position FROM relay")) < 3:
        await asyncio.sleep(0.05)
    key = audit.signing_key(client.folder / "signing.pem")
    assert await audit.Heads(SERVICE, key, kafka.address).send(database.worker)
    head = (await audit.heads(kafka.address, SERVICE))[-1]
    signed = [head]

    owner = await asyncpg.connect(app.state.settings.database_url)

    async def kinds() -> set[str]:
        found = [item async for item in audit.verify_service(owner, SERVICE, signed, key)]
        return {item.kind for item in found if isinstance(item, journal.Finding)}

    try:
        assert await kinds() == set()
        # A tail cut together with the head in the database: the chain alone would verify.
        cut = owner.transaction()
        await cut.start()
        await owner.execute("DELETE FROM journal WHERE position = 3")
        await owner.execute("UPDATE relay SET position = 2, hash = (SELECT hash FROM journal WHERE position = 2)")
        assert await kinds() == {"tail"}
        # The same after a restore: the database says in which epoch the positions were given anew.
        await owner.execute("UPDATE relay SET epoch = 2")
        assert await kinds() == {"restored"}
        await cut.rollback()
        signed.clear()
        assert await kinds() == set()
        old = owner.transaction()
        await old.start()
        await owner.execute("UPDATE journal SET recorded_at = recorded_at - interval '6 min' WHERE position = 1")
        assert "unsigned" in await kinds()
        await old.rollback()
        other = audit.signing_key(client.folder / "signing.pem")
        assert audit.read_head(head, other)["position"] == 3
        with pytest.raises(audit.ForgedHead):
            audit.read_head(head[:-6] + b"AAAAAA", key)
    finally:
        await owner.close()


async def test_a_blocked_relay_leaves_its_process_ready(client: Client) -> None:
    app = client.http._transport.app  # type: ignore[attr-defined]
    async with asyncio.timeout(20):
        while not app.state.relay.leads:
            await asyncio.sleep(0.02)
    app.state.relay.blocked = "Kafka is another cluster"
    answer = await client.http.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["relay"]) == (200, "ok")
    assert (await client.get("/operations/status", "operator")).json()["relay"]["blocked"] is not None


async def test_a_stream_ends_when_the_token_does(client: Client) -> None:
    app = client.http._transport.app  # type: ignore[attr-defined]
    await client.post("/notes", {"title": "One"})
    reader = Caller("auditor", "desk", frozenset({"auditor"}), claims={"exp": time.time() + 1})
    async with asyncio.timeout(10):
        lines = [line async for line in Feed(SERVICE, app.state.database, app.state.watch).stream(reader, Place())]
    assert "caytre.note.written.v1" in "".join(lines)


async def test_a_stream_goes_on_behind_what_it_passes_over(client: Client) -> None:
    app = client.http._transport.app  # type: ignore[attr-defined]
    await client.post("/notes", {"title": "One"})
    feed = Feed(SERVICE, app.state.database, app.state.watch)
    reader = Caller("auditor", "desk", frozenset({"auditor"}), claims={"exp": time.time() + 2})
    async with asyncio.timeout(10):
        lines = [line async for line in feed.stream(reader, Place(), lambda event: None)]
    _, _, head = await feed.page(reader, Place(), 0)
    assert head.position > 0
    assert lines[-1] == f"id: {head}\n: read so far\n\n"
    assert "data:" not in "".join(lines)
