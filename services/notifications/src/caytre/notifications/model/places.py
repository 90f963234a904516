"""Which localities a locality of any time stands for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from caytre.reference import localities


def with_successors(ids: Iterable[str]) -> tuple[str, ...]:
    """The localities and everything they became part of, so that the responsible one reads what is historical."""
    found: dict[str, None] = {}
    waiting = list(ids)
    while waiting:
        id = waiting.pop(0)
        if id not in found:
            found[id] = None
            waiting += _successors(id)
    return tuple(found)


@lru_cache(maxsize=512)
def _successors(id: str) -> tuple[str, ...]:
    try:
        return tuple(unit.id for unit in localities.successors(id))
    except localities.UnknownLocality:
        return ()


@lru_cache(maxsize=4096)
def responsible(id: str, on: date) -> str:
    """The locality that answers for this one on the day; itself where the register does not know it."""
    try:
        return localities.current(id, on).id
    except LookupError:
        return id


def predecessors_too(id: str) -> tuple[str, ...]:
    """The locality and everything it was formed from."""
    try:
        return tuple(unit.id for unit in localities.lineage(id))
    except localities.UnknownLocality:
        return (id,)


def is_locality(text: str) -> bool:
    """Whether the text is the identity of a locality."""
    return text.startswith(("VN-P-", "VN-X-"))


def is_invented(text: str) -> bool:
    """Whether it names a unit that was made up for examples."""
    return text.startswith("VN-X-")
