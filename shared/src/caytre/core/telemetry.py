"""Traces and metrics through OpenTelemetry: set-up from the standard OTEL_* variables, names, and cheap spans.

Attribute names stand here and nowhere else; the metrics are in `metrics.py`. A span costs next to nothing when its
trace is not sampled: no attributes are built and no clock is read, and the parent's `traceparent` simply travels on.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import httpx2
from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.exporter.zipkin.json import ZipkinExporter
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_NAMESPACE, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.util.types import AttributeValue

RECORD = "caytre.record"
TYPE = "caytre.type"
LOCALITY = "caytre.locality"
MESSAGE_ID = "caytre.message_id"
REGISTER_NO = "caytre.register_no"
ROLE = "caytre.role"

_TRACER = trace.get_tracer("caytre")
_EXPORT_SECONDS = 3
SHUTDOWN_SECONDS = 3.0


class UnknownExporter(ValueError):
    """OTEL_TRACES_EXPORTER or OTEL_METRICS_EXPORTER names something this platform does not speak."""


class Telemetry:
    """The process's providers; `close` flushes within a bound, whether or not a collector listens."""

    def __init__(self, tracing: TracerProvider | None, measuring: MeterProvider | None) -> None:
        self._tracing = tracing
        self._measuring = measuring

    def close(self, seconds: float = SHUTDOWN_SECONDS) -> None:
        """Send what is left within `seconds`; what an absent collector does not take by then is given up."""
        # The SDK's own timeouts do not bound a running export, so the wait is bounded here and the thread is a daemon.
        closing = threading.Thread(target=self._shut_down, args=(seconds,), name="telemetry-close", daemon=True)
        closing.start()
        closing.join(seconds)

    def _shut_down(self, seconds: float) -> None:
        if self._tracing is not None:
            self._tracing.shutdown()
        if self._measuring is not None:
            self._measuring.shutdown(timeout_millis=seconds * 1000)


def set_up(service: str, environ: Mapping[str, str] = os.environ, role: str = "all") -> Telemetry:
    """Install the global providers once per process. Raises UnknownExporter.

    OTEL_TRACES_EXPORTER: `otlp`, `zipkin_json` or `none` (also when unset and no OTLP endpoint is named).
    OTEL_METRICS_EXPORTER: `prometheus` (also when unset) lets `/metrics` be scraped, `otlp` sends them (also when unset
    and an OTLP endpoint is named), `none` measures nothing; a list of both does both. Sampler, endpoints and resource
    attributes are the SDK's own variables.
    """
    tracing, measuring = tracer_provider(service, environ, role), meter_provider(service, environ, role)
    if tracing is not None:
        trace.set_tracer_provider(tracing)
    if measuring is not None:
        metrics.set_meter_provider(measuring)
    return Telemetry(tracing, measuring)


