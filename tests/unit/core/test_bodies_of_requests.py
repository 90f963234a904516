"""What a body may be before anybody looks at its members."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import Request
from starlette.types import Message

from caytre.core.web.app import read_body
from caytre.core.web.http_refusals import ContentTooLarge, MalformedJson, MalformedRequest
from caytre.core.web.json_bodies import MAX_DEPTH, parse


def coming(*messages: Message) -> Request:
    """A request whose body comes in these messages."""
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    return Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}, receive)


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_is_whole_however_it_comes() -> None:
    assert await read_body(coming(part(b"{}")), 10) == b"{}"
    assert await read_body(coming(part(b"{", more=True), part(b"", more=True), part(b"}")), 10) == b"{}"
    with pytest.raises(ContentTooLarge):
        await read_body(coming(part(b"12345", more=True), part(b"678901")), 10)


@pytest.mark.parametrize("before", [[], [part(b"{", more=True)], [part(b"{}", more=True)]])
async def test_a_body_that_breaks_off_is_no_request(before: list[Message]) -> None:
    with pytest.raises(MalformedRequest):
        await read_body(coming(*before, {"type": "http.disconnect"}), 10)


def nested(depth: int, inner: Any = 0) -> bytes:
    for _ in range(depth):
        inner = [inner]
    return json.dumps(inner).encode()


def test_brackets_count_where_they_are_no_text() -> None:
    text = '[{"' * 50
    assert parse(nested(MAX_DEPTH, text)) is not None
    assert parse(json.dumps([{"a": [text]}] * 50).encode()) == [{"a": [text]}] * 50
    for inner in (0, text, '\\"'):
        with pytest.raises(MalformedJson):
            parse(nested(MAX_DEPTH + 1, inner))


def test_a_body_full_of_quotes_that_close_nothing_is_read_once() -> None:
    for quotes in (b'\\"' * 500_000, b'"\\' * 300_000, b'\\"\n' * 300_000):
        with pytest.raises(MalformedJson):
            parse(b"[" * (MAX_DEPTH + 1) + b'"' + quotes)
        with pytest.raises(MalformedJson):
            parse(b"[" * MAX_DEPTH + b'"[' + quotes)
