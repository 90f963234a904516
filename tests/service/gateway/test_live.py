"""Both services with relay, Kafka and consumer in one process: writes are read back, views rebuilt under use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from caytre.local.kafka import Kafka
from tests.builders.agreements_office import CHAIR, OFFICER, OPERATOR
from tests.builders.desk import Issuer
from tests.builders.front import a_front, an_agreements_service, contents
from tests.builders.views import CAO_BANG
from tests.service.gateway.conftest import House

SECONDS = 30


#: One worker runs them all, on one broker of their own.
pytestmark = pytest.mark.xdist_group("live gateway")


@pytest.fixture
async def live(tmp_path: Path, issuer: Issuer, urls: dict[str, str], broker: Kafka) -> AsyncIterator[House]:
    """Everything runs: role `all` twice."""
    async with (
        an_agreements_service(tmp_path, issuer, urls["agreements"], kafka=broker.address, role="all") as (
            origin,
            office,
        ),
        a_front(tmp_path, issuer, urls["gateway"], {"agreements": origin}, kafka=broker.address, role="all") as front,
    ):
        yield House(front, office, origin)


async def test_what_was_written_is_read_back_followed_and_rebuilt_while_it_serves(live: House) -> None:
    front, office = live.front, live.office
    signed = await office.signed()
    hidden = await office.draft(title_vi="Thỏa thuận kín đáo")
    body = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    hidden = await office.act(hidden, "classification", body, CHAIR)
    tokens = ", ".join(f"agreement/{each['id']}@{each['version']}" for each in (signed, hidden))
    async with asyncio.timeout(SECONDS):
        while (await front.get("/views/agreements", consistency_token=tokens)).status_code == 503:
            pass
    page = (await front.get(f"/views/agreements/{signed['id']}")).json()
    assert (page["agreement"]["version"], page["agreement"]["status"]) == (signed["version"], "SIGNED")

    journey = (await front.get(f"/journey/{signed['id']}")).json()
    hops = [hop["hop"] for hop in journey["messages"][-1]["hops"]]
    assert hops[:2] == ["command", "journal"]
    assert {"relay", "gateway"} <= set(hops)
    moments = [hop["at"] for hop in journey["messages"][-1]["hops"][1:]]
    assert moments == sorted(moments)

    before = await contents(front.database)
    asked = await front.http.post(
        "/operations/consumers/gateway/rebuild",
        headers=office.headers(OPERATOR) | {"idempotency-key": "rebuild-1"},
    )
    assert asked.status_code == 202, asked.text
    statuses = set()
    async with asyncio.timeout(SECONDS):
        while await front.database.worker.fetchval("SELECT finished_at FROM rebuild") is None:
            statuses.add((await front.get(f"/views/agreements/{signed['id']}")).status_code)
            statuses.add((await front.get("/views/agreements?q=huu nghi")).status_code)
    assert statuses == {200}
    assert await front.database.worker.fetchval("SELECT error FROM rebuild") is None
    assert await contents(front.database) == before
    stranger = {**OFFICER, "sub": "stranger", "localities": [CAO_BANG]}
    assert (await front.get(f"/views/agreements/{hidden['id']}", by=stranger)).status_code == 404
    listed = (await front.get("/views/agreements", by=stranger)).json()["items"]
    assert [line["id"] for line in listed] == [signed["id"]]

    draft = await office.draft()
    token = f"agreement/{draft['id']}@1"
    assert (await front.get(f"/views/agreements/{draft['id']}", consistency_token=token)).status_code == 200
