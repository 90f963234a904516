"""What the text of the project may not hold, and how long it may be."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.sources import ROOT, Source, committed, sources

MOST_LINES = 400
#: Written by programs.
GENERATED: tuple[str, ...] = ("requirements.lock", "docs/openapi/", "docs/asyncapi/")
GENERATED += ("shared/src/caytre/contracts/released/", "examples/")
#: Names under which anything could be kept, so that nobody finds anything.
DRAWERS = {"utils", "util", "helpers", "helper", "common", "base", "misc", "tools"}
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", r"\bX" + r"XX\b", r"\bHA" + r"CK\b")))
#: A path of somebody's machine, or the host of one package registry: the project is installed from any mirror.
HOSTS: tuple[str, ...] = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "repo1.maven" + ".org",
    "repo.maven." + "apache.org",
)
HOSTS += ("registry.npm" + "js.org",)
PLACES = re.compile(r"(?<![\w/.])/(?:wo" + r"rk|ho" + r"me/\w+|Us" + r"ers/\w+)/|(?<![\w/.])/ro" + r"ot/\w")
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".html", ".css", ".js", ".sh", ".mako", ".lock", ".json", ".csv", ""}


def _texts() -> list[tuple[str, str]]:
    found = []
    for path in committed():
        if path.suffix in TEXT and path.name != "LICENSE":
            found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
    return found


def _generated(name: str) -> bool:
    return name.startswith(GENERATED)


def _lines_with(pattern: re.Pattern[str], *, skip: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in _texts()
        if not name.startswith(skip) and pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    readable = {".py", ".md", ".html", ".yaml", ".yml"}
    long = [
        f"{name}: {text.count(chr(10))} lines"
        for name, text in _texts()
        if Path(name).suffix in readable and not _generated(name) and text.count("\n") > MOST_LINES
    ]
    assert long == []


def test_nothing_is_left_for_later_in_the_text() -> None:
    # What is unfinished is an issue with an owner, not a word in a file.
    assert _lines_with(UNFINISHED, skip=("requirements.lock",)) == []


def test_no_text_names_a_machine() -> None:
    assert _lines_with(PLACES) == []


def test_no_text_names_the_host_of_a_package_registry() -> None:
    # Locks hold names and digests; where the packages come from is the business of whoever installs.
    assert _lines_with(re.compile("|".join(re.escape(host) for host in HOSTS))) == []


def test_no_module_is_a_drawer_for_anything() -> None:
    drawers = [str(source) for source in sources(*_ALL) if source.path.stem in DRAWERS or _in_a_drawer(source)]
    assert drawers == []


_ALL = ("shared", "services", "deploy", "bench", "tests")


def _in_a_drawer(source: Source) -> bool:
    return not DRAWERS.isdisjoint(source.path.relative_to(ROOT).parts[:-1])


def _undocumented(source: Source) -> list[str]:
    found = []
    if not ast.get_docstring(source.tree) and source.text.strip() and source.path.name != "__init__.py":
        found.append(f"{source}: module")
    waiting: list[tuple[ast.AST, bool]] = [(source.tree, False)]
    while waiting:
        parent, said = waiting.pop()
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.If | ast.Try):
                waiting.append((node, said))
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if node.name.startswith("_"):
                continue
            says = _says_its_sentence(node) if isinstance(node, ast.ClassDef) else _has_a_summary(node)
            if not ast.get_docstring(node) and not says and not (said or _overrides(node)):
                found.append(f"{source.at(node)}: {node.name}")
            if isinstance(node, ast.ClassDef):
                waiting.append((node, says or _is_protocol(node)))
    return found


def _says_its_sentence(node: ast.ClassDef) -> bool:
    # A refusal's sentences in two languages say what it is.
    names = {
        target.id
        for statement in node.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(target, ast.Name)
    }
    return {"en", "vi"} <= names


def _has_a_summary(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    # An endpoint says in the OpenAPI document what it is.
    calls = (decorator for decorator in node.decorator_list if isinstance(decorator, ast.Call))
    return any(keyword.arg == "summary" for call in calls for keyword in call.keywords)


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)


def _overrides(node: ast.AST) -> bool:
    # The overridden method's text holds for this one too.
    return isinstance(node, ast.FunctionDef) and node.name in {"code"}


def test_everything_public_says_what_it_is() -> None:
    assert [
        entry for source in sources() if "migrations" not in source.path.parts for entry in _undocumented(source)
    ] == []
