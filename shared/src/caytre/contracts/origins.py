"""How far what is said holds: origins of records, and of acts on them, from an officer's act here to an invention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from caytre.contracts.message import Message, Origin, Provenance, Shape

ACT, ILLUSTRATION = "act", "illustration"
#: What rests on several is worth what the weakest of them is.
_STRENGTH = (ACT, "law", "sourced", "imported", "inferred", ILLUSTRATION)
#: What this release does not know is not taken for better than an inference.
_UNKNOWN = _STRENGTH.index("inferred")
#: The members of a state that say where they come from, apart from the record: an invention may stand on a true record.
PARTS = ("reply", "report")


class ActOfOrigin(Shape):
    """What a message inherits first to say where its act comes from, apart from the record; of a restricted one too."""

    ENVELOPE: ClassVar[frozenset[str]] = Message.ENVELOPE | {"origin"}

    origin: Origin = ACT


def _weakness(origin: str) -> int:
    return _STRENGTH.index(origin) if origin in _STRENGTH else _UNKNOWN


def weakest(origins: Iterable[str]) -> str:
    """The weakest of some origins; what rests on nothing is an act."""
    return max(origins, key=_weakness, default=ACT)


def weaker(first: Provenance, *others: Provenance) -> Provenance:
    """The weakest provenance, of equally weak ones the first."""
    return max((first, *others), key=lambda each: _weakness(each.origin))


def provenances_in(state: Mapping[str, Any]) -> tuple[Provenance, ...]:
    """Where a record comes from, first, and where its parts do."""
    told = [state, *(state[part] for part in PARTS if isinstance(state.get(part), Mapping))]
    return tuple(Provenance.model_validate(each.get("provenance") or {}) for each in told)
