"""Whether a sentence for people shows a code that is meant for programs."""

from __future__ import annotations

import re

#: What a caller wrote, or a name, stands in quotation marks; an identity may follow the name it belongs to.
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|\(VN-[PX]-\d{4}-[A-Z0-9]{2,3}(?:, (?:đến|to) [\d-]+)?\)")
_CODE = re.compile(r"(?<![\w/.-])(?:[A-Z][A-Z0-9]+(?:[_-][A-Z0-9]+)*|[a-z]+(?:_[a-z]+)+)(?![\w/])")
#: Words that are written so in both languages, and members of a request that a sentence tells to give.
_ORDINARY = {"UBND", "ODA", "SHA-256", "JSON", "UTF-8", "HTTP", "PDF", "VN", "confirm_published_history_stays"}


def codes_in(sentence: str) -> list[str]:
    """The codes a sentence shows bare, such as `APPROVED`, `PC_CHAIR` or `agree_with_comments`."""
    return [code for code in _CODE.findall(_QUOTED.sub("", sentence)) if code not in _ORDINARY]
