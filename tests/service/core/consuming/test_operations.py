"""What operators can do over HTTP: see parked messages, redrive and discard them, resume, replay and rebuild."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from caytre.core.consuming.applying import Applier
from caytre.core.consuming.checkpoint import Partition
from caytre.core.consuming.consumer import Received
from caytre.core.consuming.operations import operations_router
from caytre.core.ids import new_id
from caytre.core.storing.database import Database
from caytre.core.testing import Log
from caytre.core.web.app import create_app
from caytre.local.kafka import Kafka
from tests.builders.desk import Issuer, client_of, settings_for
from tests.builders.listening import SERVICE, SIGNED, Listening, effects, lay
from tests.engines import CreateDatabase

TOPIC = "caytre.operated.events.v1"


class Polled:
    """A record as the client hands it out."""

    def __init__(self, message: Received, headers: list[tuple[str, bytes]] | None = None) -> None:
        self.offset, self.timestamp, self.value = message.offset, message.recorded_ms, message.data
        self.key: bytes | None = message.key.encode()
        self.headers = list(message.headers.items()) if headers is None else headers


class Operated:
    """A service whose handlers failed for one key, and which met one record that is no CloudEvent."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.listening = Listening(TOPIC, fails={"bad"})
        self.consumers = self.listening.projecting()
        self.log = Log("x", topic=TOPIC)
        self.key = new_id()

    async def fail(self) -> None:
        """Park three messages of one key and one poison."""
        messages = [self.log.say(SIGNED, self.key, {}, state={"title": title}) for title in ("bad", "a", "b")]
        poison = Polled(self.log.say(SIGNED, self.key, {}, state={"title": "x"}), [("ce_type", b"strange")])
        applier = Applier(self.consumers, self.database.worker.acquire)
        async with self.database.worker.acquire() as connection:
            [partition] = await applier.checkpoints.open(connection, {messages[0].tp})
        assert isinstance(partition, Partition)
        assert await applier.process([(partition, [*map(Polled, messages), poison])]) == []


@pytest.fixture
async def operated(create_database: CreateDatabase) -> AsyncIterator[Operated]:
    url = create_database(SERVICE)
    await lay(url)
    database = await Database.open(SERVICE, url)
    operated = Operated(database)
    await operated.fail()
    yield operated
    await database.close()


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)


@pytest.fixture
async def operator(
    operated: Operated, tmp_path: Path, issuer: Issuer, kafka: Kafka
) -> AsyncIterator[httpx2.AsyncClient]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.database, app.state.service = operated.database, SERVICE
        yield

    settings = settings_for(tmp_path, issuer, kafka_bootstrap_servers=kafka.address)
    app = create_app(SERVICE, [operations_router(operated.consumers)], settings, lifespan)
    async with client_of(app, issuer.token(roles=["operator"])) as client:
        yield client


