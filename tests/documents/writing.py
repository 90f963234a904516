"""Documents that repeat what the code says: blocks in Markdown between two marks, and whole generated files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from caytre.core.schemas import asyncapi
from caytre.core.web.docs import as_text
from tests.documents import conferences, messages, public_days, reminders, rules
from tests.house.sources import ROOT, services, sources

_BLOCK = re.compile(r"(<!-- from the code: (?P<name>[a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)

#: What stands between `<!-- from the code: NAME -->` and `<!-- end -->`.
BLOCKS: dict[str, Callable[[], str]] = {
    "messages": lambda: messages.table(services()),
    "procedures": rules.all_procedures,
    "conferences": conferences.all_rules,
    "succession": rules.succession,
    "problems": rules.problems,
    "ladders": reminders.all_ladders,
    "notices": reminders.all_notices,
    **{f"policy {service}": (lambda service=service: rules.policy(service)) for service in services()},  # type: ignore[misc]
}


def documents() -> list[Path]:
    """The Markdown files of the project's own documentation."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def with_blocks(text: str) -> str:
    """The text with every block as the code says it now. Raises KeyError for an unknown name."""
    return _BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found['name']]()}\n{found[3]}", text)


def openapi(service: str) -> str:
    """The service's OpenAPI 3.1 document as `python -m caytre.<service> openapi` prints it."""
    return as_text(import_module(f"caytre.{service}.main").service.app(None).openapi())


def load_every_refusal() -> None:
    """Import everything that declares refusals, since they are known by having been declared."""
    for source in sources("shared/src/caytre/core", "services"):
        if "migrations" not in source.path.parts and source.path.stem not in {"__main__", "release"}:
            import_module(source.module)


def expected() -> dict[Path, str]:
    """Every file that takes something from the code, with the text it should have."""
    load_every_refusal()
    texts = {path: with_blocks(path.read_text(encoding="utf-8")) for path in documents()}
    texts[ROOT / "shared/src/caytre/reference/data/public_days.json"] = public_days.text()
    texts |= {ROOT / "docs" / "openapi" / f"{service}.json": openapi(service) for service in services()}
    said = {service: asyncapi.document(service) for service in services()}
    return texts | {
        ROOT / "docs" / "asyncapi" / f"{service}.json": as_text(document)
        for service, document in said.items()
        if document is not None
    }


def outdated(texts: Mapping[Path, str]) -> list[Path]:
    """The files that do not have the text they should have."""
    return [path for path, text in texts.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
