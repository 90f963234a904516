"""Spans join the trace they are told to join, cost nothing when unsampled, and closing never hangs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from caytre.core import telemetry

SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = SAMPLED[:-1] + "0"


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_TRACER", provider.get_tracer("caytre"))
    return exporter


def test_a_span_joins_its_parent(exported: InMemorySpanExporter) -> None:
    with telemetry.span("send", SpanKind.PRODUCER, SAMPLED, {telemetry.TYPE: "x"}) as span:
        assert telemetry.current_traceparent() == telemetry.traceparent_of(span)
        assert telemetry.current_trace_id() == SAMPLED[3:35]
    (finished,) = exported.get_finished_spans()
    assert finished.parent is not None
    assert trace.format_span_id(finished.parent.span_id) == SAMPLED[36:52]
    assert finished.attributes == {"caytre.type": "x"}
    assert finished.kind is SpanKind.PRODUCER


def test_an_unsampled_parent_travels_on_for_nothing(exported: InMemorySpanExporter) -> None:
    with telemetry.span("send", parent=UNSAMPLED):
        assert telemetry.current_traceparent() == UNSAMPLED
        with telemetry.span("inner"):
            assert telemetry.current_traceparent() == UNSAMPLED
    assert exported.get_finished_spans() == ()


def test_a_failure_is_marked_by_its_type_only(exported: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="passport"), telemetry.span("process", parent=SAMPLED):
        raise ValueError("passport C1234567")
    (finished,) = exported.get_finished_spans()
    assert finished.status.status_code is StatusCode.ERROR
    assert "C1234567" not in finished.to_json()
    assert finished.attributes == {"error.type": "ValueError"}


def test_times_can_be_given(exported: InMemorySpanExporter) -> None:
    telemetry.begin("send", parent=SAMPLED, start=1_000).end(2_000)
    (finished,) = exported.get_finished_spans()
    assert (finished.start_time, finished.end_time) == (1_000, 2_000)


@pytest.mark.parametrize("text", [None, "", "x" * 55, "00-" + "0" * 32 + "-" + "0" * 16 + "-01", SAMPLED[:50]])
def test_a_malformed_traceparent_starts_a_new_trace(text: str | None, exported: InMemorySpanExporter) -> None:
    with telemetry.span("send", parent=text):
        pass
    assert exported.get_finished_spans()[0].parent is None


def test_without_a_trace_there_is_no_traceparent() -> None:
    assert telemetry.current_traceparent() is None
    assert telemetry.current_trace_id() is None


def test_unknown_exporters_are_refused() -> None:
    with pytest.raises(telemetry.UnknownExporter, match="OTEL_TRACES_EXPORTER"):
        telemetry.set_up("desk", {"OTEL_TRACES_EXPORTER": "carrier-pigeon"})
    with pytest.raises(telemetry.UnknownExporter, match="OTEL_METRICS_EXPORTER"):
        telemetry.set_up("desk", {"OTEL_METRICS_EXPORTER": "carrier-pigeon"})


def test_nothing_asked_for_is_nothing_set_up() -> None:
    before = trace.get_tracer_provider()
    telemetry.set_up("desk", {"OTEL_METRICS_EXPORTER": "none"}).close()
    assert trace.get_tracer_provider() is before


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, {"prometheus"}),
        ({"OTEL_METRICS_EXPORTER": "none"}, set()),
        ({"OTEL_METRICS_EXPORTER": "otlp"}, {"otlp"}),
        ({"OTEL_METRICS_EXPORTER": "otlp, prometheus"}, {"otlp", "prometheus"}),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, {"otlp", "prometheus"}),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://collector:4318"}, {"otlp", "prometheus"}),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318"}, {"prometheus"}),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_METRICS_EXPORTER": "otlp"}, set()),
    ],
)
def test_metrics_are_scraped_unless_somebody_wants_it_otherwise(
    environment: dict[str, str], expected: set[str]
) -> None:
    assert telemetry.metric_exporters(environment) == expected


LOSING = """
import time
from caytre.core import metrics, telemetry
closing = telemetry.set_up("desk")
with telemetry.span("lost"):
    pass
metrics.end_to_end_latency.record(1)
started = time.monotonic()
closing.close(1.0)
raise SystemExit(0 if time.monotonic() - started < 2.0 else 1)
"""


@pytest.mark.parametrize("exporter", ["otlp", "zipkin_json"])
def test_a_process_ends_in_time_when_the_collector_is_away(exporter: str) -> None:
    environment = {
        **os.environ,
        "OTEL_TRACES_EXPORTER": exporter,
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        "OTEL_EXPORTER_ZIPKIN_ENDPOINT": "http://127.0.0.1:9/api/v2/spans",
    }
    ended = subprocess.run([sys.executable, "-c", LOSING], env=environment, timeout=20, check=False)
    assert ended.returncode == 0
