"""Reminders and tellings are data: every deadline has its ladder and its words, every rule hears what somebody says."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from caytre import contracts
from caytre.contracts.agreements import DeadlineCode
from caytre.contracts.delegations import DelegationsDeadline
from caytre.contracts.events import EventDeadline
from caytre.contracts.notifications import EVENTS_TOPIC
from caytre.core.caller import ROLES
from caytre.notifications.consumers import consumers
from caytre.notifications.model.telling import compiled
from caytre.reference import ladders
from caytre.reference.notices import BY_CODE, all_notices


def _types() -> set[str]:
    modules = [import_module(f"{contracts.__name__}.{found.name}") for found in iter_modules(contracts.__path__)]
    return {type_ for module in modules for type_ in getattr(module, "MESSAGES", {})}


def test_every_deadline_code_has_a_ladder_a_category_and_words_of_its_own() -> None:
    known = {kind.code for kind in ladders.all_kinds()}
    assert {str(code) for each in (DeadlineCode, DelegationsDeadline, EventDeadline) for code in each} <= known
    assert all(kind.name_vi != kind.code != kind.name_en for kind in ladders.all_kinds())


def test_every_ladder_that_is_named_is_there_and_every_one_is_named() -> None:
    assert {kind.ladder for kind in ladders.all_kinds()} == {ladder.code for ladder in ladders.all_ladders()}


def test_every_rule_hears_what_somebody_says() -> None:
    assert {notice.type for notice in all_notices()} - _types() == set()


def test_every_rule_has_a_template_of_its_own_and_tells_a_role_there_is() -> None:
    templates = [notice.template for notice in all_notices()]
    assert sorted(set(templates)) == sorted(templates)
    roles = {telling.role for notice in all_notices() for telling in notice.tell if telling.role is not None}
    assert roles <= set(ROLES)


def test_every_template_can_be_read_in_both_languages() -> None:
    for notice in all_notices():
        for text in (notice.subject.vi, notice.subject.en, notice.text.vi, notice.text.en):
            assert compiled(text) is not None, notice.template


def test_only_notices_of_deadlines_take_their_category_from_the_code() -> None:
    assert all((notice.category == BY_CODE) == (".deadline." in notice.type) for notice in all_notices())


def test_every_topic_is_heard_for_obligations_and_for_what_is_told() -> None:
    for topic in consumers.topics - {EVENTS_TOPIC}:
        assert {each.name for each in consumers.general[topic]} == {"keep_obligations", "tell"}
    assert [each.name for each in consumers.general[EVENTS_TOPIC]] == ["tell"]
