"""Words of registers and the codes they stand for, looked up without accents, case, spacing and full stops."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from caytre.core.refusals import Words
from caytre.reference.text import search_key

_REMARK = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*$")
#: How like a misspelt word is to the one it is taken to mean (0 to 1, `difflib`).
_LIKE = 0.75


@dataclass(frozen=True)
class Found:
    """The code of a word, and what stood in brackets behind the word."""

    code: str
    remark: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Codes and the Vietnamese and English words for each; the first word of a code is the one that is suggested."""

    words: Mapping[str, tuple[str, ...]]

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {_key(word): code for code, words in self.words.items() for word in (code, *words)}

    def find(self, text: str) -> Found | None:
        """What a word stands for; a remark in brackets behind it is set apart."""
        if code := self._codes.get(_key(text)):
            return Found(code)
        if (remark := _REMARK.search(text)) and (code := self._codes.get(_key(text[: remark.start()]))):
            return Found(code, remark[1])
        return None

    def nearest(self, text: str) -> str | None:
        """The suggested word for what is perhaps misspelt."""
        return nearest(text, {word: words[0] for words in self.words.values() for word in words})

    @property
    def expected(self) -> Words:
        """Which words are understood."""
        listed = ", ".join(words[0] for words in self.words.values())
        return Words(f"không có trong danh mục; hãy dùng: {listed}", f"is not known; it can be: {listed}")


def nearest(text: str, words: Mapping[str, str]) -> str | None:
    """What the word most like `text` stands for, None when none is like it."""
    keys = {_key(word): meant for word, meant in words.items()}
    like = get_close_matches(_key(text), keys, n=1, cutoff=_LIKE)
    return keys[like[0]] if like else None


def keyed(codes: Mapping[str, Iterable[str]]) -> Vocabulary:
    """A vocabulary of these codes and words."""
    return Vocabulary({code: tuple(words) for code, words in codes.items()})


def _key(text: str) -> str:
    return " ".join(search_key(text).strip(" .,;:!-–*").split())
