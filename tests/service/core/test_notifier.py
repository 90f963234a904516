"""Hints to the relay of another process: few, but one after every commit."""

from __future__ import annotations

import asyncio

import asyncpg

from caytre.core.relaying.notifier import Notifier
from caytre.core.relaying.relay import CHANNEL
from tests.engines import CreateDatabase


async def test_a_commit_while_a_hint_is_on_its_way_leads_to_another(create_database: CreateDatabase) -> None:
    url = create_database("notebook")
    heard: list[float] = []
    listening = await asyncpg.connect(url)
    await listening.add_listener(CHANNEL, lambda *_: heard.append(asyncio.get_running_loop().time()))
    async with asyncpg.create_pool(url, min_size=1, max_size=1) as pool:
        notifier = Notifier(pool)
        for _ in range(100):
            notifier.notify()
        async with pool.acquire():
            # The hint waits for its connection: what is committed now comes after it was begun.
            await asyncio.sleep(0.05)
            notifier.notify()
        await asyncio.sleep(0.3)
        notifier.stop()
    await listening.close()
    assert len(heard) == 2
