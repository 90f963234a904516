"""What a command decided: what happened, and what else must hold for it to be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from caytre.contracts.message import Message


@dataclass(frozen=True, slots=True)
class Guard:
    """The change happens only if that row is still at that version, e.g. the partner is still verified."""

    table: sa.Table
    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows written from the change into a table with a named constraint; their `record_id` is the changed record's."""

    table: sa.Table
    columns: Mapping[str, Sequence[object]]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a model method said (at least one message), and what else must hold for it."""

    messages: tuple[Message, ...]
    guards: tuple[Guard, ...] = ()
    claims: tuple[Claim, ...] = ()


def said(*messages: Message) -> Decision:
    """A decision that depends on its own record only."""
    return Decision(messages)
