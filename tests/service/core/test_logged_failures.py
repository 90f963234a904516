"""What a failing request leaves in the log: kind and place of every failure, and no value of the request."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import structlog
from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from caytre.core import logs
from caytre.core.policy import Policy
from caytre.core.storing.database import Connection
from caytre.core.web.app import Router, create_app
from tests.builders.desk import Issuer, client_of, settings_for
from tests.engines import CreateDatabase

CONFIDENTIAL = "Nguồn tin mật Đỗ Quyên 0912345678"


class Told(BaseModel):
    """What comes in."""

    text: str


class Passport(BaseModel):
    """What it is taken for by a programmer's fault."""

    number: int


class Misread(Exception):
    """Repeats what it was given, as errors do."""


def _pydantic(text: str) -> None:
    Passport.model_validate({"number": text})


def _python(text: str) -> None:
    try:
        int(text)
    except ValueError as error:
        raise Misread(text) from error


def _group(text: str) -> None:
    error = KeyError(text)
    error.add_note(text)
    raise ExceptionGroup(text, [error, Misread(text)])


router = Router()
PYTHON = {"pydantic": _pydantic, "python": _python, "group": _group}
STATEMENTS = {
    "a row that is there": "INSERT INTO told VALUES ($1::text)",
    "a row too long": "INSERT INTO told SELECT repeat($1::text, 3)",
    "no number": "SELECT ($1::text)::integer",
    "what a function raises": "SELECT complain($1::text)",
    "an argument": "SELECT $1::integer",
}


@router.post("/told/{how}", openapi_extra={"security": []})
async def tell(how: str, told: Told, request: Request) -> Response:
    if how in PYTHON:
        PYTHON[how](told.text)
    connection: Connection = request.app.state.connection
    try:
        await connection.fetch(STATEMENTS[how], told.text)
    except asyncpg.DataError as error:
        # Else it would be answered as the request's fault, and not logged as a failure.
        raise Misread(told.text) from error
    return Response()


@pytest.fixture
async def connection(create_database: CreateDatabase) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(create_database("notebook"))
    await connection.execute(
        "CREATE TABLE told (text varchar(60) CONSTRAINT pk_told PRIMARY KEY);"
        "CREATE FUNCTION complain(text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE '%', $1; END $$"
    )
    await connection.execute("INSERT INTO told VALUES ($1)", CONFIDENTIAL)
    yield connection
    await connection.close()


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    logs.set_up("desk", stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


EXPECTED = {
    "pydantic": ["in _pydantic", "ValidationError"],
    "python": ["in _python", "ValueError", "which led to:", "Misread"],
    "group": ["ExceptionGroup", "with:", "KeyError", "Misread"],
    "a row that is there": ["asyncpg.exceptions.UniqueViolationError (23505, told, pk_told)", "in tell"],
    "a row too long": ["StringDataRightTruncationError (22001)", "Misread"],
    "no number": ["InvalidTextRepresentationError (22P02)"],
    "what a function raises": ["RaiseError (P0001)"],
    "an argument": ["asyncpg.exceptions.DataError"],
}


@pytest.mark.parametrize("how", EXPECTED)
async def test_no_line_of_the_log_holds_what_the_failing_request_said(
    how: str, tmp_path: Path, connection: Connection, lines: io.StringIO
) -> None:
    app = create_app("desk", [router], settings_for(tmp_path, Issuer(tmp_path)), policy=Policy({}))
    app.state.connection = connection
    async with client_of(app) as client:
        answer = await client.post(f"/told/{how}", json={"text": CONFIDENTIAL})
    assert answer.status_code == 500
    (record,) = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert record["event"] == "request failed"
    for part in EXPECTED[how]:
        assert part in record["exception"]
    for word in ("Nguồn", "Quyên", "0912345678"):
        assert word not in lines.getvalue()
        assert word not in answer.text


async def test_a_task_that_nobody_waits_for_fails_without_its_values(lines: io.StringIO) -> None:
    logs.loop_failed(
        asyncio.get_running_loop(),
        {"message": "Task exception was never retrieved", "exception": Misread(CONFIDENTIAL)},
    )
    record = json.loads(lines.getvalue())
    assert (record["event"], record["level"]) == ("Task exception was never retrieved", "error")
    assert record["exception"].endswith("Misread")
    assert CONFIDENTIAL not in lines.getvalue()
