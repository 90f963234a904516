"""Text as people enter it: normalised to NFC, trimmed, bounded, without control characters.

Decomposed Vietnamese (as some keyboards and file systems produce it) is normalised, not refused: both spellings look
alike, and a search that tells them apart finds nothing. Use as `title: Annotated[str, Text(200)]`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

# C0 without tab and line breaks, DEL and C1, the separators some readers take for line ends, and the marks that
# reorder what is shown (RFC 9839 and Unicode TR 36: "bidirectional text spoofing").
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
# The same as JSON Schema patterns say it (ECMA-262).
_SCHEMA_LINES = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
_SCHEMA_LINE = r"\t\n\r" + _SCHEMA_LINES
_BREAKS = re.compile("[\t\n\r]")


@dataclass(frozen=True, slots=True)
class Text:
    """Marks a str of `min`..`max` characters after normalisation. `lines` allows tabs and line breaks (as `\\n`)."""

    max: int
    min: int = 1
    lines: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.clean, core_schema.str_schema(strict=True))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # Lengths count after trimming; the pattern says that at least one character is more than white space.
        out = _SCHEMA_LINES if self.lines else _SCHEMA_LINE
        pattern = rf"^[^{out}]*[^{out}\s][^{out}]*$" if self.min else f"^[^{out}]*$"
        return (
            handler(schema)
            | {"maxLength": self.max, "pattern": pattern}
            | ({"minLength": self.min} if self.min else {})
        )

    def clean(self, text: str) -> str:
        """The text as it is kept. Raises PydanticCustomError, which becomes 422 with a pointer."""
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        if _CONTROLS.search(text):
            raise PydanticCustomError("control_character", "The text must not contain control characters")
        if self.lines:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        elif _BREAKS.search(text):
            raise PydanticCustomError("control_character", "The text must be one line")
        text = text.strip()
        if len(text) > self.max:
            raise PydanticCustomError(
                "string_too_long", "The text must have at most {max_length} characters", {"max_length": self.max}
            )
        if len(text) < self.min:
            raise PydanticCustomError(
                "string_too_short", "The text must have at least {min_length} characters", {"min_length": self.min}
            )
        return text
