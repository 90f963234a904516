"""Text is normalised, trimmed and bounded before anything else sees it."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from caytre.core.text_types import Text

LINE = TypeAdapter(Annotated[str, Text(40)])
NOTE = TypeAdapter(Annotated[str, Text(40, min=0, lines=True)])


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_what_is_kept_is_composed_trimmed_bounded_and_printable(text: str) -> None:
    try:
        kept = NOTE.validate_python(text)
    except ValidationError:
        return
    assert unicodedata.is_normalized("NFC", kept)
    assert kept == kept.strip()
    assert len(kept) <= 40
    assert not any(unicodedata.category(c) == "Cc" for c in kept.replace("\n", "").replace("\t", ""))


def test_vietnamese_is_composed() -> None:
    name = "Thừa Thiên Huế"
    assert LINE.validate_python(unicodedata.normalize("NFD", name)) == name


def test_length_counts_composed_letters() -> None:
    assert LINE.validate_python(unicodedata.normalize("NFD", "ế" * 40)) == "ế" * 40


@pytest.mark.parametrize(
    "text", ["", "  ", "a\nb", "a\tb", "a\x00b", "a\x7f", "a\x85", "a\u2028b", "\u202eevil", "x" * 41]
)
def test_a_line_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        LINE.validate_python(text)


def test_lines_end_alike() -> None:
    assert NOTE.validate_python("a\r\nb\rc\n") == "a\nb\nc"


@pytest.mark.parametrize("value", [7, None, b"x", ["x"]])
def test_only_text_is_text(value: object) -> None:
    with pytest.raises(ValidationError):
        LINE.validate_python(value)


def test_the_schema_says_the_bounds() -> None:
    schema = LINE.json_schema()
    assert (schema["type"], schema["minLength"], schema["maxLength"]) == ("string", 1, 40)
    assert "minLength" not in NOTE.json_schema()


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
@example("0\n")
def test_the_schema_refuses_what_the_type_refuses(text: str) -> None:
    for type_ in (LINE, NOTE):
        try:
            type_.validate_python(text)
            accepted = True
        except ValidationError:
            accepted = False
        # In JSON Schema (ECMA 262) `$` is the end; Python's also stands before a last line break.
        pattern = type_.json_schema()["pattern"].removesuffix("$") + r"\Z"
        assert bool(re.search(pattern, text)) is accepted
