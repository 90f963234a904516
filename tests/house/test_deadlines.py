"""Deadlines are named once: what a record carries is in the contract, and what the law gives is in a procedure."""

from __future__ import annotations

import ast
from enum import StrEnum
from importlib import import_module

from caytre.contracts import agreements
from caytre.contracts.agreements import DeadlineCode
from caytre.contracts.delegations import DelegationsDeadline
from caytre.contracts.events import EventDeadline
from caytre.gateway.labels import known, label
from caytre.reference import conferences, procedures
from tests.house.sources import services, sources

#: The codes of every contract, by the class that names them.
CODES = (DeadlineCode, DelegationsDeadline, EventDeadline)
#: Brought about by time alone, on the day the text or the verification itself names: no procedure gives them.
BY_THEIR_OWN_TEXT = {
    DeadlineCode.AGR_IN_FORCE,
    DeadlineCode.AGR_EXPIRY,
    DeadlineCode.AGR_MILESTONE,
    DeadlineCode.PARTNER_EXPIRY,
    DelegationsDeadline.INV_LAPSE,
    DelegationsDeadline.FOLLOW_UP,
}


def _of_procedures() -> set[str]:
    of_procedures = {
        rule.code for procedure in procedures.all_procedures() for rule in (*procedure.deadlines, *procedure.dates)
    }
    return of_procedures | {limit.code for rules in conferences.all_rules() for limit in rules.deadlines}


def _all() -> set[StrEnum]:
    return {code for kind in CODES for code in kind}


def _named_in_services() -> set[str]:
    return {
        node.attr
        for source in sources("services")
        for node in source.nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {kind.__name__ for kind in CODES}
    }


def test_every_deadline_of_a_record_is_in_a_procedure_or_in_its_own_text() -> None:
    assert {str(code) for code in _all() - BY_THEIR_OWN_TEXT} == _of_procedures()


def test_every_deadline_code_is_used() -> None:
    assert _named_in_services() == {code.name for code in _all()}


#: Where codes stand as text because that is what the module is about.
WORDS = {"caytre.gateway.labels": "the words for each code in both languages"}


def test_no_service_writes_a_deadline_code_as_text() -> None:
    written = [
        source.at(node)
        for source in sources("services")
        for node in source.nodes
        if source.module not in WORDS
        if isinstance(node, ast.Constant) and node.value in {code.value for code in _all()}
    ]
    assert written == []


def test_every_deadline_code_has_words() -> None:
    assert known("deadline") >= {code.value for code in DeadlineCode}


def test_every_act_of_every_service_has_words_in_both_languages() -> None:
    speaking = [service for service in services() if service != "gateway"]
    acts = {act for service in speaking for act in import_module(f"caytre.contracts.{service}").MESSAGES}
    assert known("act") == acts
    for act in acts:
        vietnamese, english = label("act", act, "vi"), label("act", act, "en")
        assert len({act, vietnamese, english, None}) == 4, act


def test_examples_of_messages_carry_known_deadlines_only() -> None:
    for message in agreements.MESSAGES.values():
        example = message.model_validate(vars(message)["EXAMPLE"])
        codes = {each.code for each in example.deadlines} | {each.code for each in example.settles}
        assert codes <= set(DeadlineCode), message.TYPE


def test_every_rule_says_where_it_comes_from_or_that_it_is_policy() -> None:
    # A number of days without a source is an invention; the mark tells readers which were checked.
    for procedure in procedures.all_procedures():
        for rule in (*procedure.deadlines, *procedure.dates):
            assert rule.basis == "policy" or rule.citation is not None, f"{procedure.code} {rule.code}"
            assert not rule.verified or rule.citation is not None or rule.basis == "policy"
