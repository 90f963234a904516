"""A small HTTP service for tests of the web core: a desk with every kind of route, and an issuer it trusts."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import httpx2
from fastapi import Depends, FastAPI, Query, Request
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from caytre.core.caller import Caller
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.policy import Policy, Rule
from caytre.core.refusals import NotFound, Refusal, Stale
from caytre.core.settings import Settings
from caytre.core.text_types import Text
from caytre.core.web.app import Router, create_app
from caytre.core.web.auth import current_caller
from caytre.core.web.commanding import issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag, if_match
from caytre.core.web.paging import Page, paging

ISSUER, AUDIENCE = "https://issuer.test", "caytre"


class Issuer:
    """Signs tokens with Ed25519 (or ES256) and publishes its keys in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = OKPKey.generate_key("Ed25519", {"kid": "ed-1", "use": "sig"})
        self.ec_key = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})
        self.jwks = folder / "jwks.json"
        self.publish(self.key, self.ec_key)

    def publish(self, *keys: OKPKey | ECKey) -> None:
        """Replace the published set."""
        self.jwks.write_text(json.dumps({"keys": [key.as_dict(private=False) for key in keys]}))

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Good claims of a locality officer; a change to None takes the claim away."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": "officer-1", "client_id": "desk-tests", "jti": str(new_id()),
            "iat": now, "exp": now + 600, "roles": ["locality_officer"], "localities": ["VN-P-2025-48"],
        }  # fmt: skip
        return {name: value for name, value in (claims | changed).items() if value is not None}

    def token(self, header: dict[str, Any] | None = None, **changed: Any) -> str:
        """A signed token."""
        return self.sign(json.dumps(self.claims(**changed)).encode(), header)

    def sign(self, payload: bytes, header: dict[str, Any] | None = None, key: OKPKey | ECKey | None = None) -> str:
        """Sign any payload under any header; None in `header` takes a member away."""
        key = key or self.key
        algorithm = "ES256" if isinstance(key, ECKey) else "Ed25519"
        members = {"typ": "at+jwt", "alg": algorithm, "kid": key.kid} | (header or {})
        protected = {name: value for name, value in members.items() if value is not None}
        if key is not self.key or protected == {"typ": "at+jwt", "alg": algorithm, "kid": key.kid}:
            return jws.serialize_compact(protected, payload, key, algorithms=[algorithm])
        return self.sign_anyhow(protected, payload)

    def sign_anyhow(self, header: dict[str, Any], payload: bytes) -> str:
        """A correct Ed25519 signature over a header that a library would refuse to sign."""
        signed = f"{b64(json.dumps(header).encode())}.{b64(payload)}"
        private: Any = self.key.private_key
        return f"{signed}.{b64(private.sign(signed.encode()))}"


def b64(content: bytes) -> str:
    """base64url without padding, as in RFC 7515."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class AlreadyStamped(Refusal):
    en = "The paper {number} is already stamped."
    vi = "Văn bản {number} đã được đóng dấu."


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Text(20)]
    count: Annotated[int, Field(ge=0, le=1000)] = 0


class Paper(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: Annotated[str, Text(200)]
    note: Annotated[str, Text(1000, min=0, lines=True)] = ""
    id: UUID | None = None
    on: date | None = None
    at: datetime | None = None
    pages: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    cost: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)] = Decimal(0)
    ratio: float = 0.0
    urgent: bool = False
    parts: Annotated[list[Part], Field(max_length=50)] = []
    free: dict[str, Any] = {}


router = Router(tags=["papers"])
POLICY = Policy({
    "paper.write": Rule("locality_officer", "ministry_officer"),
    "paper.stamp": Rule("locality_chair", scope="own"),
})  # fmt: skip


@router.post("/papers", status_code=201)
async def write_paper(paper: Paper, command: Annotated[Command, Depends(issuing("paper.write"))]) -> Response:
    """Answers what was understood."""
    return respond(Answer("paper", new_id(), 1, 201, paper.model_dump_json().encode()), "/papers/1")


@router.post("/papers/{id}/stamp")
async def stamp_paper(
    id: UUID, expected: Annotated[int, Depends(if_match)], command: Annotated[Command, Depends(issuing("paper.stamp"))]
) -> Response:
    """Stamps a paper that is at version 3."""
    if expected != 3:
        raise Stale(expected=expected, present=3)
    raise AlreadyStamped(number=str(id), pointer="/number")


@router.get("/papers/{id}")
async def read_paper(id: UUID, request: Request, caller: Annotated[Caller, Depends(current_caller)]) -> Response:
    """Paper 0 does not exist; every other is at version 3."""
    if not id.int:
        raise NotFound(kind="paper", id=id)
    return answer_unless_unchanged(request, etag(3), json.dumps({"id": str(id), "reader": caller.subject}).encode())


@router.get("/papers")
async def list_papers(
    page: Annotated[Page, Depends(paging(default=2, maximum=5))],
    q: Annotated[str | None, Query(max_length=50)] = None,
    since: date | None = None,
    tag: Annotated[list[str] | None, Query(max_length=5)] = None,
) -> Response:
    """Ten papers, numbered."""
    start = 0 if page.after is None else int(page.after[0] or 0)
    numbers = list(range(start + 1, min(start + page.limit, 10) + 1))
    more = bool(numbers) and numbers[-1] < 10
    return page.respond([json.dumps({"n": n}) for n in numbers], [numbers[-1]] if more else None, position=7)


@router.get("/broken/{how}", include_in_schema=False)
async def broken(how: str) -> Response:
    """Fails in the ways a database or a programmer fails."""
    failures: dict[str, Exception] = {
        "connection": asyncpg.ConnectionDoesNotExistError("gone"),
        "shutdown": asyncpg.AdminShutdownError("terminating"),
        "starting": asyncpg.CannotConnectNowError("starting up"),
        "full": asyncpg.TooManyConnectionsError("sorry"),
        "refused": ConnectionRefusedError("refused"),
        "slow": TimeoutError(),
        "value": asyncpg.NumericValueOutOfRangeError("out of range"),
    }
    raise failures.get(how, ZeroDivisionError("the secret of the house"))


def settings_for(folder: Path, issuer: Issuer, **changed: Any) -> Settings:
    """Settings that need no environment."""
    secret = folder / "pseudonym.key"
    secret.write_bytes(b"k" * 32)
    values: dict[str, Any] = {
        "environment": "test", "database_url": "postgresql://nowhere", "kafka_bootstrap_servers": "nowhere:9092",
        "issuer": ISSUER, "audience": AUDIENCE, "jwks": str(issuer.jwks), "pseudonym_key": secret,
    }  # fmt: skip
    return Settings(**(values | changed))


def desk(folder: Path, issuer: Issuer, **changed: Any) -> FastAPI:
    """The application."""
    return create_app("desk", [router], settings_for(folder, issuer, **changed), policy=POLICY)


@asynccontextmanager
async def client_of(app: FastAPI, token: str | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that talks to the application in this process, started and stopped as a server would."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://desk", headers=headers) as client,
    ):
        yield client
