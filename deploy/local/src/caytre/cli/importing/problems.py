"""Why a row is not taken over: the cell, what stands in it, and what is expected, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from caytre.core.refusals import Words

_LONGEST_SHOWN = 80


@dataclass(frozen=True)
class Problem:
    """A reason in words. `column` is the header in the file, `cell` its place (`F12`), `value` what stands there.

    All three are empty when the reason is no single cell's.
    """

    reason: Words
    column: str = ""
    cell: str = ""
    value: str = ""

    @property
    def words(self) -> Words:
        """The whole sentence, with the cell and its value."""
        if not self.column:
            return self.reason
        value = f" “{_short(self.value)}”" if self.value else ""
        vi = f"ô {self.cell} ({self.column})" if self.cell else self.column
        en = f"cell {self.cell} ({self.column})" if self.cell else self.column
        return Words(f"{vi}{value}: {self.reason.vi}", f"{en}{value}: {self.reason.en}")

    def __str__(self) -> str:
        return self.words.en


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"
