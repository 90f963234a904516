"""What an oracle has found."""

from collections.abc import Iterable
from dataclasses import dataclass, field

#: Of a broken promise so many cases are told.
_TOLD = 5


@dataclass(slots=True)
class Judgement:
    """`violations` are broken promises in sentences; `seen` are counts that say how hard the run was."""

    violations: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def check(self, promise: str, broken: Iterable[object]) -> None:
        """Note a promise that is broken in these cases; one that says LOST is about something that is gone."""
        cases = list(broken)
        if cases:
            shown = ", ".join(str(case) for case in cases[:_TOLD])
            self.violations.append(f"{promise}: {len(cases)} cases, such as {shown}")
