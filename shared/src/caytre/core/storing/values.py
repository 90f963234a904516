"""The values of a command's statement, under the names of their places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caytre.contracts.message import Message, is_restricted
from caytre.core.command import Command
from caytre.core.ids import new_id
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.core.storing.decision import Decision

#: A message larger than this would be refused by the broker and stop the relay, so the command is refused instead.
LARGEST_MESSAGE = 900_000


class TooLarge(Refusal):
    """422: the record would not fit into one message."""

    status = 422
    en = "The record would grow to {size} bytes; at most {largest} fit into one message."
    vi = "Hồ sơ sẽ lớn tới {size} byte; một thông điệp chứa được nhiều nhất {largest}."


def values_of(
    command: Command, record: Record, sealed: bytes | None, promoted: Mapping[str, object], decision: Decision
) -> dict[str, Any]:
    """The values of record, messages, guards and claims. Raises TooLarge."""
    document = record.open_json()
    values: dict[str, Any] = {
        "document": document,
        "id": record.id,
        "new_id": record.id,
        "new_version": record.version,
        "new_confidential": sealed,
        "new_sensitivity": record.sensitivity,
        "new_localities": record.localities,
        "new_countries": (),
        "new_consultees": (),
        "new_search": "",
        "message_occurred_at": command.at,
        "message_actor": command.caller.actor or command.caller.subject,
        "message_pseudonym": command.actor,
        "message_traceparent": command.traceparent,
        "message_correlation_id": command.correlation,
        "message_causation_id": command.causation,
    }
    for name, value in promoted.items():
        values[f"new_{name}"] = value
    restricted = is_restricted(record.sensitivity)
    for n, message in enumerate(decision.messages):
        values[f"message{n}_id"] = new_id()
        values[f"message{n}_type"] = message.TYPE
        values[f"message{n}_data"] = _data(message, document, restricted)
    for n, table in enumerate(dict.fromkeys(guard.table for guard in decision.guards)):
        rows = {guard.id: guard.version for guard in decision.guards if guard.table is table}
        values[f"guard{n}_id"] = list(rows)
        values[f"guard{n}_version"] = list(rows.values())
        values[f"guard{n}_count"] = len(rows)
    for n, claim in enumerate(decision.claims):
        for name, column in claim.columns.items():
            values[f"claim{n}_{name}"] = list(column)
    return values


def _data(message: Message, document: bytes, restricted: bool) -> str:
    # What the statement completes with the document, which is the message's state, and a closing brace.
    # Of a restricted record only the envelope travels.
    only = set(message.ENVELOPE) if restricted else None
    changed = message.model_dump_json(include=only, exclude_none=True)
    data = f'{changed[:-1]}{"," if len(changed) > 2 else ""}"state":'
    if (size := len(data.encode()) + len(document) + 1) > LARGEST_MESSAGE:
        raise TooLarge(size=size, largest=LARGEST_MESSAGE)
    return data
