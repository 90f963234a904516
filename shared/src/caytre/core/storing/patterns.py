"""Patterns of LIKE that find a text as it is written (PostgreSQL 18 manual, 9.7.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPECIAL, _ESCAPED = re.compile(r"([\\%_])"), r"\\\1"


def containing(words: Iterable[str]) -> list[str]:
    """One pattern per different word, for a column that holds it anywhere; `%`, `_` and backslash mean themselves."""
    return [f"%{_SPECIAL.sub(_ESCAPED, word)}%" for word in dict.fromkeys(words)]
