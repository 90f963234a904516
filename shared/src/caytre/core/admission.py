"""What may be entered at all: state secrets are not admitted, because this platform publishes to many readers."""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from caytre.core.refusals import Refusal
from caytre.reference.text import normalise

# Markings as papers carry them (Law 29/2018/QH14 on state secrets has three degrees). The words alone are ordinary
# ("mật ong" is honey), so the lowest degree counts only where it stands like a stamp: in brackets, on its own line or,
# in capitals, at the head of a line before a colon or a dash. The two high degrees mean nothing else in any case.
_HIGH_DEGREE = re.compile(r"(?<!\w)(?i:tuyệt|tối)\s+(?i:mật)(?!\w)|(?<!\w)TOP\s+SECRET(?!\w)|(?i:độ\s+mật\s*[:：])")
_STAMP = re.compile(r"[(\[{](?i:(?:tuyệt |tối )?mật|top secret|secret|state secret)[)\]}]")
# Spaces within the line only: over line breaks each of a thousand empty lines would be read from all those before it.
_LINE = re.compile(r"^[^\S\n]*(?:(?:MẬT|SECRET)[^\S\n]*$|MẬT\s*[:：\-–—])", re.MULTILINE)


#: Holds no text. Asked first, since to ask whether something is a model is slow where it is none.
_BARE = frozenset({type(None), bool, int, date, datetime, UUID})


class StateSecretNotAdmitted(Refusal):
    """422: the text carries a marking of a state secret (Law 29/2018/QH14)."""

    status = 422
    en = (
        'The text is marked as a state secret ("{marking}"). Such material must not be entered here: '
        "handle it on paper or in the system approved for its degree, and enter the rest without it."
    )
    vi = (
        'Văn bản mang dấu độ mật ("{marking}"). Không được nhập bí mật nhà nước vào hệ thống này: '
        "hãy xử lý bằng văn bản giấy hoặc hệ thống được phép, và chỉ nhập phần không thuộc bí mật nhà nước."
    )


def marking(text: str) -> str | None:
    """The classification marking in the text, if it carries one."""
    plain = normalise(text)
    folded = plain.casefold()
    if "mật" not in folded and "secret" not in folded:
        return None
    found = _HIGH_DEGREE.search(plain) or _STAMP.search(plain) or _LINE.search(plain)
    return found.group().strip() if found else None


def admit(*values: object) -> None:
    """Go through texts, models and collections of both. Raises StateSecretNotAdmitted."""
    # Searched as one text, which is several times quicker; no marking reaches across what stands between two of them.
    if found := marking("\n\0\n".join(_texts(*values))):
        raise StateSecretNotAdmitted(marking=found)


def _texts(*values: object) -> list[str]:
    texts: list[str] = []
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, (list, tuple)):
            waiting += value
        elif type(value) not in _BARE and isinstance(value, BaseModel):
            waiting += value.__dict__.values()
            waiting += (value.__pydantic_extra__ or {}).values()
    return texts
