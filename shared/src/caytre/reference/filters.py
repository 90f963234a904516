"""Values of filters that name one locality, one country or one field of co-operation.

What is not known, or could mean several, is refused with the candidates: it would answer an empty list, or that of
another unit. A locality may be named
by its identity or by a name that only one has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler
from pydantic import Field as Bounds
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from caytre.reference import countries, fields, localities
from caytre.reference.unclear import Unclear

#: Pydantic's error type; its context holds the reason in both languages as `vi` and `en`.
NOT_MEANT = "not_meant"


def _meant(find: Callable[[str], str]) -> AfterValidator:
    def one(text: str) -> str:
        try:
            return find(text)
        except Unclear as unclear:
            raise PydanticCustomError(
                NOT_MEANT, "It is not clear what is meant: {en}.", {"vi": unclear.vi, "en": unclear.en}
            ) from unclear

    return AfterValidator(one)


def answering(today: Callable[[], date]) -> AfterValidator:
    """The unit that answers today for the one that is named.

    A name that a unit shares with what it was formed from is clear here; a bare code is not, since it was carried on.
    """

    def find(text: str) -> str:
        day = today()
        try:
            return localities.current(localities.resolve(text).id, day).id
        except localities.CodeNeedsDate:
            raise
        except localities.AmbiguousLocality as ambiguous:
            answers = {localities.current(unit.id, day).id for unit in ambiguous.candidates}
            if len(answers) > 1:
                raise
            return answers.pop()

    return _meant(find)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Marks a text of which this release knows all values there can be to look for."""

    values: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(self.values))


Name = Annotated[str, Bounds(max_length=100)]
Locality = Annotated[Name, _meant(lambda text: localities.resolve(text).id), Bounds(examples=["VN-P-2025-33"])]
Country = Annotated[str, Bounds(pattern="^[A-Z]{2}$", examples=["KR"]), _meant(lambda code: countries.get(code).code)]
Field = Annotated[str, OneOf(tuple(field.code for field in fields.all_fields()))]
