"""Places in the law as lawyers of each language cite them."""

from __future__ import annotations

import re
from typing import Literal

_ACTS = {"Luật": "Law", "Nghị định": "Decree", "Quyết định": "Decision", "Nghị quyết": "Resolution"}
_PLACE = re.compile(r"(?:Art\.|Điều)?\s*(?P<article>\d+)(?:\((?P<clause>\d+)\))?")
Language = Literal["vi", "en"]


def cite(law: str, article: str | None, language: Language) -> str:
    """ "khoản 2 Điều 19 Luật 70/2020/QH14" or "Law 70/2020/QH14, Art. 19(2)"; without an article the act alone."""
    act, where = _named(law, language), place(article, language)
    if where is None:
        return act
    return f"{where} {act}" if language == "vi" and where != article else f"{act}, {where}"


def place(article: str | None, language: Language) -> str | None:
    """The place within an act, "khoản 2 Điều 19" or "Art. 19(2)"; what is no article stays as it is written."""
    found = _PLACE.fullmatch(article.strip()) if article else None
    if found is None:
        return article
    number, clause = found["article"], found["clause"]
    if language == "vi":
        return f"khoản {clause} Điều {number}" if clause else f"Điều {number}"
    return f"Art. {number}({clause})" if clause else f"Art. {number}"


def cite_text(text: str | None, language: Language) -> str | None:
    """The same for a citation that a message carries as one text, `<act>, <article>`."""
    if text is None:
        return None
    law, _, article = text.partition(", ")
    return cite(law, None if article == "None" else article, language)


def _named(law: str, language: Language) -> str:
    for vietnamese, english in _ACTS.items():
        mine, other = (vietnamese, english) if language == "vi" else (english, vietnamese)
        if law.startswith(f"{other} "):
            return mine + law.removeprefix(other)
    return law
