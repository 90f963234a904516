"""The example's subscriber as a process of its own, and what it has written."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from caytre.local.kafka import Kafka
from tests.house.sources import ROOT

PROGRAM = ROOT / "examples" / "subscriber" / "subscriber.py"


class Subscriber:
    """One SQLite file, and the program that keeps it."""

    def __init__(self, database: Path, kafka: Kafka) -> None:
        self.database = database
        self._command = [sys.executable, str(PROGRAM), "--database", str(database)]
        self._command += ["--bootstrap-servers", kafka.address]

    def run(self, *options: str) -> str:
        """Run to the present ends of the topics; what it prints."""
        done = subprocess.run([*self._command, *options], capture_output=True, text=True, timeout=90, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def following(self) -> Iterator[subprocess.Popen[bytes]]:
        """Follow while the block lasts, then be killed without warning."""
        process = subprocess.Popen(self._command)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query says of the tables; nothing before they are there."""
        if not self.database.exists():
            return []
        with closing(sqlite3.connect(self.database, timeout=30)) as database:
            try:
                return database.execute(query).fetchall()
            except sqlite3.OperationalError:
                return []
