"""The gateway's few rules: how much a path is worth, and who must be judged by the record's owner."""

from __future__ import annotations

from collections.abc import Iterable

from caytre.core.caller import Caller

#: From an officer's act here to an invention; a path is worth what its weakest link is.
_STRENGTH = ("act", "law", "sourced", "imported", "inferred", "illustration")
#: What this release does not know is not taken for better than an inference.
_UNKNOWN = _STRENGTH.index("inferred")


def weakest(origins: Iterable[str]) -> str:
    """The weakest of some provenance origins; an empty path is an act."""
    return max(origins, key=lambda origin: _STRENGTH.index(origin) if origin in _STRENGTH else _UNKNOWN, default="act")


def owner_must_judge(caller: Caller) -> bool:
    """Whether the caller may have rights that the view cannot see.

    Who is consulted about a restricted record and which countries it concerns is in no message, so a consulted
    organisation or a mission is judged by the record's owner.
    """
    return not caller.sees_everything and (caller.organisation is not None or caller.has("mission_officer"))
