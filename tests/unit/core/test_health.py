"""What a process says of itself."""

from __future__ import annotations

import asyncio
import json

import asyncpg
import pytest

from caytre.core import health
from caytre.core.health import Health


async def _said(error: BaseException | None) -> tuple[int, str]:
    watched = Health()

    async def check() -> str | None:
        if error is not None:
            raise error
        return None

    watched.add("database", check)
    watched.started()
    answer = await watched.ready()
    return answer.status_code, json.loads(bytes(answer.body))["checks"]["database"]


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(),
        asyncpg.InvalidPasswordError("changed"),
        asyncpg.InsufficientPrivilegeError("taken away"),
        asyncpg.QueryCanceledError("too long"),
    ],
)
async def test_whatever_a_database_refuses_makes_the_process_unready_and_is_named(error: BaseException) -> None:
    assert await _said(error) == (503, type(error).__name__)


async def test_a_process_whose_checks_pass_is_ready() -> None:
    assert await _said(None) == (200, "ok")


async def test_a_check_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.01)
    watched = Health()

    async def hangs() -> str | None:
        await asyncio.Event().wait()
        return None

    watched.add("relay", hangs)
    watched.started()
    answer = await watched.ready()
    assert (answer.status_code, json.loads(bytes(answer.body))["checks"]) == (503, {"relay": "TimeoutError"})
