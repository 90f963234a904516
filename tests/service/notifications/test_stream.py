"""The inbox as server-sent events: one's own alone, from a place on, until the token ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from caytre.local.kafka import Kafka
from tests.builders.agreements_office import NEIGHBOUR, OFFICER, Person
from tests.builders.desk import Issuer
from tests.builders.notice_desk import NoticeDesk, a_served_notice_desk

STALLED = "caytre.agreement.stalled.v1"


#: One worker runs them all, on one broker of their own.
pytestmark = pytest.mark.xdist_group("stream of notifications")


@pytest.fixture
async def running(tmp_path: Path, issuer: Issuer, url: str, broker: Kafka) -> AsyncIterator[tuple[str, NoticeDesk]]:
    async with a_served_notice_desk(tmp_path, issuer, url, kafka=broker.address, role="all") as served:
        yield served


async def events(desk: NoticeDesk, origin: str, person: Person, enough: int) -> list[dict[str, Any]]:
    """The first events of the stream from its beginning."""
    found: list[dict[str, Any]] = []
    headers = desk.headers(person) | {"last-event-id": "0.0"}
    async with (
        asyncio.timeout(30),
        httpx2.AsyncClient(trust_env=False) as client,
        client.stream("GET", f"{origin}/notifications/stream", headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        event = ""
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            if line.startswith("data: "):
                found.append({"event": event, **json.loads(line.removeprefix("data: "))})
            if (enough and len(found) >= enough) or (not enough and line.startswith(": read so far")):
                break
    return found


async def test_ones_own_notifications_come_as_they_are_told(running: tuple[str, NoticeDesk]) -> None:
    origin, desk = running
    told = desk.says(type=STALLED, level="warn")
    await desk.hear(told)
    async with asyncio.timeout(30):
        while not await desk.database.worker.fetchval(
            "SELECT count(*) FROM journal WHERE type LIKE 'caytre.notification.%'"
        ):
            await asyncio.sleep(0.1)
    queued, failed = await events(desk, origin, OFFICER, 2)
    assert [queued["event"], failed["event"]] == ["caytre.notification.queued.v1", "caytre.notification.failed.v1"]
    assert queued["cause"]["message_id"] == told.message_id
    assert queued["audience"]["role"] == "locality_officer"
    assert await events(desk, origin, NEIGHBOUR, 0) == []
