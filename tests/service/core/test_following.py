"""Followers of a feed: so many and no more, and one look at the journal's head for all of them."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from time import monotonic

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI

from caytre.core.caller import Caller
from caytre.core.policy import Policy, Rule
from caytre.core.relaying.following import EventStream, Followers, TooManyFollowers, Watch
from caytre.core.service import Service
from caytre.core.storing.database import DISCONNECTS, Database
from caytre.core.web.http_refusals import TooManyRequests
from tests.builders.desk import Issuer, settings_for
from tests.builders.front import serving
from tests.builders.notebook import SERVICE, metadata, notes

POLICY = Policy({"changes.read": Rule("auditor"), "journey.read": Rule("auditor")})
ONE = Caller("one", "tests")


@pytest.fixture
async def app(url: str, tmp_path: Path, issuer: Issuer) -> FastAPI:
    """A service that takes two followers."""
    ring = tmp_path / "ring.json"
    ring.write_text(json.dumps({"primary": "k1", "keys": {"k1": base64.b64encode(b"k" * 32).decode()}}))
    settings = settings_for(tmp_path, issuer, database_url=url, data_keys=ring, most_followers=2)
    return Service(SERVICE, metadata, tmp_path, POLICY, [], [notes()]).app(settings, "api")


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)


def looking() -> int:
    """How many tasks look at the head of a journal."""
    return sum(task.get_name() == "head-watch" for task in asyncio.all_tasks())


async def settled(followers: Followers, count: int) -> None:
    async with asyncio.timeout(10):
        while followers.count != count:
            await asyncio.sleep(0.02)


def test_there_is_a_bound_for_all_and_one_for_each() -> None:
    followers = Followers(3, of_one=2)
    with ExitStack() as places:
        for _ in range(2):
            places.enter_context(followers.following(ONE))
        with pytest.raises(TooManyRequests) as refused, followers.following(ONE):
            pass
        assert refused.value.headers == {"Retry-After": "5"}
        places.enter_context(followers.following(Caller("one", "tests", actor="officer")))
        with pytest.raises(TooManyFollowers) as full, followers.following(Caller("two", "tests")):
            pass
        assert full.value.headers == {"Retry-After": "5"}
        assert followers.count == 3
    assert followers.count == 0


def test_a_stream_that_was_never_begun_leaves_its_place() -> None:
    followers = Followers(1)

    async def nothing() -> AsyncIterator[str]:
        yield ""

    with ExitStack() as stack:
        stack.enter_context(followers.following(ONE))
        response = EventStream(nothing(), stack.pop_all().close)
    assert followers.count == 1
    del response
    assert followers.count == 0


async def test_all_who_wait_are_woken_by_one_look(database: Database) -> None:
    watch = Watch(database)
    waiting = [asyncio.create_task(watch.moved((1, 0), 20)) for _ in range(50)]
    for _ in range(3):
        await asyncio.sleep(0.2)
        assert (looking(), sum(task.done() for task in waiting)) == (1, 0)
    await database.worker.execute("UPDATE relay SET position = 1")
    await asyncio.wait_for(asyncio.gather(*waiting), 5)
    await asyncio.sleep(0)
    assert looking() == 0


async def test_who_has_seen_an_older_head_waits_for_nothing_and_who_waits_in_vain_goes_on(database: Database) -> None:
    watch = Watch(database)
    await database.worker.execute("UPDATE relay SET position = 7")
    await asyncio.wait_for(watch.moved((1, 6), 20), 5)
    began = monotonic()
    await watch.moved((1, 7), 0.5)
    assert 0.4 < monotonic() - began < 5
    await asyncio.sleep(0)
    assert looking() == 0


async def test_a_database_that_goes_away_is_told_to_all_who_wait(database: Database, url: str) -> None:
    watch = Watch(database)
    waiting = [asyncio.create_task(watch.moved((1, 0), 20)) for _ in range(3)]
    await asyncio.sleep(0.3)
    await database.query.close()
    results = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    assert [isinstance(result, DISCONNECTS) for result in results] == [True] * 3
    plain = await asyncpg.connect(url)
    await plain.close()


async def test_more_followers_than_may_are_refused_until_one_goes(app: FastAPI, issuer: Issuer) -> None:
    def headers(subject: str) -> dict[str, str]:
        token = issuer.token(sub=subject, roles=["auditor"])
        return {"authorization": f"Bearer {token}", "accept-language": "en"}

    async with serving(app) as origin, httpx2.AsyncClient(base_url=origin, trust_env=False) as http:
        followers: Followers = app.state.followers
        async with AsyncExitStack() as streams:
            first = await streams.enter_async_context(http.stream("GET", "/changes/stream", headers=headers("a")))
            assert first.status_code == 200
            waiting = asyncio.create_task(http.get("/changes?wait=3", headers=headers("b")))
            await settled(followers, 2)
            for path in ("/changes/stream", "/changes?wait=1"):
                refused = await http.get(path, headers=headers("c"))
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
                assert refused.json()["type"].endswith("/problems/too-many-followers")
            assert (await http.get("/changes", headers=headers("c"))).status_code == 200
            assert looking() == 1
            assert (await waiting).status_code == 200
            await settled(followers, 1)
            async with http.stream("GET", "/changes/stream", headers=headers("c")) as second:
                assert second.status_code == 200
        await settled(followers, 0)
        # What is refused takes no place.
        assert (await http.get("/changes/stream?after=x", headers=headers("a"))).status_code == 400
        assert (await http.get("/changes?after=x&wait=5", headers=headers("a"))).status_code == 400
        assert followers.count == 0
