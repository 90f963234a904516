"""On which days a delegation is abroad."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from caytre.gateway.record_rows import NO_DAY, away


def on(first: str, last: str | None = None) -> dict[str, str]:
    return {"text": first, "earliest": first, "latest": last or first, "precision": "day"}


PLANNED = {"departs_on": on("2026-05-04"), "returns_on": on("2026-05-10")}


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({"status": "APPROVED"}, (date(2026, 5, 4), date(2026, 5, 10))),
        ({"status": "DEPARTED", "departed_on": "2026-05-05"}, (date(2026, 5, 5), NO_DAY)),
        (
            {"status": "CLOSED", "departed_on": "2026-05-05", "returned_on": "2026-05-08"},
            (date(2026, 5, 5), date(2026, 5, 8)),
        ),
        ({"status": "CLOSED", "returns_on": None}, (date(2026, 5, 4), date(2026, 5, 4))),
        ({"status": "CLOSED", "returns_on": on("2026-05-01")}, (date(2026, 5, 4), date(2026, 5, 4))),
    ],
)
def test_a_delegation_is_abroad_as_was_told_else_as_planned(
    said: dict[str, Any], days: tuple[date | None, date | None]
) -> None:
    assert away({**PLANNED, **said}) == days


@pytest.mark.parametrize("status", ["DRAFT", "UNDER_REVIEW", "AMENDING", "POSTPONED", "CANCELLED", "DREAMT_OF"])
def test_one_that_may_not_go_is_not_abroad(status: str) -> None:
    assert away({**PLANNED, "status": status}) == (None, None)


def test_a_day_that_no_source_knows_is_not_invented() -> None:
    assert away({"status": "CLOSED", "departs_on": on("2019-01-01", "2019-12-31")}) == (None, None)
    assert away({"status": "CLOSED"}) == (None, None)
    assert away({}) == (None, None)
