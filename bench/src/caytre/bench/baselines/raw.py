"""By hand: Starlette, asyncpg, two inserts in one transaction, and nothing else."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TYPE = "caytre.agreement.proposed.v1"


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BASELINE_DATABASE_URL"], min_size=8, max_size=8) as pool:
        app.state.pool = pool
        yield


async def _propose(request: Request) -> Response:
    proposal = await request.json()
    id = uuid4()
    state = {"id": str(id), "version": 1, "status": "DRAFT", **proposal}
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO agreement (id, version, status, locality, document) VALUES ($1, 1, 'DRAFT', $2, $3)",
            id,
            proposal["locality"],
            json.dumps(state),
        )
        await connection.execute(
            "INSERT INTO outbox (message_id, type, record_id, version, data) VALUES ($1, $2, $3, 1, $4)",
            uuid4(),
            TYPE,
            id,
            json.dumps({"state": state}),
        )
    return JSONResponse(state, 201)


async def _ready(_: Request) -> Response:
    return JSONResponse({"ready": True})


app = Starlette(
    routes=[Route("/agreements", _propose, methods=["POST"]), Route("/health/ready", _ready)], lifespan=_lifespan
)
