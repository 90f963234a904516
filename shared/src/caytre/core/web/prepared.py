"""How an endpoint is called, worked out once when its route is made.

FastAPI asks every dependency at every request what kind of thing it is, and opens exit stacks for those that have to
be closed. Here dependencies are coroutine functions and endpoints answer a ready Response, so that what is left of it
is to validate what was given and to call. Whatever else a route asks for stays FastAPI's own to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import isclass, iscoroutinefunction
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_typed_return_annotation, request_body_to_args, request_params_to_args
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Prepared:
    """One coroutine function and where its arguments come from."""

    call: Callable[..., Any]
    known: Dependant
    dependencies: tuple[tuple[str | None, Prepared], ...]
    embeds: bool

    async def answer(self, request: Request, body: Any) -> Response:
        """Call the endpoint. Raises RequestValidationError with everything that is wrong, and what the call raises."""
        errors: list[Any] = []
        arguments = await self._arguments(request, body, errors)
        if errors:
            raise RequestValidationError(errors, body=body)
        response: Response = await self.call(**arguments)
        return response

    async def _arguments(self, request: Request, body: Any, errors: list[Any]) -> dict[str, Any]:
        known, arguments = self.known, dict[str, Any]()
        for name, dependency in self.dependencies:
            wrong = len(errors)
            given = await dependency._arguments(request, body, errors)
            if len(errors) == wrong:
                value = await dependency.call(**given)
                if name is not None:
                    arguments[name] = value
        if known.path_params:
            _take(request_params_to_args(known.path_params, request.path_params), arguments, errors)
        if known.query_params:
            _take(request_params_to_args(known.query_params, request.query_params), arguments, errors)
        if known.body_params:
            read = await request_body_to_args(known.body_params, received_body=body, embed_body_fields=self.embeds)
            _take(read, arguments, errors)
        if known.request_param_name:
            arguments[known.request_param_name] = request
        return arguments


def _take(found: tuple[dict[str, Any], list[Any]], arguments: dict[str, Any], errors: list[Any]) -> None:
    arguments.update(found[0])
    errors.extend(found[1])


def prepare(endpoint: Dependant, *, embeds: bool) -> Prepared | None:
    """The prepared call of a route's endpoint, or None where FastAPI has more to do than to call."""
    answers = get_typed_return_annotation(endpoint.call) if endpoint.call is not None else None
    if not (isclass(answers) and issubclass(answers, Response)):
        return None
    called = [dependant.call for dependant in _all(endpoint)]
    # Of a dependency that is named twice FastAPI calls one for both.
    if len(called) != len(set(called)) or not all(_is_plain(dependant) for dependant in _all(endpoint)):
        return None
    return _prepared(endpoint, embeds)


def _prepared(dependant: Dependant, embeds: bool) -> Prepared:
    assert dependant.call is not None  # noqa: S101 - said by _is_plain
    dependencies = tuple((child.name, _prepared(child, embeds)) for child in dependant.dependencies)
    return Prepared(dependant.call, dependant, dependencies, embeds)


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for child in dependant.dependencies:
        yield from _all(child)


def _is_plain(dependant: Dependant) -> bool:
    more = (
        dependant.header_params,
        dependant.cookie_params,
        dependant.websocket_param_name,
        dependant.http_connection_param_name,
        dependant.response_param_name,
        dependant.background_tasks_param_name,
        dependant.security_scopes_param_name,
        dependant.concurrency,
    )
    return iscoroutinefunction(dependant.call) and not any(more)
