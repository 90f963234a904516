"""A date as a source states it, on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from caytre.contracts.message import Shape, open_enum

Precision = Annotated[str, open_enum("day", "month", "quarter", "season", "year", "range")]


class StatedDate(Shape):
    """The words of the source and the first and last day they can mean, both inclusive."""

    text: str
    earliest: date
    latest: date
    precision: Precision = "day"

    @property
    def exact(self) -> date | None:
        """The day, where one is stated; only this may anchor a deadline."""
        return self.earliest if self.precision == "day" else None

    @classmethod
    def on_day(cls, day: date) -> StatedDate:
        """A date known to the day."""
        return cls(text=day.isoformat(), earliest=day, latest=day)
