"""The HTTP application of a service: routes that authenticate by default, read bodies safely and answer problems.

`Route` does before the endpoint what dependencies would do slower: token, body limit, JSON guards. `create_app`
puts the parts together and refuses to start when a route or operation was forgotten.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic_core import PydanticUndefined as Undefined
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from caytre.core import scraping
from caytre.core.health import Health
from caytre.core.policy import Policy
from caytre.core.pseudonyms import Pseudonyms
from caytre.core.refusals import Words
from caytre.core.schemas import serving as released_schemas
from caytre.core.settings import Settings
from caytre.core.web import docs, openapi, problem_pages, problems
from caytre.core.web.auth import Authenticator, remember
from caytre.core.web.guard import Guard
from caytre.core.web.http_refusals import ContentTooLarge, MalformedRequest, UnsupportedMediaType
from caytre.core.web.json_bodies import parse
from caytre.core.web.jwks import KeySource
from caytre.core.web.paging import Cursors
from caytre.core.web.prepared import prepare
from caytre.core.web.query_parameters import declared, require_declared

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
#: From a request and its JSON body, `Undefined` where it has none.
Answering = Callable[[Request, Any], Coroutine[Any, Any, Response]]


class GuardedRequest(Request):
    """A request whose body was read and parsed once, by the route."""

    def __init__(self, scope: Scope, receive: Receive, raw: bytes, parsed: Any) -> None:
        super().__init__(scope, receive)
        self._raw = raw
        self._parsed = parsed

    async def body(self) -> bytes:
        """The raw bytes."""
        return self._raw

    async def json(self) -> Any:
        """The value that passed the guards."""
        return self._parsed


class Route(APIRoute):
    """A route that needs a token unless it says `openapi_extra={"security": []}`."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        # Routes are tried one after the other; most are told apart by how they begin and end, without a regex.
        self._head, self._tail = path.partition("{")[0], path.rpartition("}")[2]
        prepared = prepare(self.dependant, embeds=self._embed_body_fields)
        if prepared is not None:
            self.app = _application(self._guarded(prepared.answer))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As Starlette's; quicker to say no."""
        path: str = scope["path"]
        if not (path.startswith(self._head) and path.endswith(self._tail)) and not scope.get("root_path"):
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Handler:
        """FastAPI's handler behind the guards."""
        handler = super().get_route_handler()
        return self._guarded(lambda request, _: handler(request))

    def _guarded(self, answer: Answering) -> Handler:
        """Token, query, body limit and JSON guards before the answer."""
        public, has_body = openapi.is_public(self), self.body_field is not None
        changes = not openapi.CHANGING.isdisjoint(self.methods or ())
        streams = bool(self.openapi_extra) and "x-streamed-body" in (self.openapi_extra or {})
        forwards = bool(self.openapi_extra) and "x-forwarded-to" in (self.openapi_extra or {})
        parameters = declared(self.dependant)

        async def handle(request: Request) -> Response:
            scope = request.scope
            if not public:
                remember(scope, await scope["app"].state.authenticator.authenticate(scope))
            if scope["query_string"] and not forwards:
                require_declared(scope["query_string"], parameters)
            if streams or not (has_body or changes):
                return await answer(request, Undefined)
            raw = await read_body(request, scope["app"].state.max_body_bytes)
            parsed = Undefined
            if has_body and raw:
                _require_json(scope)
                parsed = parse(raw)
            return await answer(GuardedRequest(scope, request.receive, raw, parsed), parsed)

        return handle


class Router(APIRouter):
    """A router of guarded routes; every service's `api` module makes its routes with it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=Route, **options)


def _application(handle: Handler) -> ASGIApp:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        response = await handle(Request(scope, receive))
        await response(scope, receive, send)

    return application


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises ContentTooLarge (413) by what is announced, and by what really comes.

    Raises MalformedRequest for a body that breaks off: what came of it is not what was asked for.
    """
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:19]) > limit:
        raise ContentTooLarge(limit=limit, headers={"Connection": "close"})
    message = await _received(request)
    body: bytes = message.get("body", b"")
    if message.get("more_body", False) or len(body) > limit:
        chunks, size = [body], len(body)
        while message.get("more_body", False) and size <= limit:
            message = await _received(request)
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
        if size > limit:
            raise ContentTooLarge(limit=limit, headers={"Connection": "close"})
        body = b"".join(chunks)
    return body


