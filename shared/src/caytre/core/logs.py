"""Logs: one JSON object a line on standard error, with service and trace; uvicorn and libraries included.

A record is one line whatever it holds: control characters and the separators that some readers take for line ends
are escaped. Of an error it holds kinds and frames, no text: texts repeat values.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from time import monotonic
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from caytre.core.faults import traced
from caytre.core.telemetry import current_trace_id

#: A library's message is written once in so many seconds; so many different ones are remembered.
REPEATED_SECONDS, MOST_REMEMBERED = 10.0, 256

_ESCAPED = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029, *range(0xD800, 0xE000))}


def to_line(content: object, **options: Any) -> str:
    """JSON on one line: Vietnamese stays readable, everything that could break the line or a terminal is escaped."""
    return json.dumps(content, ensure_ascii=False, **options).translate(_ESCAPED)


def _with_trace(_: WrappedLogger, __: str, record: EventDict) -> EventDict:
    if (trace_id := current_trace_id()) is not None:
        record["trace_id"] = trace_id
    return record


def _already_logged(record: logging.LogRecord) -> bool:
    # The 500 handler has logged the failure, with its trace; uvicorn would log it again, without.
    return not record.getMessage().startswith("Exception in ASGI application")


class _NotAgain(logging.Filter):
    """Lets what a library repeats through once in a while, and then says how often it was `repeated` meanwhile.

    A Kafka client whose broker is away says so with every try; what Caytre itself says is never left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be written."""
        # A structured record is one of Caytre's own; an error with its traceback is one of its own kind.
        if isinstance(record.msg, dict) or record.exc_info:
            return True
        try:
            now, key = monotonic(), (record.name, record.getMessage())
        except (TypeError, ValueError, LookupError):
            return True  # its words do not fit its arguments: the handler tells that
        since, times = self._said.pop(key, (-REPEATED_SECONDS, 0))
        if now - since < REPEATED_SECONDS:
            self._said[key] = (since, times + 1)
            return False
        if times:
            record.repeated = times
        self._said[key] = (now, 0)
        if len(self._said) > MOST_REMEMBERED:
            del self._said[next(iter(self._said))]
        return True


def _without_values(_: WrappedLogger, __: str, record: EventDict) -> EventDict:
    match record.pop("exc_info", None):
        case BaseException() as error:
            record["exception"] = traced(error)
        case (_, BaseException() as error, _):
            record["exception"] = traced(error)
        case True if (present := sys.exception()) is not None:
            record["exception"] = traced(present)
    return record


def loop_failed(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An event loop's exception handler: asyncio's own writes the text of the error, which may hold values."""
    structlog.get_logger("asyncio").error(context["message"], exc_info=context.get("exception"))


def set_up(service: str, level: str = "info", stream: TextIO | None = None) -> None:
    """Configure structlog and the standard library's logging, once per process."""

    def with_service(_: WrappedLogger, __: str, record: EventDict) -> EventDict:
        record["service"] = service
        return record

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _with_trace,
        with_service,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_values,
                structlog.processors.JSONRenderer(serializer=to_line),
            ],
        )
    )
    handler.addFilter(_NotAgain())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.error").addFilter(_already_logged)
    # The access log repeats what the trace says; uvicorn is started with `log_config=None, access_log=False`.
    logging.getLogger("uvicorn.access").disabled = True
    for chatty in ("aiokafka", "httpx2", "httpcore", "opentelemetry"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
