"""The project's own text, read and parsed once, for tests about it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("shared/src", "services", "deploy", "bench/src")


@dataclass(frozen=True)
class Source:
    """One Python file: where it is, its text and its tree."""

    path: Path

    def __str__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        """The text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree."""
        return tuple(ast.walk(self.tree))

    @property
    def module(self) -> str:
        """The dotted name, e.g. `caytre.core.storing.store`; of a package its own."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        if "src" in parts:
            parts = parts[parts.index("src") + 1 :]
        return ".".join(part for part in parts if part != "__init__")

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """Calls of a function or method with one of these names."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and called(node) in names:
                yield node

    def at(self, node: ast.AST) -> str:
        """`file:line` of a node."""
        return f"{self}:{getattr(node, 'lineno', 0)}"


def called(call: ast.Call) -> str:
    """The last name of what is called: `f` of `f()`, `a.f()` and `a.b.f()`."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names, else as much of its end as is one."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr}"
    return ""


@cache
def committed() -> tuple[Path, ...]:
    """Every file that is or is about to be under version control; all files where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
        paths = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [path for path in ROOT.rglob("*") if not any(part.startswith(".") for part in path.parts)]
    return tuple(path for path in sorted(paths) if path.is_file())


@cache
def sources(*under: str) -> tuple[Source, ...]:
    """The Python files below these folders (all of the project's packages when none is named)."""
    folders = [ROOT / folder for folder in under or PACKAGES]
    python = (path for path in committed() if path.suffix == ".py")
    return tuple(Source(path) for path in python if any(path.is_relative_to(folder) for folder in folders))


@cache
def services() -> tuple[str, ...]:
    """The names of the services: the folders below `services`."""
    return tuple(sorted(folder.name for folder in (ROOT / "services").iterdir() if folder.is_dir()))


def package_of(service: str) -> Path:
    """The folder of a service's package."""
    return ROOT / "services" / service / "src" / "caytre" / service