async def _received(request: Request) -> Message:
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise MalformedRequest(reason=Words("nội dung không đến đủ", "the body did not come whole"))
    return message


def _require_json(scope: Scope) -> None:
    media = b""
    for name, value in scope["headers"]:
        if name == b"content-type":
            media = value
        elif name == b"content-encoding" and value.lower() != b"identity":
            raise UnsupportedMediaType
    if media != b"application/json":
        kind, _, parameters = media.partition(b";")
        charset = parameters.strip().lower().removeprefix(b"charset=").strip(b'"')
        if kind.strip().lower() != b"application/json" or charset not in {b"", b"utf-8"}:
            raise UnsupportedMediaType


class Application(FastAPI):
    """FastAPI behind the guard; added as middleware it would not see the answers to failures (500)."""

    def build_middleware_stack(self) -> ASGIApp:
        """The guard, the answers to failures and to refusals, what FastAPI's own handlers need, the routes."""
        refusals = dict(self.exception_handlers)
        failure = refusals.pop(Exception)
        routes = AsyncExitStackMiddleware(self.router)
        return Guard(ServerErrorMiddleware(ExceptionMiddleware(routes, refusals), failure))


class UnguardedRoute(Exception):
    """A route is no `Route`, hides in a nested router, or issues an unknown operation: a fault of the programmer."""


def create_app(
    service: str,
    routers: Sequence[APIRouter],
    settings: Settings | None,
    lifespan: Lifespan | None = None,
    *,
    policy: Policy | None = None,
    health: Health | None = None,
    authenticator: Authenticator | None = None,
    version: str = "1",
    description: str = "",
) -> FastAPI:
    """The application. Without `settings` it can describe itself (`app.openapi()`) but authenticates nobody.

    `lifespan(app)` opens and closes what the service needs; `app.state` holds settings, policy, health, cursors,
    pseudonyms and authenticator. Raises UnguardedRoute.
    """
    health = health or Health()
    app = Application(
        title=f"Caytre {service}",
        version=version,
        description=description,
        # `caytre.core.web.docs` serves the document and shows it.
        openapi_url=None,
        lifespan=_around(health, lifespan),
        # The guard traces: FastAPI describes a request in full before it knows whether its trace is sampled.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        redirect_slashes=False,
    )
    app.state.service = service
    app.state.health = health
    app.state.policy = policy or Policy({})
    app.state.public_url = ""
    app.state.max_body_bytes = 1024 * 1024
    if settings is not None:
        app.state.settings = settings
        app.state.public_url = settings.public_url.rstrip("/")
        app.state.max_body_bytes = settings.max_body_bytes
        app.state.pseudonyms = Pseudonyms(settings.derived("pseudonym"))
        app.state.cursors = Cursors(settings.derived("cursor"))
        app.state.authenticator = authenticator or Authenticator(
            issuer=settings.issuer,
            audience=settings.audience,
            keys=KeySource(settings.jwks),
            lifetime=settings.token_lifetime,
        )
    problems.install(app)
    every = (*routers, health.router, scraping.router, problem_pages.router, released_schemas.router, docs.router)
    # Not include_router: FastAPI would match each route of an included router twice per request. Routes are tried
    # one after the other, so those without a parameter come first.
    routes = [route for router in every for route in router.routes]
    app.router.routes.extend(sorted(routes, key=lambda route: "{" in getattr(route, "path", "{")))
    _refuse_unguarded(app)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    return app


def _around(health: Health, inner: Lifespan | None) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.enter_context(health.watching_the_loop())
            if inner is not None:
                await stack.enter_async_context(inner(app))
            health.started()
            try:
                yield
            finally:
                health.stopping()

    return lifespan


def _refuse_unguarded(app: FastAPI) -> None:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute):
            continue
        if context.path_format != route.path_format:
            raise UnguardedRoute(f"{context.path_format}: list routers one by one, not inside each other")
        if not isinstance(route, Route) and not openapi.is_public(route):
            raise UnguardedRoute(f"{route.path}: make it with caytre.core.web.app.Router")
        for call in openapi.dependencies_of(route.dependant):
            operation = getattr(call, "policy_operation", None)
            if operation is not None and operation not in app.state.policy:
                raise UnguardedRoute(f"{route.path}: the policy has no operation {operation}")
