"""A calendar day as requests write it: `YYYY-MM-DD` (RFC 3339, full-date) and nothing else, within bounds."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

#: Before it there was no state that could sign; after it no clock of ours needs to count.
FIRST_DAY, LAST_DAY = date(1945, 9, 2), date(2199, 12, 31)

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_day(value: Any) -> Any:
    # Pydantic would also take 1754092800 and "1754092800" for a day.
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return value
    raise PydanticCustomError("date_parsing", "A day is written YYYY-MM-DD")


Day = Annotated[date, BeforeValidator(_iso_day, json_schema_input_type=date), Field(ge=FIRST_DAY, le=LAST_DAY)]
