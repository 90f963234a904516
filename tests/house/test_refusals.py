"""Refusals are read by people in two languages, and by programs by their code."""

from __future__ import annotations

import ast
import re
import string
from importlib import import_module

import pytest

from caytre.core.refusals import Invalid, NotFound, Refusal, Words
from caytre.core.web.http_refusals import HttpRefusal
from caytre.core.web.problem_pages import known_problems
from caytre.core.web.problems import TITLES
from caytre.reference import countries
from caytre.reference.countries import UnknownCountry
from tests.house.sources import called, sources

#: Refusals that say another one's problem in their own words, on purpose.
SAME_CODE = {
    "caytre.core.web.json_bodies.FaultyJson": "it lists its own faults under the code of InvalidRequest",
    "caytre.gateway.feeds.FeedRestarted": "of several services it says which one was restored",
}


def _refusals() -> list[type[Refusal]]:
    for source in sources("shared/src", "services"):
        if "migrations" not in source.path.parts and source.path.stem != "__main__":
            import_module(source.module)
    found: list[type[Refusal]] = []
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("caytre.") and kind not in (Refusal, HttpRefusal):
            found.append(kind)
    return sorted(found, key=lambda kind: kind.__name__)


def _facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_a_refusal_says_the_same_in_both_languages() -> None:
    for refusal in _refusals():
        assert Refusal.en != refusal.en != refusal.vi != Refusal.vi, refusal.__name__
        assert _facts(refusal.en) == _facts(refusal.vi), refusal.__name__


def test_a_refusals_status_has_a_title() -> None:
    assert [refusal.__name__ for refusal in _refusals() if refusal.status not in TITLES] == []


def test_no_two_refusals_share_a_code() -> None:
    own = [kind for kind in _refusals() if f"{kind.__module__}.{kind.__name__}" not in SAME_CODE]
    codes = [refusal.code() for refusal in own]
    assert sorted(set(codes)) == sorted(codes)
    assert set(codes) <= set(known_problems())


def test_a_refusals_code_can_stand_in_an_address() -> None:
    assert [
        kind.code() for kind in _refusals() if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", kind.code())
    ] == []


def test_a_reason_is_given_in_both_languages() -> None:
    """A sentence in Vietnamese is not filled with English from the code."""
    reasoned = [kind.__name__ for kind in _refusals() if "reason" in _facts(kind.vi)]
    said = [(source, call) for source in sources("shared/src", "services") for call in source.calls(*reasoned)]
    reasons = [(source, keyword.value) for source, call in said for keyword in call.keywords if keyword.arg == "reason"]
    assert len(reasons) > 10
    assert [
        source.at(value)
        for source, value in reasons
        if isinstance(value, ast.Constant | ast.JoinedStr) or (isinstance(value, ast.Call) and called(value) == "str")
    ] == []


def test_a_sentence_takes_the_words_of_its_language() -> None:
    faulty = Invalid(reason=Words("thiếu ngày", "the date is missing"))
    assert faulty.sentence("vi") == "Giá trị không hợp lệ: thiếu ngày"
    assert faulty.sentence("en") == str(faulty) == "The value is not valid: the date is missing"
    assert NotFound(kind="partner", id=7).sentence("vi") == "Không có đối tác nào mang mã 7."
    with pytest.raises(UnknownCountry) as unknown:
        countries.get("ZZ")
    assert Invalid(reason=unknown.value).sentence("vi") == "Giá trị không hợp lệ: không có quốc gia nào tên là 'ZZ'"
