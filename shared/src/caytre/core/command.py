"""What travels with every change: who, when (business time), under which key, and because of what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caytre.contracts.message import State
from caytre.core.caller import Caller


def anyone(_: State) -> None:
    """Reactions act for the service itself; the policy was checked where the cause was accepted."""


@dataclass(frozen=True, slots=True)
class Command:
    """The circumstances of one change. `permit` raises NotFound or Forbidden for what the caller may not change."""

    caller: Caller
    at: datetime
    actor: str
    correlation: UUID
    traceparent: str | None = None
    causation: UUID | None = None
    key: str | None = None
    fingerprint: bytes = b""
    permit: Callable[[State], None] = anyone


@dataclass(frozen=True, slots=True)
class Answer:
    """What an accepted command answers: the open part of the record, ready bytes, serialised once.

    Reading what is confidential is an act of its own, with a row in a chain of its own. `replayed` marks the answer to
    a repeated key.
    """

    kind: str
    id: UUID
    version: int
    status: int
    body: bytes
    replayed: bool = False
