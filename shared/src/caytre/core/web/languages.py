"""Which language an answer is in: Vietnamese or English, by Accept-Language (RFC 9110 section 12.5.4)."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from starlette.types import Scope

Language = Literal["vi", "en"]
DEFAULT: Language = "vi"


@lru_cache(maxsize=256)
def negotiate(accept_language: str) -> Language:
    """The better liked of `vi` and `en`; Vietnamese when neither or both equally are named."""
    liked: dict[str, float] = {}
    for item in accept_language.split(",")[:16]:
        tag, _, parameter = item.strip().partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            quality = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            quality = 0.0
        primary = tag.strip().lower().partition("-")[0]
        liked[primary] = max(liked.get(primary, 0.0), quality)
    anything = liked.get("*", 0.0)
    return "en" if liked.get("en", anything) > liked.get("vi", anything) else DEFAULT


def language_of(scope: Scope) -> Language:
    """The language to answer this request in."""
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return negotiate(value[:256].decode("latin-1"))
    return DEFAULT
