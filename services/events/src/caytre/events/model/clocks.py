"""From a time limit of the rules to the deadline a message carries."""

from __future__ import annotations

from datetime import date

from caytre.contracts.events import EventDeadline
from caytre.contracts.message import Deadline, Settlement
from caytre.reference.conferences import TimeLimit


def deadline(
    limit: TimeLimit, *, anchor: date | None, answerable: str, discriminator: str = "", round: int = 1
) -> Deadline:
    """The deadline of this limit, counted from `anchor`; without an exact anchor it says that there is none."""
    citation = limit.citation
    place = (citation.law if citation.article is None else f"{citation.law}, {citation.article}") if citation else None
    return Deadline(
        code=limit.code,
        discriminator=discriminator or limit.discriminator,
        round=round,
        anchor=anchor,
        anchor_missing=None if anchor else "the day is not known exactly",
        n=limit.n,
        unit=limit.unit.value,
        answerable=answerable,
        citation=place,
        verified=limit.verified,
    )


def settled(code: EventDeadline, discriminator: str = "", round: int = 1) -> Settlement:
    """The settlement of a deadline of the record that speaks."""
    return Settlement(code=code, discriminator=discriminator, round=round)
