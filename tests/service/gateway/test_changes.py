"""One change feed over all services: nothing missed, nothing twice, nothing hidden shown, whoever is away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from caytre.core.caller import Caller
from caytre.core.relaying import journal
from caytre.core.relaying.following import Followers
from tests.builders.agreements_office import NEIGHBOUR, OFFICER
from tests.builders.desk import Issuer
from tests.builders.front import Front, a_front
from tests.service.gateway.conftest import House


async def collected(house: House) -> None:
    """The relay's first step: outbox rows get their positions."""
    await house.office.database.worker.fetchval(journal.COLLECT, "agreements", 0, 10_000)


@pytest.fixture
async def two(house: House, tmp_path: Path, issuer: Issuer, urls: dict[str, str]) -> AsyncIterator[Front]:
    """A gateway before the agreements service and another one that is away."""
    services = {"agreements": house.origin, "delegations": "http://127.0.0.1:1"}
    async with a_front(tmp_path, issuer, urls["gateway"], services) as front:
        yield front


async def test_pages_continue_where_the_last_ended_and_name_who_is_away(house: House, two: Front) -> None:
    for _ in range(3):
        await house.office.draft()
    await collected(house)
    seen: list[dict[str, Any]] = []
    after = ""
    while True:
        page = (await two.get(f"/changes?limit=4{after}")).json()
        assert page["unavailable"] == ["delegations"]
        assert page["heads"].keys() == {"agreements"}
        if not page["items"]:
            break
        seen += page["items"]
        after = f"&after={page['next']}"
    direct = (await house.office.get("/changes?limit=1000")).json()["items"]
    assert seen == direct
    assert len(seen) == 12


async def test_a_page_smaller_than_what_services_answer_loses_nothing(house: House, two: Front) -> None:
    await house.office.partner()
    await collected(house)
    ids, after = [], ""
    for _ in range(4):
        page = (await two.get(f"/changes?limit=1{after}")).json()
        ids += [item["position"] for item in page["items"]]
        after = f"&after={page['next']}"
    assert ids == [1, 2, 3]


async def test_a_long_poll_answers_as_soon_as_something_happens(house: House) -> None:
    start = (await house.front.get("/changes")).json()["next"]
    asked = asyncio.create_task(house.front.get(f"/changes?after={start}&wait=20"))
    await asyncio.sleep(0.3)
    assert not asked.done()
    await house.office.partner(verified=False)
    await collected(house)
    page = (await asyncio.wait_for(asked, 5)).json()
    assert [item["type"] for item in page["items"]] == ["caytre.partner.registered.v1"]


async def test_what_is_hidden_is_left_out_and_the_cursor_goes_past_it(house: House) -> None:
    hidden = await house.office.partner(verified=False, sensitivity="restricted")
    await collected(house)
    page = await house.front.get("/changes", by=NEIGHBOUR)
    assert (page.json()["items"], page.json()["heads"]) == ([], {"agreements": "1.1"})
    own = (await house.front.get("/changes", by=OFFICER)).json()
    assert [item["subject"] for item in own["items"]] == [hidden["id"]]
    assert "names" not in json.dumps(own)
    await house.office.partner(verified=False)
    await collected(house)
    later = (await house.front.get(f"/changes?after={page.json()['next']}", by=NEIGHBOUR)).json()
    assert [item["position"] for item in later["items"]] == [2]


async def test_a_cursor_that_was_not_given_is_refused(house: House) -> None:
    for cursor in ("x", "1.5", "AAAA", "ä"):
        assert (await house.front.get(f"/changes?after={cursor}")).status_code == 400


async def test_a_restored_journal_says_where_to_read_again(house: House) -> None:
    await house.office.partner()
    await collected(house)
    after = (await house.front.get("/changes")).json()["next"]
    await house.office.database.worker.execute("UPDATE relay SET epoch = 2")
    gone = await house.front.get(f"/changes?after={after}", accept_language="en")
    assert gone.status_code == 410, gone.text
    again = await house.front.get(f"/changes?after={gone.json()['restart']}")
    assert (again.status_code, (await house.office.get("/changes?after=1.9")).json()["restart"]) == (200, "2.0")
    streamed = await house.front.get(f"/changes/stream?after={after}")
    assert (streamed.status_code, streamed.json()["type"]) == (410, gone.json()["type"])
    assert (await house.office.get("/changes/stream?after=1.9")).status_code == 410


async def test_the_stream_continues_after_the_last_event_id(house: House) -> None:
    await house.office.partner()
    await collected(house)
    first = (await house.front.get("/changes?limit=1")).json()
    events = await _streamed(house, first["next"], 2)
    assert [event["event"] for event in events] == [
        "caytre.partner.verification_requested.v1",
        "caytre.partner.verified.v1",
    ]
    after = events[0]["id"]
    assert [item["position"] for item in (await house.front.get(f"/changes?after={after}")).json()["items"]] == [3]


async def _streamed(house: House, last: str, count: int) -> list[dict[str, str]]:
    # httpx2's in-process transport waits for the end of an answer, so the stream is read as an ASGI server would.
    found: list[dict[str, str]] = []
    enough = asyncio.Event()
    text = ""

    async def receive() -> dict[str, Any]:
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal text
        text += message.get("body", b"").decode()
        found[:] = [
            dict(line.split(": ", 1) for line in block.splitlines())
            for block in text.split("\n\n")
            if "\ndata: " in block
        ]
        if len(found) >= count:
            enough.set()

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/changes/stream",
        "raw_path": b"/changes/stream",
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"authorization", f"Bearer {house.front.issuer.token(**OFFICER)}".encode()),
            (b"last-event-id", last.encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "state": {},
    }
    running = asyncio.create_task(house.front.app(scope, receive, send))  # type: ignore[arg-type]
    await asyncio.wait_for(enough.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return found


async def test_more_followers_than_the_gateway_may_have_are_refused(house: House) -> None:
    followers: Followers = house.front.app.state.followers
    with ExitStack() as places:
        for n in range(200):
            places.enter_context(followers.following(Caller(f"reader {n}", "tests")))
        for road in ("/changes/stream", "/changes?wait=5"):
            refused = await house.front.get(road)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert (await house.front.get("/changes")).status_code == 200
    assert (await house.front.get("/changes/stream?after=x")).status_code == 400
    assert followers.count == 0
