"""The services behind the gateway: one pool of connections to all of them.

Redirects are not followed and the environment's proxies are not used: a service answers itself or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2
import structlog
from fastapi import FastAPI, Request
from pydantic_core import from_json

from caytre.core import telemetry
from caytre.core.settings import Settings
from caytre.core.web.http_refusals import HttpRefusal
from caytre.gateway.settings import GatewaySettings

log = structlog.get_logger(__name__)

#: uvicorn closes an idle connection after 5 s; ours are given up earlier, so that none breaks under a request.
KEPT_IDLE = 3.0
CONNECT_SECONDS = 2.0
#: The longest answer is a long-poll of 30 s.
READ_SECONDS = 35.0
RETRY_SECONDS = 2
#: At a time, beside those of followers.
MOST_CONNECTIONS = 200
PART_SECONDS = 3.0


class ServiceAway(HttpRefusal):
    """503: the service behind the gateway cannot be reached or does not answer; the same key may be sent again."""

    status = 503
    en = (
        "The {service} service does not answer now. Send the same request with the same Idempotency-Key in {seconds} s."
    )
    vi = "Dịch vụ {service} hiện không trả lời. Hãy gửi lại yêu cầu với cùng Idempotency-Key sau {seconds} giây."

    def __init__(self, service: str) -> None:
        super().__init__(service=service, seconds=RETRY_SECONDS, headers={"Retry-After": str(RETRY_SECONDS)})


@dataclass(frozen=True, slots=True)
class Content:
    """What a service answered to a reader: the status and the JSON, a problem document where it refused."""

    status: int
    value: Any = None

    @property
    def found(self) -> bool:
        """Whether the reader may see it."""
        return self.status == 200


class Upstreams:
    """The services by name. Raises ServiceAway for one that is not configured, does not answer or breaks off."""

    def __init__(self, services: Mapping[str, str], client: httpx2.AsyncClient) -> None:
        self._origins = {name: httpx2.URL(url) for name, url in services.items()}
        self._client = client

    @property
    def names(self) -> tuple[str, ...]:
        """The configured services."""
        return tuple(self._origins)

    async def send(
        self,
        service: str,
        method: str,
        target: bytes,
        headers: Mapping[bytes, bytes] | list[tuple[bytes, bytes]],
        content: bytes | None = None,
    ) -> httpx2.Response:
        """Send one request; `target` is the raw path with query. The body of the answer is still to be read.

        A connection that broke before any answer is tried once more: reading changes nothing, and a repeated POST is
        told by its Idempotency-Key, any other change by its If-Match.
        """
        origin = self._origins.get(service)
        if origin is None:
            raise ServiceAway(service)
        request = self._client.build_request(
            method, origin.copy_with(raw_path=target), headers=headers, content=content
        )
        try:
            try:
                return await self._client.send(request, stream=True)
            except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError):
                return await self._client.send(request, stream=True)
        except httpx2.HTTPError as error:
            log.warning("service away", service=service, error=type(error).__name__)
            raise ServiceAway(service) from error

    async def get(self, service: str, path: str, request: Request, *, seconds: float = PART_SECONDS) -> Content:
        """Read as the end user: with the token and language of the request. Raises ServiceAway."""
        answer = await self._read(service, path, request, _AS_READER, seconds)
        try:
            return Content(answer.status_code, from_json(answer.content))
        except ValueError as error:
            raise ServiceAway(service) from error

    async def page(self, service: str, path: str, request: Request) -> httpx2.Response | None:
        """A page that needs no token, in the language of the request; None where there is none. Raises ServiceAway."""
        answer = await self._read(service, quote(path), request, _AS_ANYBODY, PART_SECONDS)
        return answer if answer.status_code == 200 else None

    async def _read(
        self, service: str, path: str, request: Request, passed: frozenset[bytes], seconds: float
    ) -> httpx2.Response:
        headers = [(name, value) for name, value in request.scope["headers"] if name in passed]
        try:
            async with asyncio.timeout(seconds):
                answer = await self.send(service, "GET", path.encode(), headers)
                try:
                    await answer.aread()
                finally:
                    await answer.aclose()
        except (TimeoutError, httpx2.HTTPError) as error:
            raise ServiceAway(service) from error
        if answer.status_code >= 500:
            raise ServiceAway(service)
        return answer


_AS_ANYBODY = frozenset({b"accept-language", b"correlation-id"})
_AS_READER = _AS_ANYBODY | {b"authorization"}


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[None]:
    """For the application's lifespan: `app.state.upstreams` until it ends."""
    settings: Settings = app.state.settings
    client = httpx2.AsyncClient(
        # Each follower holds a connection to each service: the others must not wait for one of theirs.
        limits=httpx2.Limits(
            max_connections=MOST_CONNECTIONS + settings.most_followers * len(settings.services),
            max_keepalive_connections=100,
            keepalive_expiry=KEPT_IDLE,
        ),
        timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        trust_env=False,
        follow_redirects=False,
        headers={"user-agent": "caytre-gateway", "accept-encoding": "identity"},
    )
    telemetry.instrument(client)
    app.state.gateway = GatewaySettings()
    async with client:
        app.state.upstreams = Upstreams(settings.services, client)
        yield
