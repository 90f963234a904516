"""Work that must go on is begun again after any failure, and says so when it fails again and again."""

from __future__ import annotations

import asyncio
import contextlib

import asyncpg
import pytest

from caytre.core.outliving import MOST_FAILURES, Outliving


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    "failure", [asyncpg.ReadOnlySQLTransactionError("a failover"), TypeError("a mistake of ours")], ids=type
)
async def test_work_is_begun_again_after_any_failure(failure: Exception) -> None:
    begun, going = 0, asyncio.Event()

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise failure
        going.set()
        await asyncio.Event().wait()

    outliving = Outliving("timers", work, pause=0.001)
    task = asyncio.create_task(outliving.run())
    await asyncio.wait_for(going.wait(), 5)
    assert (begun, await outliving.healthy()) == (2, None)
    await ended(task)


async def test_work_that_fails_again_and_again_is_not_well() -> None:
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        raise LookupError("nothing there")

    outliving = Outliving("timers", work, pause=0.001)
    task = asyncio.create_task(outliving.run())
    async with asyncio.timeout(5):
        while begun < MOST_FAILURES + 1:
            await asyncio.sleep(0.001)
    assert (await outliving.healthy() or "").startswith("timers: LookupError")
    await ended(task)


async def test_work_that_goes_on_again_for_long_enough_is_well_again() -> None:
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun <= MOST_FAILURES:
            raise LookupError("nothing there yet")
        await asyncio.Event().wait()

    outliving = Outliving("timers", work, pause=0.001)
    task = asyncio.create_task(outliving.run())
    async with asyncio.timeout(5):
        while begun <= MOST_FAILURES:
            await asyncio.sleep(0.001)
    assert await outliving.healthy() is not None
    outliving.well_after = 0.0
    assert await outliving.healthy() is None
    await ended(task)