ROUTES = [
    ("GET", "/operations/status"),
    ("GET", "/operations/parked"),
    ("POST", "/operations/parked/1/redrive"),
    ("POST", "/operations/parked/1/discard"),
    *(("POST", f"/operations/consumers/{SERVICE}/{verb}") for verb in ("redrive", "resume", "replay", "rebuild")),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_only_an_operator_operates(
    operator: httpx2.AsyncClient, issuer: Issuer, operated: Operated, method: str, path: str
) -> None:
    everybody_else = ["ministry_officer", "ministry_approver", "locality_chair", "auditor", "integration"]
    headers = {"authorization": f"Bearer {issuer.token(roles=everybody_else)}"}
    body = {"reason": "because"} if path.endswith("discard") else None
    answer = await operator.request(method, path, headers=headers, json=body)
    assert answer.status_code == 403
    assert await operated.database.worker.fetchval("SELECT count(*) FROM parked") == 4


async def test_a_redrive_takes_the_key_in_order_until_one_fails(
    operator: httpx2.AsyncClient, operated: Operated
) -> None:
    items = (await operator.get("/operations/parked")).json()["items"]
    assert [(item["error"], item["attempts"]) for item in items[:3]] == [
        ("Broken: cannot take bad", 1),
        (None, 0),
        (None, 0),
    ]
    assert [item["id"] for item in (await operator.get(f"/operations/parked?after={items[2]['id']}")).json()["items"]]
    # Whichever of the key is named, its order decides.
    again = await operator.post(f"/operations/parked/{items[2]['id']}/redrive")
    assert again.json() == {"done": 0, "failed": ["Broken: cannot take bad"]}
    operated.listening.fails.clear()
    assert (await operator.post(f"/operations/parked/{items[2]['id']}/redrive")).json() == {"done": 3, "failed": None}
    assert await effects(operated.database) == [(str(operated.key), version) for version in (1, 2, 3)]


async def test_a_record_that_is_no_cloud_event_can_only_be_discarded(
    operator: httpx2.AsyncClient, operated: Operated
) -> None:
    poison = (await operator.get("/operations/parked")).json()["items"][3]
    assert (poison["position"], poison["type"]) == (None, "strange")
    answer = (await operator.post(f"/operations/parked/{poison['id']}/redrive")).json()
    assert answer["done"] == 0
    assert answer["failed"][0].startswith("Undecodable")
    path = f"/operations/parked/{poison['id']}/discard"
    assert (await operator.post(path, json={"reason": "from a test"})).status_code == 200
    assert (await operator.post(path, json={"reason": "from a test"})).status_code == 404
    row = await operated.database.worker.fetchrow("SELECT reason, discarded_by FROM discarded")
    assert row is not None
    assert row["reason"] == "from a test"
    assert row["discarded_by"].startswith("p-")


async def test_everything_is_redriven_at_once(operator: httpx2.AsyncClient, operated: Operated) -> None:
    operated.listening.fails.clear()
    answer = (await operator.post(f"/operations/consumers/{SERVICE}/redrive")).json()
    assert answer["done"] == 3
    assert len(answer["failed"]) == 1
    assert (await operator.get("/operations/status")).json()["consumers"][0]["parked"] == 1


async def test_a_discarded_message_frees_its_key(operator: httpx2.AsyncClient, operated: Operated) -> None:
    first = (await operator.get("/operations/parked")).json()["items"][0]
    answer = await operator.post(f"/operations/parked/{first['id']}/discard", json={"reason": "sent by mistake"})
    assert answer.json() == {"done": 2, "failed": None}
    assert await effects(operated.database) == [(str(operated.key), 2), (str(operated.key), 3)]


async def test_a_rebuild_is_asked_for_once_and_shown(operator: httpx2.AsyncClient, operated: Operated) -> None:
    path = f"/operations/consumers/{SERVICE}/rebuild"
    assert (await operator.post(path)).status_code == 202
    refused = await operator.post(path)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "rebuild-under-way")
    shown = (await operator.get("/operations/status")).json()["consumers"][0]["rebuild"]
    assert shown["requested_at"]
    assert shown["finished_at"] is None


async def test_a_consumer_is_resumed_and_replayed_by_its_name(operator: httpx2.AsyncClient, operated: Operated) -> None:
    await operated.database.worker.execute("INSERT INTO halted (consumer, reason) VALUES ($1, 'x')", SERVICE)
    status = (await operator.get("/operations/status")).json()["consumers"][0]
    assert status["halted"]["reason"] == "x"
    assert (await operator.post(f"/operations/consumers/{SERVICE}/resume")).json()["was_halted"] is True
    assert (await operator.post(f"/operations/consumers/{SERVICE}/resume")).json()["was_halted"] is False
    assert (await operator.post(f"/operations/consumers/{SERVICE}/replay")).json()["partitions"] == 1
    assert (await operator.post("/operations/consumers/other/replay")).status_code == 404


@pytest.mark.parametrize("id", ["0", "-1", str(2**63), str(2**70), "x"])
async def test_a_parked_message_that_is_not_there_is_no_failure_of_ours(operator: httpx2.AsyncClient, id: str) -> None:
    assert (await operator.post(f"/operations/parked/{id}/redrive")).status_code in {404, 422}
