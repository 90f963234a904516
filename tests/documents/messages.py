"""Who says what on Kafka, and who hears it, as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from caytre import contracts
from caytre.contracts.message import Message
from caytre.core.consuming.consumer import Consumers

#: Services whose messages are declared before they themselves are there.
PLANNED = "*not built yet*"


def speakers() -> Iterator[ModuleType]:
    """The modules of contracts that declare messages."""
    for found in iter_modules(contracts.__path__):
        module = import_module(f"{contracts.__name__}.{found.name}")
        if hasattr(module, "MESSAGES"):
            yield module


def hearers(services: tuple[str, ...]) -> dict[tuple[str, str], list[str]]:
    """For each (topic, type) who reacts to it; under the type `*` who keeps views of the whole topic."""
    heard: dict[tuple[str, str], list[str]] = {}
    for service in services:
        consumers: Consumers | None = import_module(f"caytre.{service}.main").service.consumers
        if consumers is None:
            continue
        for topic, projections in consumers.projections.items():
            for projection in projections:
                views = ", ".join(f"`{view}`" for view in projection.views)
                heard.setdefault((topic, "*"), []).append(f"{service} keeps {views}")
        for topic, reactions in consumers.general.items():
            for reaction in reactions:
                heard.setdefault((topic, "*"), []).append(f"{service}: `{reaction.name}` (any type)")
        for (topic, type_), reactions in consumers.reactions.items():
            for reaction in reactions:
                heard.setdefault((topic, type_), []).append(f"{service}: `{reaction.name}`")
    return heard


def table(services: tuple[str, ...]) -> str:
    """One section per service that speaks."""
    heard, lines = hearers(services), []
    for module in speakers():
        service = module.SERVICE
        there = "" if service in services else f" ({PLANNED})"
        lines += [f"## {service}{there}", ""]
        lines += [f"Topics `{module.EVENTS_TOPIC}` (everything) and `{module.STATE_TOPIC}` (last states)."]
        whole = heard.get((module.EVENTS_TOPIC, "*"), [])
        if whole:
            lines += [f"All of it: {'; '.join(whole)}."]
        lines += ["", "| type | what it says | members | reactions |", "|---|---|---|---|"]
        messages: dict[str, type[Message]] = module.MESSAGES
        for type_, message in messages.items():
            reactions = "<br>".join(heard.get((module.EVENTS_TOPIC, type_), []))
            lines.append(f"| `{type_}` | {_says(message)} | {_members(message)} | {reactions} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def _says(message: type[Message]) -> str:
    return re.sub(r"\s+", " ", (message.__doc__ or "").strip())


def _members(message: type[Message]) -> str:
    own = [name for name in message.model_fields if name not in Message.model_fields]
    return ", ".join(f"`{name}`" for name in own)
