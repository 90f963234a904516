"""Reminder ladders: who is told how long before and after a deadline. Versioned data, policy of the operator."""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt, model_validator

from caytre.reference import packaged

#: Whom a step may name; the notifications service finds the desks.
Addressee = Literal["ANSWERABLE", "HEAD", "LEAD", "CHAIR", "MINISTRY"]


class NoLadder(LookupError):
    """No such ladder, or none of that day."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rung(_Entry):
    """One step: `offset` working days from the day it falls due, at a time of day in Vietnam."""

    name: str
    offset: int
    at: time
    status: Literal["DUE_SOON", "DUE", "OVERDUE"]
    level: int
    to: tuple[Addressee, ...]

    @model_validator(mode="after")
    def _status_fits(self) -> Self:
        fits = {"DUE_SOON": self.offset < 0, "DUE": self.offset == 0, "OVERDUE": self.offset > 0}[self.status]
        if not fits or (self.level > 0) != (self.status == "OVERDUE"):
            raise ValueError(f"{self.name}: {self.status} at level {self.level} does not go with {self.offset} days")
        return self


class Ladder(_Entry):
    """One version of a ladder, for deadlines opened from `valid_from` to `valid_to` (both included; empty: open)."""

    code: str
    version: PositiveInt
    name_vi: str
    name_en: str
    valid_from: date
    valid_to: date | None
    steps: tuple[Rung, ...]

    @model_validator(mode="after")
    def _goes_up(self) -> Self:
        offsets = [step.offset for step in self.steps]
        levels = [step.level for step in self.steps if step.level]
        if offsets != sorted(set(offsets)) or levels != list(range(1, len(levels) + 1)) or 0 not in offsets:
            raise ValueError(
                f"{self.code}: steps go forward in time and up one level at a time, through the day itself"
            )
        return self


class DeadlineKind(_Entry):
    """What a deadline code is called, its ladder, and the category under which reminders may be muted."""

    code: str
    ladder: str
    category: str
    name_vi: str
    name_en: str


def kind_of(code: str) -> DeadlineKind:
    """What is known of a code; an unknown one is reminded of by the default ladder under its own name."""
    known = _kinds().get(code)
    return known or DeadlineKind(code=code, ladder="DEFAULT", category="OTHER", name_vi=code, name_en=code)


def ladder(code: str, on: date) -> Ladder:
    """The version of a ladder for deadlines opened on the day; before the first one the first. Raises NoLadder."""
    versions = [each for each in all_ladders() if each.code == code]
    if not versions:
        raise NoLadder(code)
    valid = [each for each in versions if each.valid_from <= on and (each.valid_to is None or on <= each.valid_to)]
    return valid[-1] if valid else versions[0]


def by_version(code: str, version: int) -> Ladder:
    """The version a deadline was opened under. Raises NoLadder."""
    for each in all_ladders():
        if (each.code, each.version) == (code, version):
            return each
    raise NoLadder(f"{code} version {version}")


@lru_cache(maxsize=1)
def all_ladders() -> tuple[Ladder, ...]:
    """Every version of every ladder, in the order of code and version."""
    read = (Ladder.model_validate(yaml.safe_load(text)) for text in packaged.yaml_texts("ladders").values())
    return tuple(sorted(read, key=lambda each: (each.code, each.version)))


@lru_cache(maxsize=1)
def all_kinds() -> tuple[DeadlineKind, ...]:
    """Every deadline code that is known, in the order of the file."""
    return tuple(DeadlineKind.model_validate(row) for row in packaged.rows("deadlines"))


@lru_cache(maxsize=1)
def _kinds() -> dict[str, DeadlineKind]:
    return {kind.code: kind for kind in all_kinds()}
