"""What the service does on its own: the command of an act that no person and no message just now has issued."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from opentelemetry.trace import SpanKind

from caytre.core.caller import Caller
from caytre.core.clock import business_now
from caytre.core.command import Command
from caytre.core.ids import new_id
from caytre.core.telemetry import span, traceparent_of

SERVICE = "service:notifications"


@contextmanager
def acting(
    what: str,
    *,
    parent: str | None = None,
    linked: str | None = None,
    correlation: UUID | None = None,
    causation: UUID | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
) -> Iterator[Command]:
    """A span, and the command that happens in it.

    With a `parent` it belongs to that trace. What time brings about begins a trace of its own, `linked` to its cause's.
    """
    with span(what, kind, parent, linked=(linked,) if linked else ()) as current:
        yield Command(
            caller=Caller(subject=SERVICE, client=SERVICE),
            at=business_now(),
            actor=SERVICE,
            correlation=correlation or new_id(),
            traceparent=traceparent_of(current) or parent,
            causation=causation,
        )
