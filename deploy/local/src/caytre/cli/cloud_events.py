"""Records of Kafka shown as CloudEvents: in structured mode for machines, in colours for people."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID

from rich.text import Text

_INTEGERS = frozenset({"position", "epoch", "ordinal"})
_CONTROLS = re.compile("[\x7f-\x9f]")
_MEMBERS = re.compile(r'^ *"[^"]*":', re.MULTILINE)


@dataclass(frozen=True)
class Filter:
    """Which records are shown; an absent value takes all."""

    type: str | None = None
    record: UUID | None = None

    def takes(self, record: Any) -> bool:
        """Whether the record passes."""
        if self.record is not None and record.key != str(self.record).encode():
            return False
        return self.type is None or fnmatchcase(headers_of(record).get("ce_type", ""), self.type)


def headers_of(record: Any) -> dict[str, str]:
    """The headers as text."""
    return {name: _printable(value) for name, value in record.headers if value is not None}


def _printable(value: bytes) -> str:
    # What others wrote must not steer the terminal it is shown on.
    text = value.decode(errors="replace")
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _data(record: Any) -> Any:
    if record.value is None:
        return None
    try:
        return json.loads(record.value)
    except ValueError:
        return _printable(record.value)


def structured(record: Any) -> dict[str, Any]:
    """The record in the JSON event format (CloudEvents 1.0.2), with its place on Kafka as extension attributes."""
    headers = headers_of(record)
    attributes: dict[str, Any] = {
        name.removeprefix("ce_"): int(value) if name.removeprefix("ce_") in _INTEGERS and value.isdecimal() else value
        for name, value in headers.items()
        if name.startswith("ce_")
    }
    place = {"kafkatopic": record.topic, "kafkapartition": record.partition, "kafkaoffset": record.offset}
    content_type = {"datacontenttype": headers["content-type"]} if "content-type" in headers else {}
    key = {} if "subject" in attributes or record.key is None else {"subject": _printable(record.key)}
    return {**attributes, **key, **content_type, **place, "data": _data(record)}


def pretty(record: Any) -> Text:
    """The record for a person: what happened to what, where it is, and what it says.

    One text and no tree of renderables: a topic has thousands, and those took ten times as long as reading them.
    """
    event = structured(record)
    data = event.pop("data")
    head = Text.assemble(
        (str(event.get("type", "no CloudEvent")), "bold cyan"),
        "  ",
        (str(event.get("time", "")), "dim"),
        "\n  ",
        ("record ", "dim"),
        str(event.get("subject", "")),
        ("  version ", "dim"),
        str(event.get("sequence", "")),
        ("  position ", "dim"),
        f"{event.get('epoch', '')}.{event.get('position', '')}",
        ("  on ", "dim"),
        f"{record.topic}/{record.partition}@{record.offset}",
    )
    trace = str(event.get("traceparent", "")).split("-")
    more = {
        "by": event.get("actor"),
        "sensitivity": event.get("sensitivity"),
        "trace": trace[1] if len(trace) == 4 else None,
        "caused by": event.get("causationid"),
    }
    head.append("\n  ")
    for name, value in more.items():
        if value:
            head.append(f"{name} ", "dim").append(f"{value}  ")
    if data is None:
        return head.append("\n  tombstone: there is no public state any more", "yellow").append("\n")
    return head.append("\n").append_text(_body(data)).append("\n")


def _body(data: Any) -> Text:
    if not isinstance(data, dict | list):
        return Text(f"  {data}")
    # JSON escapes the control characters of ASCII and no others.
    written = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", json.dumps(data, ensure_ascii=False, indent=2))
    body = Text(written)
    body.highlight_regex(_MEMBERS, "blue")
    return body
