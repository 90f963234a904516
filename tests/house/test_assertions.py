"""Tests that can fail: each asserts something, and none replaces what it tests by a stand-in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.sources import Source, called, dotted, sources

_CHECKS = re.compile(r"^_?(?:assert|expect|verify|check)_|^(?:raises|fail|warns|validate|validate_response)$")
_SENTENCE = re.compile(r"test_[a-z0-9]+(?:_[a-z0-9]+){2,}")


def _tests(source: Source) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node
        for node in source.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]


def _modules() -> list[Source]:
    return [source for source in sources("tests") if source.path.name.startswith("test_")]


def _asserts(function: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _CHECKS.match(called(node)))
        for node in ast.walk(function)
    )


def test_every_test_asserts_something() -> None:
    # A checker in the same file may do it for a test, if it asserts itself.
    idle = []
    for source in _modules():
        checkers = {
            node.name
            for node in source.nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and _asserts(node)
        }
        for test in _tests(source):
            helped = any(isinstance(node, ast.Call) and called(node) in checkers for node in ast.walk(test))
            if not _asserts(test) and not helped and not any("StateMachine" in name for name in checkers):
                idle.append(f"{source.at(test)}: {test.name}")
    assert idle == []


def test_no_test_is_named_by_a_number_or_a_word() -> None:
    # The names are the rules; a reader finds them in the list of tests.
    short = [f"{source.at(test)}: {test.name}" for source in _modules() for test in _tests(source)]
    assert [name for name in short if not _SENTENCE.fullmatch(name.rpartition(" ")[2])] == []


def test_nothing_of_ours_is_mocked() -> None:
    mocks = [
        source.at(node)
        for source in sources("tests")
        for node in source.nodes
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("unittest.mock", "mock")))
        or (isinstance(node, ast.Import) and any(alias.name.startswith("unittest.mock") for alias in node.names))
    ]
    assert mocks == []


def test_no_test_is_left_out_without_a_reason() -> None:
    skipped = [
        source.at(call)
        for source in sources("tests")
        for call in source.calls("skip", "skipif", "xfail")
        if dotted(call.func).startswith("pytest.") and not any(word.arg == "reason" for word in call.keywords)
    ]
    assert skipped == []


def test_no_test_waits_for_a_fixed_time_and_hopes() -> None:
    # A fixed wait is too short on a slow machine and too long on a fast one; a bounded loop asks again.
    waits = [
        source.at(call)
        for source in _modules()
        for test in _tests(source)
        for call in _own_calls(test)
        if called(call) == "sleep" and call.args and isinstance(call.args[0], ast.Constant)
        if float(str(call.args[0].value)) >= 5
    ]
    assert waits == []


def _own_calls(function: ast.AST) -> Iterator[ast.Call]:
    # What a test hands in to be waited for, such as a check that hangs, is no wait of its own.
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _own_calls(node)
