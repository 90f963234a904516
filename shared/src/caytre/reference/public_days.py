"""Days of Viet Nam that are not what their weekday says: holidays, days in lieu, rest days that are worked.

The seed of the calendar that the notifications service stores and lets officers override. Its rows were generated once
from the library `holidays` and are compared with it in the tests, so that no process needs the library: a date that was
announced must not move because a package was upgraded.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from caytre.reference import packaged

#: The years whose days are known.
FIRST_YEAR, LAST_YEAR = 2021, 2027
#: Names the edition of the seed; a later one is taken over where no override stands.
EDITION = "2026-11"


class PublicDay(BaseModel):
    """One day. `swapped_off` is a working day given off in exchange for a rest day that is `worked`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    kind: Literal["holiday", "observed", "swapped_off", "worked"]
    name_vi: str
    name_en: str
    source: str
    verified: bool


@lru_cache(maxsize=1)
def all_days() -> tuple[PublicDay, ...]:
    """Every day of the seed, in order."""
    return tuple(PublicDay.model_validate(row) for row in packaged.rows("public_days"))
