"""Records of Kafka shown as CloudEvents: in structured mode for machines, in colours for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID

from rich.console import Group, RenderableType
from rich.json import JSON
from rich.text import Text

_INTEGERS = frozenset({"position", "epoch", "ordinal"})


@dataclass(frozen=True)
class Filter:
    """Which records are shown; an absent value takes all."""

    type: str | None = None
    record: UUID | None = None

    def takes(self, record: Any) -> bool:
        """Whether the record passes."""
        headers = headers_of(record)
        if self.record is not None and record.key != str(self.record).encode():
            return False
        return self.type is None or fnmatchcase(headers.get("ce_type", ""), self.type)


def headers_of(record: Any) -> dict[str, str]:
    """The headers as text."""
    return {name: _printable(value) for name, value in record.headers if value is not None}


def _printable(value: bytes) -> str:
    # What others wrote must not steer the terminal it is shown on.
    text = value.decode(errors="replace")
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


def pretty(record: Any) -> RenderableType:
    """The record for a person: what happened to what, where it is, and what it says."""
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
    line = Text("  ")
    for name, value in more.items():
        if value:
            line.append(f"{name} ", "dim").append(f"{value}  ")
    body = Text("  tombstone: there is no public state any more", "yellow") if data is None else _body(data)
    return Group(head, line, body, Text())


def _body(data: Any) -> RenderableType:
    if isinstance(data, dict | list):
        return JSON.from_data(data, indent=2, ensure_ascii=False)
    return Text(f"  {data}")
