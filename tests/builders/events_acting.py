"""One act on a record of the events service, with what holds for every act."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from caytre.contracts.events import MESSAGES, STATES, read_state
from caytre.contracts.message import Message, State, is_restricted
from caytre.core.record import Record
from caytre.core.refusals import Refusal


def restored(record: Any) -> Any:
    """The record as it comes back from its open and its confidential text."""
    hidden = record.confidential_text()
    return type(record).from_parts(json.loads(record.open_text()), json.loads(hidden) if hidden else None)


def whole(record: Record) -> str:
    """Everything a record holds, as text."""
    return record.model_dump_json()


def acted(record: Any, allowed: set[tuple[str, str]], move: Callable[[], Any]) -> Any:
    """Try an act: what it says, or None when it is refused by name; checks what holds for every act."""
    before, text = record.status, whole(record)
    result, refused = None, None
    try:
        result = move()
    except Refusal as refusal:
        refused = refusal
    if refused is not None:
        assert type(refused) is not Refusal
        assert "{" not in refused.sentence("vi") + refused.sentence("en")
        assert whole(record) == text, "a refusal changes nothing"
        return None
    messages = [each for each in (result if isinstance(result, tuple) else (result,)) if isinstance(each, Message)]
    assert before == record.status or (before, record.status) in allowed, (before, record.status)
    assert all(MESSAGES[message.TYPE] is type(message) for message in messages)
    assert messages or whole(record) == text, "a change is said"
    assert restored(record) == record
    state = read_state(f"caytre.{record.KIND}.x.v1", json.loads(record.open_text()))
    assert type(state) is (State if is_restricted(record.sensitivity) else STATES[record.KIND])
    return result
