"""Who may write what: one statement per command, one transaction per message, all of it in the core."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.sources import Source, called, services, sources

OUTSIDE_CORE = ("services", "deploy", "bench/src")
_COMMITS = re.compile(r"^\s*(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|START\s+TRANSACTION)\b", re.IGNORECASE)
_KERNEL = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+(?:public\.)?"
    r"(outbox|journal|relay|idempotency|checkpoint|parked|discarded|halted|reacted|reading|reading_head)\b",
    re.IGNORECASE,
)
#: The loops that must outlive any failure of what they run, and what stands for them while a view is rebuilt.
LOOPS = {
    "caytre.core.consuming.applying": "a handler's failure parks its message, whatever it is",
    "caytre.core.consuming.running": "a consumer starts over after any failure",
    "caytre.core.outliving": "timers, mail and housekeeping are begun again after any failure",
    "caytre.core.relaying.relay": "a relay's term ends with any failure, the relay with none",
    "caytre.core.consuming.rebuilding": "a rebuild's failure is told in its row, whatever it is",
}
#: Words that begin an SQL statement or a piece of one.
_SQL = re.compile(r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|VALUES|ORDER BY|CREATE|ALTER|GRANT|DROP)\b")
#: Names whose value is an identifier or a piece of a statement, never a value from outside.
_OF_OURS = re.compile(r"^_*[A-Z][A-Z_0-9]*$")


def _texts(source: Source) -> list[ast.Constant]:
    return [node for node in source.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_nobody_outside_the_core_begins_or_ends_a_transaction() -> None:
    # A commit of one's own would part a change from its message.
    found = []
    for source in sources(*OUTSIDE_CORE):
        if "migrations" in source.path.parts or source.module.startswith("caytre.bench"):
            continue
        found += [
            source.at(call)
            for call in source.calls("commit", "rollback", "begin", "begin_nested", "transaction")
            if not _begins_a_record(call)
        ]
        found += [
            source.at(text) for text in _texts(source) if _COMMITS.match(str(text.value)) and _is_run(source, text)
        ]
    assert found == []


def _begins_a_record(call: ast.Call) -> bool:
    # A store (`DEADLINES.begin`) or a class (`Day.begin`) begins a record; connections have names in small letters.
    match call.func:
        case ast.Attribute(value=ast.Name(id=name), attr="begin"):
            return name[0].isupper()
    return False


def _is_run(source: Source, text: ast.Constant) -> bool:
    return any(text in call.args for call in source.calls("execute", "fetch", "fetchval", "fetchrow"))


def test_nobody_outside_the_core_writes_the_tables_that_carry_messages() -> None:
    found = [
        source.at(text)
        for source in sources("services")
        for text in _texts(source)
        if _KERNEL.search(str(text.value)) and "migrations" not in source.path.parts
    ]
    assert found == []


def test_only_the_loops_catch_whatever_comes() -> None:
    caught: dict[str, list[str]] = {}
    for source in sources():
        for node in source.nodes:
            if isinstance(node, ast.ExceptHandler) and _catches_everything(node) and not _raises_again(node):
                caught.setdefault(source.module, []).append(source.at(node))
    assert {module: places for module, places in caught.items() if module not in LOOPS} == {}
    assert set(caught) == set(LOOPS), "a loop that no longer catches everything is taken off the list"


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}) for kind in kinds
    )


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in handler.body)


def _values_in(text: ast.JoinedStr) -> list[ast.expr]:
    return [part.value for part in text.values if isinstance(part, ast.FormattedValue)]


def _is_sql(text: ast.JoinedStr) -> bool:
    words = "".join(str(part.value) for part in text.values if isinstance(part, ast.Constant))
    return bool(_SQL.search(words))


def _quotes_a_value(text: ast.JoinedStr) -> bool:
    # '…{x}…' in a statement is a value written into it; values are parameters.
    inside = False
    for part in text.values:
        if isinstance(part, ast.Constant):
            inside ^= str(part.value).count("'") % 2 == 1
        elif inside:
            return True
    return False


#: Where a value is written into a statement because no parameter can stand there, and where the value comes from.
WRITTEN = {
    "caytre.core.storing.rights": "rows of the kernel made by a migration; the name of the service is ours",
    "caytre.gateway.consumers": "a separator that is a constant of the module",
    "caytre.local.postgres": "databases, roles and passwords made at first start; DDL takes no parameters",
}


@pytest.mark.parametrize("folder", ["shared/src", "services", "deploy"])
def test_no_value_is_written_into_a_statement(folder: str) -> None:
    found = [
        source.at(node)
        for source in sources(folder)
        if source.module not in WRITTEN
        for node in source.nodes
        if isinstance(node, ast.JoinedStr) and _is_sql(node) and _quotes_a_value(node)
    ]
    assert found == []


def test_statements_of_services_are_put_together_from_their_own_names() -> None:
    # A statement made where a request's arguments are at hand could take one of them in; module level cannot.
    found = []
    for source in sources("services"):
        if "migrations" in source.path.parts:
            continue
        for function in (n for n in source.nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)):
            for call in (n for n in ast.walk(function) if isinstance(n, ast.Call)):
                if called(call) not in {"execute", "fetch", "fetchval", "fetchrow", "executemany"} or not call.args:
                    continue
                statement = call.args[0]
                if isinstance(statement, ast.JoinedStr) and not all(map(_is_identifier, _values_in(statement))):
                    found.append(source.at(call))
                if isinstance(statement, ast.BinOp) and isinstance(statement.op, ast.Mod):
                    found.append(source.at(call))
    assert found == []


def _is_identifier(value: ast.expr) -> bool:
    match value:
        case ast.Name(id=name):
            return bool(_OF_OURS.match(name))
        case ast.Attribute(attr="name"):
            return True
    return False


def test_services_are_looked_at() -> None:
    assert services()
    assert len(sources("services")) > len(services())
