"""What a register says about a record that is here already: compared field by field, followed only on demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from caytre.core.record import Record
from caytre.core.refusals import Refusal

R = TypeVar("R", bound=Record)

#: Says nothing, so it is no difference.
_SILENT: tuple[Any, ...] = (None, [], "", {})


class HandledHere(Refusal):
    en = "This record is handled here by acts of officers; a register's entry does not change it."
    vi = "Hồ sơ này được xử lý tại đây bằng thao tác của cán bộ; dữ liệu từ sổ theo dõi không làm thay đổi."


class Difference(BaseModel):
    """A field in which register and record differ. Of a confidential field only the name is told."""

    model_config = ConfigDict(frozen=True)

    field: str
    here: Any = None
    there: Any = None


def differences(here: BaseModel, there: BaseModel, compared: Sequence[str]) -> tuple[Difference, ...]:
    """Where the entry differs; what it leaves open is no difference."""
    mine, theirs = (each.model_dump(mode="json", include=set(compared)) for each in (here, there))
    return tuple(
        Difference(field=field, here=mine[field], there=theirs[field])
        for field in compared
        if theirs[field] not in _SILENT and theirs[field] != mine[field]
    )


def shown_of(record: Record, found: Sequence[Difference]) -> tuple[Difference, ...]:
    """The differences as an answer may tell them."""
    hidden = record.confidential_fields()
    return tuple(Difference(field=each.field) if each.field in hidden else each for each in found)


def follow(here: R, there: R, found: Sequence[Difference]) -> R:
    """Take the entry's values where it differs. Raises HandledHere."""
    if here.provenance.origin == "act":
        raise HandledHere
    for difference in found:
        setattr(here, difference.field, getattr(there, difference.field))
    here.localities = tuple(dict.fromkeys((*here.localities, *there.localities)))
    return here
