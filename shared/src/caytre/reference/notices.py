"""Who is told of which message, and in which words: data, so that a rule is changed without a release of a service.

A rule hears one type of message. `when` narrows by members of the message; `tell` names audiences; subject and text are
Jinja templates in both languages, with the message's members as `data`, the record's as `state` and `record`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from caytre.reference import packaged

#: The category of a notice about a deadline is that of the deadline's code.
BY_CODE = "BY_CODE"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Telling(_Entry):
    """One audience: a role (in the localities concerned, of the missions concerned, or anywhere), the parties that a
    member of the message names (`data.agency`, `state.opinions.*.agency`), or those whom a deadline's rung names."""

    role: str | None = None
    within: Literal["LOCALITIES", "MISSIONS"] | None = Field(default=None, alias="in")
    parties: str | None = None
    ladder: bool = False

    @model_validator(mode="after")
    def _means_somebody(self) -> Telling:
        if sum((self.role is not None, self.parties is not None, self.ladder)) != 1:
            raise ValueError("an audience is a role, parties or a ladder's rung")
        return self


class Both(_Entry):
    """A text in both languages."""

    vi: str
    en: str


class Notice(_Entry):
    """One rule."""

    type: str
    template: str
    version: PositiveInt
    category: str
    mandatory: bool = False
    when: dict[str, tuple[Any, ...]] = {}
    tell: tuple[Telling, ...]
    subject: Both
    text: Both

    def applies(self, data: dict[str, Any]) -> bool:
        """Whether the message is one that the rule means."""
        return all(data.get(name) in values for name, values in self.when.items())


def notices_of(type_: str) -> tuple[Notice, ...]:
    """The rules that hear this type of message."""
    return _by_type().get(type_, ())


@lru_cache(maxsize=1)
def all_notices() -> tuple[Notice, ...]:
    """Every rule."""
    texts = packaged.yaml_texts("notices")
    return tuple(Notice.model_validate(row) for name in sorted(texts) for row in yaml.safe_load(texts[name])["notices"])


@lru_cache(maxsize=1)
def _by_type() -> dict[str, tuple[Notice, ...]]:
    found: dict[str, tuple[Notice, ...]] = {}
    for notice in all_notices():
        found[notice.type] = (*found.get(notice.type, ()), notice)
    return found
