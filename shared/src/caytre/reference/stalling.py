"""Thresholds of standstill and points of effectiveness: versioned data, policy of the platform's operator."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt, model_validator

from caytre.reference import packaged


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Days(_Entry):
    """Calendar days until a warning, and until it is critical."""

    warn: PositiveInt
    critical: PositiveInt

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.critical <= self.warn:
            raise ValueError("critical comes after the warning")
        return self


class LateMilestones(_Entry):
    """How many late milestones are too many, and how many days late one alone may be."""

    several: PositiveInt
    one_days: PositiveInt


class NearExpiry(_Entry):
    """Fewer days than these to the end with less progress (percent) than this and no outcome."""

    days: PositiveInt
    progress: PositiveInt


class Points(_Entry):
    """What each component of the effectiveness gives at most; confirmed outcomes more than claimed ones."""

    plan: PositiveInt
    milestones: PositiveInt
    activity: PositiveInt
    outcome_confirmed: PositiveInt
    outcome_claimed: PositiveInt

    @model_validator(mode="after")
    def _of_a_hundred(self) -> Self:
        if self.plan + self.milestones + self.activity + self.outcome_confirmed != 100:
            raise ValueError("the components add up to 100")
        if self.outcome_claimed > self.outcome_confirmed:
            raise ValueError("a claim is worth no more than what is confirmed")
        return self


class StallRules(_Entry):
    """One version, for judgements from `valid_from` to `valid_to` (both included; empty: open)."""

    version: PositiveInt
    valid_from: date
    valid_to: date | None
    no_plan: Days
    no_progress: Days
    late_milestones: LateMilestones
    no_activity_months: PositiveInt
    near_expiry: NearExpiry
    points: Points


def rules_on(day: date) -> StallRules:
    """The version that is in force on the day; before the first one the first."""
    valid = [each for each in all_rules() if each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)]
    return valid[-1] if valid else all_rules()[0]


def next_version_after(day: date) -> date | None:
    """The first day after this one on which another version comes into force."""
    return min((each.valid_from for each in all_rules() if each.valid_from > day), default=None)


@lru_cache(maxsize=1)
def all_rules() -> tuple[StallRules, ...]:
    """Every version, oldest first."""
    read = (StallRules.model_validate(yaml.safe_load(text)) for text in packaged.yaml_texts("stalling").values())
    return tuple(sorted(read, key=lambda each: each.version))
