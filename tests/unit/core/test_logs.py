"""A record is one line of JSON, whatever it holds."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from caytre.core import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    logs.set_up("desk", stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


LINES = {
    "line feed": "a\nb", "carriage return": "a\r\nb", "escape": "\x1b[31mred", "separators": "a\x85b\u2028c",
    "NUL": "\x00", "Vietnamese": "Đà Nẵng", "JSON": '"}{',
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_a_record_is_one_line(name: str, lines: io.StringIO) -> None:
    text = LINES[name]
    structlog.get_logger("x").info("said", text=text)
    logging.getLogger("library").warning("said %s", text)
    written = lines.getvalue().split("\n")
    assert len(written) == 3
    assert len(lines.getvalue().splitlines()) == 2
    assert json.loads(written[0])["text"] == text
    assert not any(ord(c) < 32 for line in written for c in line)


def test_a_record_names_service_and_trace(lines: io.StringIO) -> None:
    with TracerProvider(shutdown_on_exit=False).get_tracer("t").start_as_current_span("s") as span:
        structlog.get_logger("x").warning("said")
    record = json.loads(lines.getvalue())
    assert record["service"] == "desk"
    assert record["trace_id"] == trace.format_trace_id(span.get_span_context().trace_id)
    assert (record["event"], record["level"]) == ("said", "warning")


def test_a_traceback_stays_in_its_record(lines: io.StringIO) -> None:
    try:
        int("boom")
    except ValueError:
        structlog.get_logger("x").exception("failed")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    (line,) = lines.getvalue().splitlines()
    said = json.loads(line)["exception"]
    assert said.endswith("ValueError")
    assert "in test_a_traceback_stays_in_its_record" in said


def test_the_level_is_respected(lines: io.StringIO) -> None:
    structlog.get_logger("x").debug("quiet")
    logging.getLogger("uvicorn.access").info("GET /")
    assert lines.getvalue() == ""


def test_half_a_surrogate_pair_is_escaped() -> None:
    # Not through a logger: the test runner could not pass the captured record on.
    assert logs.to_line({"text": "\ud800"}) == '{"text": "\\ud800"}'


def test_what_a_library_repeats_is_written_once_in_a_while_with_how_often(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(logs, "monotonic", lambda: now)
    for _ in range(3):
        logging.getLogger("library").warning("%s is away", "the broker")
        logging.getLogger("library").warning("another thing")
        structlog.get_logger("x").warning("the broker is away")
    now += logs.REPEATED_SECONDS
    logging.getLogger("library").warning("the broker is away")
    written = [json.loads(line) for line in lines.getvalue().splitlines()]
    library = [(line["event"], line.get("repeated")) for line in written if line["logger"] == "library"]
    assert library == [("the broker is away", None), ("another thing", None), ("the broker is away", 2)]
    assert len(written) - len(library) == 3


def test_only_so_many_repeated_messages_are_remembered(lines: io.StringIO) -> None:
    for number in range(logs.MOST_REMEMBERED + 1):
        logging.getLogger("library").warning("message %d", number)
    logging.getLogger("library").warning("message 0")
    assert len(lines.getvalue().splitlines()) == logs.MOST_REMEMBERED + 2
