"""What a request may write for a day."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from caytre.core.web.bodies import Day

DAY: TypeAdapter[date] = TypeAdapter(Day)


def test_a_day_is_written_with_hyphens() -> None:
    assert DAY.validate_python("2026-03-02") == date(2026, 3, 2)


@pytest.mark.parametrize("value", ["1754092800", "2026/03/02", "2026-03-2 ", 1754092800, "٢٠٢٦-03-02"])
def test_a_number_or_another_form_is_no_day(value: object) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(value)
