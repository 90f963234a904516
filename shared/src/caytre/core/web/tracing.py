"""One SERVER span and one duration per request, as OpenTelemetry's HTTP conventions name them.

https://opentelemetry.io/docs/specs/semconv/http/. What a request asked for in its query may be somebody's name and
stays out of the trace.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import Scope

from caytre.core.metrics import http_duration

_TRACER = trace.get_tracer("caytre.http")
_PROPAGATOR = TraceContextTextMapPropagator()
_CARRIERS = frozenset({b"traceparent", b"tracestate"})
#: Whatever else somebody calls a method is one name, so that a trace's names stay few.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"})


class Served:
    """A request from its first to its last byte; its span is the current one meanwhile."""

    __slots__ = ("_attributes", "_scope", "_span", "_started", "_token", "status")

    def __init__(self, scope: Scope, method: str) -> None:
        self._scope = scope
        #: What was answered; 0 as long as nothing was.
        self.status = 0
        self._started = perf_counter()
        self._attributes: dict[str, Any] = {
            "http.request.method": method if method in _METHODS else "_OTHER",
            "url.scheme": scope["scheme"],
        }
        self._span = _TRACER.start_span(
            self._name(), _parent(scope), SpanKind.SERVER, {**self._attributes, "url.path": scope["path"]}
        )
        self._token = context.attach(trace.set_span_in_context(self._span))

    def end(self, error: BaseException | None = None) -> None:
        """The last byte was sent, or `error` ended it before."""
        attributes = self._attributes
        if (route := getattr(self._scope.get("route"), "path_format", None)) is not None:
            attributes["http.route"] = route
        if self.status:
            attributes["http.response.status_code"] = self.status
        if error is not None:
            attributes["error.type"] = type(error).__qualname__
        elif not 0 < self.status < 500:
            attributes["error.type"] = str(self.status)
        http_duration.record(perf_counter() - self._started, attributes)
        if self._span.is_recording():
            self._span.update_name(self._name(route))
            self._span.set_attributes(attributes)
            if "error.type" in attributes:
                self._span.set_status(trace.StatusCode.ERROR)
            self._span.end()
        context.detach(self._token)

    def _name(self, route: str | None = None) -> str:
        method = self._attributes["http.request.method"]
        method = "HTTP" if method == "_OTHER" else method
        return method if route is None else f"{method} {route}"


def _parent(scope: Scope) -> Context:
    carrier = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _CARRIERS}
    return _PROPAGATOR.extract(carrier, Context()) if carrier else Context()
