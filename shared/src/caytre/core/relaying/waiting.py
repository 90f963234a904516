"""Waiting that a cancellation always ends."""

from __future__ import annotations

import asyncio
import contextlib


async def set_within(seconds: float, event: asyncio.Event) -> bool:
    """Wait until the event is set, no longer than so many seconds; whether it is.

    Not `asyncio.wait_for`: before Python 3.12 it loses a cancellation that comes while the event is being set, and a
    term or the process would never end (https://github.com/python/cpython/issues/86296).
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
