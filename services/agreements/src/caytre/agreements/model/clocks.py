"""From a rule of a procedure to the deadline a message carries."""

from __future__ import annotations

from datetime import date

from caytre.contracts.agreements import DeadlineCode
from caytre.contracts.message import Deadline, Settlement
from caytre.reference.procedures import DeadlineRule, YearlyDate


def deadline(
    rule: DeadlineRule,
    *,
    anchor: date | None,
    answerable: str,
    discriminator: str | None = None,
    round: int = 1,
    missing: str | None = None,
) -> Deadline:
    """The deadline of this rule, counted from `anchor`; without an exact anchor `missing` says why."""
    citation = rule.citation
    return Deadline(
        code=rule.code,
        discriminator=rule.discriminator if discriminator is None else discriminator,
        round=round,
        anchor=anchor,
        anchor_missing=missing if anchor is None else None,
        n=rule.n,
        unit=rule.unit.value,
        answerable=answerable,
        citation=citation.en if citation else None,
        citation_vi=citation.vi if citation else None,
        verified=rule.verified,
    )


def yearly(rule: YearlyDate, year: int, *, answerable: str) -> Deadline:
    """The deadline of a year, on the date of the rule itself (`n` = 0)."""
    citation = rule.citation
    return Deadline(
        code=rule.code,
        discriminator=str(year),
        anchor=rule.of(year),
        n=0,
        unit="CALENDAR",
        answerable=answerable,
        citation=citation.en if citation else None,
        citation_vi=citation.vi if citation else None,
        verified=rule.verified,
    )


def on_the_day(code: DeadlineCode, *, anchor: date, answerable: str, round: int = 1) -> Deadline:
    """What time alone brings about, on `anchor` itself whether or not it is a working day (`n` = 0)."""
    return Deadline(code=code, round=round, anchor=anchor, n=0, unit="CALENDAR", answerable=answerable, verified=True)


def notice(days: int, *, anchor: date, answerable: str) -> Deadline:
    """The notice before its end that the text of an agreement itself asks for."""
    return Deadline(
        code=DeadlineCode.AGR_EXPIRY_NOTICE,
        discriminator=str(days),
        anchor=anchor,
        n=days,
        unit="LEAD",
        answerable=answerable,
        verified=True,
    )


def settled(code: str, discriminator: str = "", round: int = 1) -> Settlement:
    """The settlement of a deadline of the record that speaks."""
    return Settlement(code=code, discriminator=discriminator, round=round)