def tracer_provider(service: str, environ: Mapping[str, str] = os.environ, role: str = "all") -> TracerProvider | None:
    """The provider that the environment asks for, not installed yet."""
    exporter = _span_exporter(environ)
    if exporter is None:
        return None
    provider = TracerProvider(resource=_resource(service, environ, role), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def meter_provider(service: str, environ: Mapping[str, str] = os.environ, role: str = "all") -> MeterProvider | None:
    """The provider that the environment asks for, not installed yet."""
    wanted = metric_exporters(environ)
    if not wanted:
        return None
    makers: dict[str, Callable[[], MetricReader]] = {"otlp": _pushing, "prometheus": _scraped}
    return MeterProvider(
        [makers[name]() for name in sorted(wanted)],
        _resource(service, environ, role),
        # Only OTLP carries exemplars; offering them costs more than measuring.
        exemplar_filter=None if "otlp" in wanted else AlwaysOffExemplarFilter(),
        shutdown_on_exit=False,
    )


def metric_exporters(environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    """How metrics leave this process: `prometheus`, `otlp`, both or neither. Raises UnknownExporter."""
    if _is_disabled(environ):
        return frozenset()
    unsaid = "otlp,prometheus" if _names_a_collector("METRICS", environ) else "prometheus"
    named = frozenset(name.strip() for name in (environ.get("OTEL_METRICS_EXPORTER") or unsaid).split(","))
    if named == {"none"}:
        return frozenset()
    if unknown := named - {"otlp", "prometheus"}:
        raise UnknownExporter(f"OTEL_METRICS_EXPORTER={','.join(sorted(unknown))}: use prometheus, otlp or none")
    return named


def _pushing() -> MetricReader:
    return PeriodicExportingMetricReader(OTLPMetricExporter(timeout=_EXPORT_SECONDS))


def _scraped() -> MetricReader:
    # Which library a metric comes from would be two more labels on every line.
    return PrometheusMetricReader(scope_info_enabled=False)


def _resource(service: str, environ: Mapping[str, str], role: str) -> Resource:
    name = environ.get("OTEL_SERVICE_NAME", f"caytre-{service}")
    return Resource.create({SERVICE_NAMESPACE: "caytre", SERVICE_NAME: name, ROLE: role})


def _is_disabled(environ: Mapping[str, str]) -> bool:
    return environ.get("OTEL_SDK_DISABLED", "").lower() == "true"


def _names_a_collector(signal: str, environ: Mapping[str, str]) -> bool:
    endpoints = ("OTEL_EXPORTER_OTLP_ENDPOINT", f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")
    return any(environ.get(name) for name in endpoints)


def _span_exporter(environ: Mapping[str, str]) -> SpanExporter | None:
    unsaid = "otlp" if _names_a_collector("TRACES", environ) else "none"
    match "none" if _is_disabled(environ) else environ.get("OTEL_TRACES_EXPORTER") or unsaid:
        case "none":
            return None
        case "otlp":
            return OTLPSpanExporter(timeout=_EXPORT_SECONDS)
        case "zipkin_json":
            return ZipkinExporter(timeout=_EXPORT_SECONDS)
        case other:
            raise UnknownExporter(f"OTEL_TRACES_EXPORTER={other}: use otlp, zipkin_json or none")


def traceparent_of(span: Span) -> str | None:
    """The span's context as a `traceparent` header (W3C Trace Context level 1); None when there is no trace."""
    context = span.get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def current_traceparent() -> str | None:
    """The `traceparent` of the present span."""
    return traceparent_of(trace.get_current_span())


def current_trace_id() -> str | None:
    """The present trace's id in hex, for problems, logs and rows."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def is_unsampled() -> bool:
    """Whether there is a present trace and nobody keeps it, so that no span of it needs to be made."""
    context = trace.get_current_span().get_span_context()
    return context.is_valid and not context.trace_flags.sampled


def parse_traceparent(value: str | None) -> SpanContext | None:
    """The remote context in a `traceparent`, or None when it is missing or malformed."""
    if value is None or len(value) < 55:
        return None
    try:
        trace_id, span_id, flags = int(value[3:35], 16), int(value[36:52], 16), int(value[53:55], 16)
    except ValueError:
        return None
    context = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags))
    return context if context.is_valid else None


def begin(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    attributes: Mapping[str, AttributeValue] | None = None,
    start: int | None = None,
    linked: Sequence[str] = (),
) -> Span:
    """Start a span that is not made current; the caller ends it. `start` in nanoseconds since the epoch.

    With a `parent` (a traceparent) it joins that trace, without one the present trace or a new one. Of a trace that
    is not sampled it is a stand-in for the parent: free, and its traceparent travels on. `linked` are traceparents of
    what it came from without being part of it.
    """
    remote = parse_traceparent(parent)
    present = trace.get_current_span().get_span_context() if remote is None else remote
    if present.is_valid and not present.trace_flags.sampled:
        return NonRecordingSpan(present)
    context = trace.set_span_in_context(NonRecordingSpan(remote), Context()) if remote is not None else None
    links = [Link(context) for context in map(parse_traceparent, linked) if context is not None]
    return _TRACER.start_span(name, context, kind, attributes, links, start_time=start)


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    attributes: Mapping[str, AttributeValue] | None = None,
    linked: Sequence[str] = (),
) -> Iterator[Span]:
    """A span that is current inside the block; an exception that leaves the block marks it as an error."""
    started = begin(name, kind, parent, attributes, linked=linked)
    recording = started.is_recording()
    # The SDK would write the exception's text into the span; `failed` writes its type only.
    with trace.use_span(started, end_on_exit=recording, record_exception=False, set_status_on_exception=False):
        try:
            yield started
        finally:
            if recording and (error := sys.exception()) is not None:
                failed(started, error)


def failed(span: Span, error: BaseException) -> None:
    """Mark a span as failed by the error's type; its text may hold data and stays out."""
    if span.is_recording():
        span.set_attribute("error.type", type(error).__qualname__)
        span.set_status(Status(StatusCode.ERROR))


def instrument(client: httpx2.AsyncClient) -> None:
    """Give every request of this client a CLIENT span and a `traceparent` header."""
    HTTPX2ClientInstrumentor.instrument_client(client)
