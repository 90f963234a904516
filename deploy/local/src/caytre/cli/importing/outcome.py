"""What came of each row of an import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from caytre.cli.importing.problems import Problem
from caytre.cli.importing.rows import Row
from caytre.core.refusals import Words

#: `left out`: others were refused and all or nothing was asked for. `not tried`: the import stopped before the row.
#: `not answered`: it stopped while the row was under way, which may be in or not; the next run tells.
Result = Literal["created", "unchanged", "different", "updated", "refused", "left out", "not tried", "not answered"]


@dataclass
class Outcome:
    """One row: what came of it, the record's id and version, and in words what is wrong or differs."""

    sheet: str
    row: int
    source: str
    number: str
    outcome: Result
    id: str | None = None
    version: int | None = None
    problems: list[Problem] = field(default_factory=list)
    differences: list[dict[str, Any]] = field(default_factory=list)
    new_partners: list[str] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)

    @classmethod
    def of(cls, row: Row, outcome: Result, **particulars: Any) -> Outcome:
        """The outcome of a row."""
        particulars = {"problems": list(row.problems), "notes": list(row.notes), **particulars}
        return cls(row.sheet, row.number, row.source, row.external, outcome, **particulars)

    def as_json(self) -> dict[str, Any]:
        """For machines; each problem with its column, cell and value beside the whole sentence in `vi` and `en`."""
        problems = [
            {"column": one.column, "cell": one.cell, "value": one.value, **asdict(one.words)} for one in self.problems
        ]
        return {**asdict(self), "problems": problems}


def outcomes_of(rows: Sequence[Row], answer: Mapping[str, Any], parts: str, *, followed: bool) -> list[Outcome]:
    """What an answer says of the rows that were sent: of each by itself, or of the one record that they make up.

    What differs in the record as a whole concerns each of its rows; `followed` says whether differences were.
    """
    told = list(answer.get(parts) or ()) if parts else []
    if not told:
        return [_outcome(row, answer, answer["outcome"], answer.get("differences") or ()) for row in rows]
    whole = list(answer.get("differences") or ())
    found = []
    for row, part in zip(rows, told, strict=True):
        result = part["outcome"]
        if whole and result == "unchanged":
            result = "updated" if followed else "different"
        found.append(_outcome(row, answer, result, [*(part.get("differences") or ()), *whole]))
    return found


def _outcome(row: Row, answer: Mapping[str, Any], result: Result, differences: Iterable[dict[str, Any]]) -> Outcome:
    return Outcome.of(
        row,
        result,
        id=answer.get("id"),
        version=answer.get("version"),
        differences=list(differences),
        new_partners=list(answer.get("new_partners") or ()),
    )


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many rows came to what."""
    return dict(Counter(one.outcome for one in outcomes))


def in_words(difference: dict[str, Any]) -> str:
    """A difference for a person: field, what is here, what the register says."""
    return f"{difference['field']}: {_short(difference.get('here'))} → {_short(difference.get('there'))}"


def _short(value: Any) -> str:
    match value:
        case None | [] | "":
            return "(empty)"
        case [first, last] if first == last:
            return str(first)
        case list():
            return ", ".join(_short(one) for one in value)
        case dict():
            return str(value.get("name_at_signing") or value.get("locality") or value)
        case _:
            return str(value)
