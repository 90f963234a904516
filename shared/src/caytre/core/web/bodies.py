"""What request bodies of every service share: strict, bounded, in one place.

Contracts tolerate what they do not know; requests do not.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from caytre.contracts import message
from caytre.core import days
from caytre.core.text_types import Text
from caytre.reference.filters import OneOf

T = TypeVar("T", bound=BaseModel)

Day = days.Day
Title = Annotated[str, Text(500)]
Short = Annotated[str, Text(200)]
Reason = Annotated[str, Text(2000, lines=True)]
Long = Annotated[str, Text(20_000, lines=True)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$")]
Agency = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9_.@-]{0,63}$", examples=["MOFA"])]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["KR"])]
LanguageTag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$", examples=["vi"])]
LocalityId = Annotated[str, Field(pattern=r"^VN-[PX]-\d{4}-[A-Z0-9]{2,3}$", examples=["VN-P-2025-33"])]
Sensitivity = Literal["public", "internal", "restricted"]
#: To look for; a request says nothing of its own origin.
Origin = Annotated[str, OneOf(message.known_values(message.Origin))]


class Body(BaseModel):
    """A request body: unknown members are refused, so that a misspelt one is not lost in silence."""

    model_config = ConfigDict(extra="forbid")

    def __init_subclass__(cls, *, example: dict[str, Any] | None = None, **options: Any) -> None:
        """An `example` is shown in the documentation."""
        if example is not None:
            cls.model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})
        super().__init_subclass__(**options)

    def to(self, kind: type[T]) -> T:
        """The value of the contract that this body stands for."""
        return kind.model_validate(self.model_dump())

    def given(self) -> dict[str, Any]:
        """The members the request names, as Python values."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class DocumentBody(Body):
    """A written act, quoted as official papers are."""

    number: Short
    symbol: Short | None = None
    issued_on: Day | None = None
    issuer: Short | None = None

    def value(self) -> message.Document:
        """The document."""
        return self.to(message.Document)


def document_of(body: DocumentBody | None) -> message.Document | None:
    """The document, if one was named."""
    return body.value() if body else None


class ExternalRefBody(Body):
    """The identity of the record in another system."""

    system: Code
    id: Short


class ReasonBody(Body):
    """Why, and the paper that says so."""

    reason: Reason
    document: DocumentBody | None = None


class PaperBody(Body):
    """The written act."""

    document: DocumentBody


class ClassifyBody(Body):
    """A new sensitivity. What was published before stays with its readers, which must be confirmed."""

    sensitivity: Sensitivity
    confirm_published_history_stays: StrictBool = False
