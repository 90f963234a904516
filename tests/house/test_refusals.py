"""Refusals are read by people in two languages, and by programs by their code."""

from __future__ import annotations

import re
import string
from importlib import import_module

from caytre.core.refusals import Refusal
from caytre.core.web.http_refusals import HttpRefusal
from caytre.core.web.problem_pages import known_problems
from caytre.core.web.problems import TITLES
from tests.house.sources import sources

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
