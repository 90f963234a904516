"""Fields of co-operation, as the published sources name them. An agreement may be in several."""

from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from caytre.reference import packaged
from caytre.reference.text import search_key
from caytre.reference.unclear import Unclear


class Field(BaseModel):
    """A field of co-operation with the publication and statement that names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name_vi: str
    name_en: str
    source: str


class UnknownField(Unclear):
    """No field has this code or name."""

    def __init__(self, text: str) -> None:
        super().__init__(
            vi=f"không có lĩnh vực hợp tác nào tên là {text!r}", en=f"no field of co-operation is called {text!r}"
        )
        self.text = text


def get(code: str) -> Field:
    """The field of this code. Raises :class:`UnknownField`."""
    try:
        return _by_code()[code]
    except KeyError:
        raise UnknownField(code) from None


def find(text: str) -> Field:
    """The field of a code or of a Vietnamese or English name, without accents. Raises :class:`UnknownField`."""
    key = search_key(text)
    for field in all_fields():
        if key in {search_key(name) for name in (field.code, field.name_vi, field.name_en)}:
            return field
    raise UnknownField(text)


def all_fields() -> tuple[Field, ...]:
    """Every field, in the order in which lists show them."""
    return tuple(_by_code().values())


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Field]:
    return {row["code"]: Field.model_validate(row) for row in packaged.rows("fields")}
