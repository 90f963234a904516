"""A consumer continues the trace of the message: a span per sampled message, and reactions inside theirs."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from caytre.core.consuming.consumer import Consumers, Reaction, Received
from caytre.core.ids import new_id
from caytre.core.storing.database import Database
from caytre.core.testing import Log, deliver
from tests.builders.listening import DUE, SERVICE, SIGNED, Listening

TOPIC = "caytre.traced.events.v1"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr("caytre.core.telemetry._TRACER", provider.get_tracer("test"))
    return exporter


def parent_of(span: ReadableSpan) -> tuple[str, str]:
    assert span.parent is not None
    return f"{span.parent.trace_id:032x}", f"{span.parent.span_id:016x}"


async def test_each_sampled_message_of_a_batch_has_a_span(database: Database, exporter: InMemorySpanExporter) -> None:
    log = Log("x", topic=TOPIC)
    sampled = log.say(SIGNED, new_id(), {}, state={"title": "x"}, traceparent=f"00-{TRACE}-{PARENT}-01")
    log.say(SIGNED, new_id(), {}, state={"title": "x"}, traceparent=f"00-{TRACE}-{PARENT}-00")
    log.say(SIGNED, new_id(), {}, state={"title": "x"})
    await deliver(Listening(TOPIC).projecting(), database, log.messages, twice=False)
    [span] = exporter.get_finished_spans()
    assert (span.name, span.kind, parent_of(span)) == (f"process {TOPIC}", SpanKind.CONSUMER, (TRACE, PARENT))
    attributes = dict(span.attributes or {})
    assert attributes["caytre.record"] == sampled.key
    assert attributes["caytre.message_id"] == sampled.message_id
    assert attributes["messaging.consumer.group.name"] == SERVICE


async def test_what_a_reaction_commands_belongs_to_its_span(database: Database, exporter: InMemorySpanExporter) -> None:
    log, consumers, commands = Log("x", topic=TOPIC), Consumers(SERVICE), []

    @consumers.reaction(TOPIC, DUE)
    async def note_due(reaction: Reaction, message: Received) -> None:
        commands.append(reaction.command)

    message = log.say(DUE, new_id(), {}, state={}, traceparent=f"00-{TRACE}-{PARENT}-01")
    untraced = log.say(DUE, new_id(), {}, state={}, traceparent=f"00-{TRACE}-{PARENT}-00")
    await deliver(consumers, database, [message, untraced], twice=False)
    by_cause = {command.causation: command for command in commands}
    [reacting] = exporter.get_finished_spans()
    assert (reacting.name, parent_of(reacting)) == (f"process {TOPIC}", (TRACE, PARENT))
    assert dict(reacting.attributes or {})["caytre.reaction"] == "note_due"
    assert reacting.context is not None
    assert by_cause[message.id].traceparent == f"00-{TRACE}-{reacting.context.span_id:016x}-01"
    assert by_cause[message.id].correlation == message.correlation
    # A trace that is not recorded travels on as it is.
    assert by_cause[untraced.id].traceparent == f"00-{TRACE}-{PARENT}-00"
