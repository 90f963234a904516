"""Every refusal that a test of the rules reaches is read as people read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caytre.core.refusals import Refusal
from tests.builders.wording import codes_in


@pytest.fixture(autouse=True)
def refused(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Refusal]]:
    """The refusals of this test; after it, each must be a sentence of words in both languages."""
    reached: list[Refusal] = []
    begin = Refusal.__init__

    def remembered(self: Refusal, *, pointer: str | None = None, **facts: object) -> None:
        begin(self, pointer=pointer, **facts)
        reached.append(self)

    monkeypatch.setattr(Refusal, "__init__", remembered)
    yield reached
    said = {refusal.sentence(language) for refusal in reached for language in ("vi", "en")}
    assert [sentence for sentence in sorted(said) if codes_in(sentence)] == []
